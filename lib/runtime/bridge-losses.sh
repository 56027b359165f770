#!/bin/bash
# What a switch would take from the host without a word: what the interfaces that it takes down or puts under the bridge
# have beside dom0's own address and default route, and that no file brings back. Sourced after bridge-foreign.sh and
# net-snapshot.sh; a line each: what would be lost, a tab, the cure.
# shellcheck disable=SC2153,SC2154  # the words of bridge-options.sh; `reached_at` is set by bridge-preflight.sh or net-switch.sh

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

# What the deploy before said of the bridge: what the stack itself gives up is no loss. Sets `recorded_address` and
# `recorded_gateway`.
read_recorded_words() {
  local name=${FROM:-$BRIDGE} script
  script=$STATE/units/bridge-$name/apply/bridge-$name.sh
  [ -f "$script" ] || return 0
  recorded_address=$(awk '$1 == "--address" { print $2; exit }' "$script")
  recorded_gateway=$(awk '$1 == "--gateway" { print $2; exit }' "$script")
}

# Whether somebody deployed a file: what the stack takes out of it is no loss.
is_recorded() { # <file>
  grep -qs " files$1 " "$STATE"/units/*/manifest
}

# Whether dom0 has an address afterwards, or gives it up because the stack says so.
is_kept_address() { # <address without prefix>
  [ -n "$1" ] || return 1
  [ "$1" = "${ADDRESS%/*}" ] || [ "$1" = "${reached_at:-}" ] || [ "$1" = "${recorded_address%/*}" ] || is_in_alias_file "$1"
}

# Alias files of the interface that dom0's address is going to be on are read by its ifup, but for those that say otherwise.
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

# What files say that are about to be replaced: with the next boot it would be gone.
file_losses() {
  local file key value
  for file in ${UPLINK:+"$SCRIPTS/ifcfg-$UPLINK"} "$SCRIPTS/ifcfg-$BRIDGE"; do
    if [ ! -f "$file" ] || is_recorded "$file"; then continue; fi
    while read -r key value; do
      case $key in
        IPADDR[0-9]*)
          is_kept_address "$value" || printf '%s\t%s\n' "$file gives $value too ($key), which the file in its place does not" "$(alias_cure "$value")"
          ;;
        IPV6ADDR | IPV6ADDR_SECONDARIES)
          printf '%s\t%s\n' "$file gives $value ($key), which the file in its place does not" \
            "the stack knows IPv4 only: take $key out of it, and the address away"
          ;;
        MTU)
          [ -n "$MTU" ] || [ "$value" = 1500 ] || printf '%s\t%s\n' "$file says MTU $value, and the stack names none" \
            "set mtu: $value on the bridge, or take MTU out of it and say: ip link set dev ${file##*/ifcfg-} mtu 1500"
          ;;
      esac
    done < <(awk "$IFCFG_AWK"'
      { parse($0); if (key ~ /^(IPADDR[0-9]+|IPV6ADDR|IPV6ADDR_SECONDARIES|MTU)$/) { if (!(key in has)) name[++count] = key; has[key] = value } }
      END { for (i = 1; i <= count; i++) { value = has[name[i]]; gsub(/[^A-Za-z0-9.:\/ -]/, "?", value); if (value != "") print name[i], value } }
    ' "$file")
  done
}

alias_cure() { # <address without prefix>
  echo "write it into $SCRIPTS/ifcfg-$HOLDER:1 (DEVICE=$HOLDER:1, IPADDR=$1, NETMASK), or take it away before you deploy"
}

# Addresses of either family that are there now. What the kernel makes by itself comes again.
address_losses() {
  local device family cidr rest first=' '
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
      printf '%s\t%s\n' "$device has address $cidr, which nothing brings back after the switch" \
        "the stack knows IPv4 only: take it away before you deploy: ip -6 addr del $cidr dev $device"
    else
      printf '%s\t%s\n' "$device has address $cidr, which nothing brings back after the switch" "$(alias_cure "${cidr%/*}"): ip addr del $cidr dev $device"
    fi
  done < <(ip -o addr show 2>/dev/null)
}
is_first_of() { # <interface>
  case $first in *" $1 "*) false ;; *) true ;; esac
}

# Whether an interface has its address by DHCP: the stack's static one takes its place. Said by lease_notes.
is_lease() { # <interface> <address>
  local protocol=''
  [ -f "$SCRIPTS/ifcfg-$1" ] || return 1
  read -r _ protocol < <(ifcfg_values BOOTPROTO "$SCRIPTS/ifcfg-$1")
  case $protocol in [Dd][Hh][Cc][Pp] | [Bb][Oo][Oo][Tt][Pp]) first="$first$1 " ;; *) false ;; esac
}

# What becomes of leases, a line each.
lease_notes() {
  local name cidr first=' '
  for name in $(names_in touched "$(touched_interfaces)"); do
    cidr=''
    [ ! -e "$NET/$name" ] || read -r cidr < <(addresses_of "$name") || :
    [ -n "$cidr" ] || continue
    is_lease "$name" "$cidr" || continue
    if [ "${cidr%/*}" = "${ADDRESS%/*}" ]; then
      echo "$name has ${cidr%/*} by DHCP and $HOLDER is going to have it for good: keep the DHCP server from giving it to others"
    else
      echo "$name has ${cidr%/*} by DHCP and gives it up: $HOLDER is going to have ${ADDRESS:-no address}"
    fi
  done
}

# Files with routes and rules are named after the interface that has the address: those of others are no longer read.
route_file_losses() {
  local name kind file
  for name in $touched; do
    for kind in route rule route6 rule6; do
      file=$SCRIPTS/$kind-$name
      [ -s "$file" ] || continue
      if [ "$name" = "$HOLDER" ]; then
        other_device "$file" || continue
        printf '%s\t%s\n' "$file has routes over ${device_in_file}, which has no address after the switch" "say dev $HOLDER there, or leave dev out"
      elif [ -n "$HOLDER" ]; then
        printf '%s\t%s\n' "$file is not read any longer once $HOLDER has the address, its routes would be lost" "rename it to $SCRIPTS/$kind-$HOLDER"
      fi
    done
  done
}

# Whether a file of routes names another interface of the switch. Sets `device_in_file`.
other_device() { # <file>
  device_in_file=$(awk -v names="$touched" -v holder="$HOLDER" '!/^[ \t]*#/ {
    for (i = 1; i < NF; i++) if ($i == "dev" && $(i + 1) != holder && index(names, " " $(i + 1) " ") && !found++) print $(i + 1)
  }' "$1")
  [ -n "$device_in_file" ]
}

# Routes over these interfaces, of all tables, that are in no file that is going to be read. The default route is the
# stack's matter where it names a gateway, and where it named the one that goes.
route_losses() {
  local line cure file=$SCRIPTS/route-$HOLDER
  [ -f "$file" ] || file=/dev/null
  cure="write it into $SCRIPTS/route-$HOLDER, or take it away before you deploy"
  while IFS= read -r line; do
    case $line in
      default*) printf '%s\t%s\n' "the route '$line' would be lost" "name its gateway in the Lan, or take it away before you deploy" ;;
      *) printf '%s\t%s\n' "the route '$line' would be lost" "$cure: ip route del $line" ;;
    esac
  done < <({ printf 'file\n' && awk 1 "$file" && printf 'now\n' && ip -4 route show table all 2>/dev/null; } |
    awk -v names="$touched$stacked" -v gateway="$GATEWAY" -v former="$recorded_gateway" "$IFCFG_AWK$ROUTES_AWK")
  ip -6 route show 2>/dev/null | awk -v names="$touched" '
    /proto (kernel|ra)/ || /^(fe80|ff00)::/ || / expires / || /^(unreachable|local|multicast|anycast) / { next }
    { for (i = 1; i < NF; i++) if ($i == "dev" && index(names, " " $(i + 1) " ")) {
      sub(/ +$/, ""); print "the route \047" $0 "\047 would be lost\tthe stack knows IPv4 only: take it away before you deploy: ip -6 route del " $1 " dev " $(i + 1)
    } }'
}
# shellcheck disable=SC2016  # awk's own $
readonly ROUTES_AWK='
  function bits(mask,   part, i, sum, n) {
    split(mask, part, ".")
    for (i = 1; i <= 4; i++) for (n = part[i] + 0; n > 0; n = int(n / 2)) sum += n % 2
    return sum + 0
  }
  function plain(to) { sub(/\/32$/, "", to); return to == "0.0.0.0/0" ? "default" : to }
  # Destination, gateway and table of a route, as a file has it or as ip lists it.
  function read_route(text,   word, count, i) {
    to = via = devices = ""; table = "main"
    count = split(text, word, " ")
    i = (word[1] == "to" || word[1] == "unicast") ? 2 : 1
    to = plain(word[i])
    for (; i < count; i++) {
      if (word[i] == "via") via = via word[i + 1]
      if (word[i] == "dev") devices = devices " " word[i + 1] " "
      if (word[i] == "table") table = word[i + 1]
    }
  }
  function numbered(   i) {
    for (i = 0; ("ADDRESS" i) in set; i++)
      kept[plain(set["ADDRESS" i] "/" (("NETMASK" i) in set ? bits(set["NETMASK" i]) : 32)) SUBSEP set["GATEWAY" i] SUBSEP "main"]
  }
  function judge(text,   name, part, count, ours) {
    if (text == "") return
    if (text ~ /proto kernel/ || text ~ /^169\.254\.0\.0\/16/ || text ~ /^(broadcast|local|multicast|anycast) /) return
    read_route(text)
    # The first one is the one in use.
    first = to == "default" && table == "main" && !defaults++
    count = split(devices, part, " ")
    for (name = 1; name <= count; name++) if (index(names, " " part[name] " ")) ours = 1
    if (!ours || (to SUBSEP via SUBSEP table) in kept || (to SUBSEP "" SUBSEP table) in kept) return
    if (to == "default" && table == "main" && ((gateway != "" && (first || via == gateway)) || (former != "" && via == former))) return
    gsub(/[ \t]+/, " ", text)
    sub(/ $/, "", text)
    print text
  }
  $0 == "file" && !part_of { part_of = "file"; next }
  $0 == "now" && part_of == "file" { part_of = "now"; numbered(); next }
  part_of == "file" {
    if ($0 ~ /^[ \t]*[A-Z]+[0-9]+=/) { parse($0); set[key] = value }
    else if ($0 !~ /^[ \t]*(#|$)/) { read_route($0); kept[to SUBSEP via SUBSEP table] }
    next
  }
  /^[ \t]/ { route = route " " $0; next }
  { judge(route); route = $0 }
  END { judge(route) }
'

# Policy rules that name an interface that loses its part: nothing fits them any longer.
rule_losses() {
  local names=''
  [ "$HOLDER" = "$UPLINK" ] || names=" $UPLINK"
  names="$names $FROM"
  [ "$ABSENT" = no ] || names="$names $BRIDGE"
  ip rule show 2>/dev/null | awk -v names="$names " '{
    for (i = 1; i < NF; i++) if ($i ~ /^(iif|oif|dev)$/ && index(names, " " $(i + 1) " ")) {
      sub(/^[0-9]+:[ \t]*/, ""); sub(/[ \t]+$/, "")
      print "the policy rule \047" $0 "\047 would fit nothing any longer\ttake it away before you deploy, and make one for the new interface: ip rule del " $0
    }
  }'
}

# Ethernet has 1500 where nobody says otherwise.
mtu_losses() {
  local value
  [ -n "$UPLINK" ] && [ -z "$MTU" ] || return 0
  read_value "$UPLINK/mtu"
  [ -z "$value" ] || [ "$value" = 1500 ] || printf '%s\t%s\n' "$UPLINK has MTU $value, and the stack names none" \
    "set mtu: $value on the bridge, or say: ip link set dev $UPLINK mtu 1500"
}

# Neighbours that somebody has nailed go when an interface goes down.
neighbour_losses() {
  ip -4 neigh show nud permanent 2>/dev/null | awk -v names="$touched" '
    $2 == "dev" && index(names, " " $3 " ") && $4 == "lladdr" {
      print $3 " has a permanent neighbour " $1 " (" $5 "), which would be lost\ttake it away before you deploy, and set it again afterwards: ip neigh del " $1 " dev " $3
    }'
}

# A bridge that goes takes along what stands on it. So may any that is taken down: initscripts delete one without ports.
removed_bridge_losses() {
  local name below line gone=" $FROM "
  for name in $stacked; do
    below=$(ip -o link show dev "$name" 2>/dev/null | sed -n 's/^[0-9]*: [^ :]*@\([^ :@]*\):.*/\1/p')
    if [ -n "$below" ] && is_bridge "$below"; then
      printf '%s\t%s\n' "$name stands on $below and would go with it" "take it away before you deploy, and make it again afterwards"
    fi
  done
  [ "$ABSENT" = no ] || gone="$gone$BRIDGE "
  command -v tc >/dev/null 2>&1 || return 0
  for name in $gone; do
    if ! is_bridge "$name"; then continue; fi
    line=$(tc qdisc show dev "$name" 2>/dev/null | grep -v '^qdisc \(noqueue\|pfifo_fast\|mq\|fq_codel\) ' | head -n 1)
    [ -z "$line" ] || printf '%s\t%s\n' "$name has traffic control of somebody's hand (${line%% root*}), which would go with it" "take it away before you deploy: tc qdisc del dev $name root"
  done
}
