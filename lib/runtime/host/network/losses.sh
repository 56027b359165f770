#!/bin/bash
# What the host would lose in a switch without a warning. The switch takes interfaces down or puts them under the
# bridge. Beside dom0's own address and default route they may have more, which no file brings back. Prints a line each:
# what would be lost, a tab, the cure. Sourced after host/facts/ifcfg.sh and host/network/snapshot.sh.
# shellcheck disable=SC2153,SC2154  # words of host/base/bridge-options.sh; preflight or switch set `reached_at`

. runtime/host/network/route-losses.sh

recorded_address='' recorded_gateway=''
loss_problems() {
  local touched stacked lines
  lines=$(touched_interfaces)
  touched=" $(names_in touched "$lines" | tr '\n' ' ')" stacked=" $(names_in stacked "$lines" | tr '\n' ' ')"
  read_recorded_words
  file_losses
  address_losses
  route_file_losses
  route_losses
  rule_losses
  mtu_losses
  neighbour_losses
  removed_bridge_losses
}

# Sets `recorded_address` and `recorded_gateway` to what the last deploy gave the bridge. What the stack itself gives up
# is no loss.
read_recorded_words() {
  local name=${FROM:-$BRIDGE} value recorded
  recorded=$STATE/units/bridge-$name/words/bridge-$name
  find_word "$recorded" address || return 0
  recorded_address=$value
  find_word "$recorded" gateway
  recorded_gateway=$value
}

# Whether a deploy wrote the file. What the stack takes out of such a file is no loss.
is_recorded() { # <file>
  grep -qs " files$1 " "$STATE"/units/*/manifest
}

# Whether dom0 still has an address after the switch, or the stack itself gives it up.
is_kept_address() { # <address without prefix>
  [ -n "$1" ] || return 1
  case $1 in "${ADDRESS%/*}" | "${reached_at:-}" | "${recorded_address%/*}") return 0 ;; esac
  is_in_alias_file "$1"
}

# Whether an alias file of the holder, the interface that gets dom0's address, gives an address. The holder's ifup reads
# these files, except those with ONPARENT=no.
is_in_alias_file() { # <address without prefix>
  local file name address parent files=()
  for file in "$SCRIPTS/ifcfg-$HOLDER":*; do
    case $file in *~ | *.bak | *.orig | *.rpmnew | *.rpmorig | *.rpmsave) continue ;; esac
    [ ! -f "$file" ] || files+=("$file")
  done
  [ ${#files[@]} -gt 0 ] || return 1
  while read -r name address parent; do
    if [ "$address" = "$1" ] && [ "$parent" != no ]; then return 0; fi
  done < <(ifcfg_values 'IPADDR ONPARENT' ${files[@]+"${files[@]}"})
  return 1
}

# Settings in the files that the switch replaces: they would be lost with the next boot.
file_losses() {
  local file key value
  for file in ${UPLINK:+"$SCRIPTS/ifcfg-$UPLINK"} "$SCRIPTS/ifcfg-$BRIDGE"; do
    if [ ! -f "$file" ] || is_recorded "$file"; then continue; fi
    while read -r key value; do
      case $key in
        IPADDR[0-9]*)
          is_kept_address "$value" ||
            printf '%s\t%s\n' "$file gives $value too ($key), which the file in its place does not" \
              "$(alias_cure "$value")"
          ;;
        IPV6ADDR | IPV6ADDR_SECONDARIES)
          printf '%s\t%s\n' "$file gives $value ($key), which the file in its place does not" \
            "the stack knows IPv4 only: take $key out of it, and the address away"
          ;;
        MTU)
          [ -n "$MTU" ] || [ "$value" = 1500 ] || printf '%s\t%s\n' "$file says MTU $value, and the stack names none" \
            "set mtu: $value on the bridge, or take MTU out and say: ip link set dev ${file##*/ifcfg-} mtu 1500"
          ;;
      esac
    done < <(awk "$SHELL_LINES_AWK"'
      { parse($0) }
      key ~ /^(IPADDR[0-9]+|IPV6ADDR|IPV6ADDR_SECONDARIES|MTU)$/ {
        if (!(key in has)) name[++count] = key
        has[key] = value
      }
      END {
        for (i = 1; i <= count; i++) {
          value = has[name[i]]
          gsub(/[^A-Za-z0-9.:\/ -]/, "?", value)
          if (value != "") print name[i], value
        }
      }
    ' "$file")
  done
}

alias_cure() { # <address without prefix>
  echo "write it into $SCRIPTS/ifcfg-$HOLDER:1 (DEVICE=$HOLDER:1, IPADDR=$1, NETMASK)," \
    'or take it away before you deploy'
}

# IPv4 and IPv6 addresses of now, without those that the kernel makes by itself.
address_losses() {
  local device family cidr rest said first=' ' lost='which nothing brings back after the switch'
  ask_kernel_or_report ip -o addr show
  while read -r _ device family cidr rest; do
    case $family in inet | inet6) ;; *) continue ;; esac
    case $touched in *" $device "*) ;; *) continue ;; esac
    case "$family $cidr $rest " in
      'inet6 '*' scope link '* | *' scope host '* | 'inet6 '*' dynamic '* | 'inet6 '*' temporary '*) continue ;;
    esac
    if [ "$family" = inet ] && is_first_of "$device" && is_lease "$device" "$cidr"; then continue; fi
    [ "$family" = inet6 ] || first="$first$device "
    if is_kept_address "${cidr%/*}"; then continue; fi
    if [ "$family" = inet6 ]; then
      printf '%s\t%s\n' "$device has address $cidr, $lost" \
        "the stack knows IPv4 only: take it away before you deploy: ip -6 addr del $cidr dev $device"
    else
      printf '%s\t%s\n' "$device has address $cidr, $lost" "$(alias_cure "${cidr%/*}"): ip addr del $cidr dev $device"
    fi
  done < <(printf '%s\n' "$said")
}
is_first_of() { # <interface>
  case $first in *" $1 "*) false ;; *) true ;; esac
}

# Whether an interface has its address by DHCP. The stack's static address replaces it; lease_notes says so.
is_lease() { # <interface> <address>
  local protocol=''
  [ -f "$SCRIPTS/ifcfg-$1" ] || return 1
  read -r _ protocol < <(ifcfg_values BOOTPROTO "$SCRIPTS/ifcfg-$1")
  case $protocol in [Dd][Hh][Cc][Pp] | [Bb][Oo][Oo][Tt][Pp]) first="$first$1 " ;; *) false ;; esac
}

# Prints what becomes of DHCP leases, a line each.
lease_notes() {
  local name cidr first=' '
  for name in $(names_in touched "$(touched_interfaces)"); do
    cidr=''
    [ ! -e "$NET/$name" ] || read -r cidr < <(addresses_of "$name") || :
    [ -n "$cidr" ] || continue
    is_lease "$name" "$cidr" || continue
    if [ "${cidr%/*}" = "${ADDRESS%/*}" ]; then
      echo "$name has ${cidr%/*} by DHCP and $HOLDER is going to have it for good:" \
        'keep the DHCP server from giving it to others'
    else
      echo "$name has ${cidr%/*} by DHCP and gives it up: $HOLDER is going to have ${ADDRESS:-no address}"
    fi
  done
}

# 1500 is Ethernet's own MTU, and what the interface gets when no file sets one.
mtu_losses() {
  local value
  [ -n "$UPLINK" ] && [ -z "$MTU" ] || return 0
  read_value "$UPLINK/mtu"
  [ -z "$value" ] || [ "$value" = 1500 ] || printf '%s\t%s\n' "$UPLINK has MTU $value, and the stack names none" \
    "set mtu: $value on the bridge, or say: ip link set dev $UPLINK mtu 1500"
}

# Permanent neighbours, set by hand. They are lost when the interface goes down.
neighbour_losses() {
  local said
  ask_kernel_or_report ip -4 neigh show nud permanent
  printf '%s\n' "$said" | awk -v names="$touched" '
    $2 == "dev" && index(names, " " $3 " ") && $4 == "lladdr" {
      print $3 " has a permanent neighbour " $1 " (" $5 "), which would be lost\t" \
        "take it away before you deploy, and set it again afterwards: ip neigh del " $1 " dev " $3
    }'
}

# What stands on a bridge that is deleted. A bridge that is only taken down counts too: initscripts delete a bridge that
# has no ports.
removed_bridge_losses() {
  local name below said gone=" $FROM "
  for name in $stacked; do
    below=$(ip -o link show dev "$name" 2>/dev/null | sed -n 's/^[0-9]*: [^ :]*@\([^ :@]*\):.*/\1/p')
    if [ -n "$below" ] && is_bridge "$below"; then
      printf '%s\t%s\n' "$name stands on $below and would go with it" \
        'take it away before you deploy, and make it again afterwards'
    fi
  done
  [ "$ABSENT" = no ] || gone="$gone$BRIDGE "
  command -v tc >/dev/null 2>&1 || return 0
  for name in $gone; do
    if ! is_bridge "$name"; then continue; fi
    ask_kernel_or_report tc qdisc show dev "$name"
    printf '%s\n' "$said" | awk -v name="$name" '
      $1 == "qdisc" && $2 !~ /^(noqueue|pfifo_fast|mq|fq_codel)$/ && !found++ {
        print name " has traffic control of somebody\047s hand (" $2 " " $3 "), which would go with it\t" \
          "take it away before you deploy: tc qdisc del dev " name " " ($2 == "ingress" ? "ingress" : "root")
      }'
  done
}
