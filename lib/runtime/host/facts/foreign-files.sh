#!/bin/bash
# Files of other programs or people that initscripts or Xen would read beside ours. Functions print a line each: what is
# wrong, a tab, the cure. Sourced after host/facts/ifcfg.sh.
# shellcheck disable=SC2153,SC2154  # host/base/bridge-options.sh sets BRIDGE and the other options

readonly SCRIPTS=/etc/sysconfig/network-scripts

# Whether this deploy removes a file: the unit wrote it earlier and has it no longer.
is_dropped_by_unit() { [ -f dropped ] && grep -Fxq "$1" dropped; } # <path>

# Sets `ifcfgs` to what all ifcfg files say. A caller that asks for many bridges has asked once before, and has set
# `all_ifcfgs`.
read_ifcfgs() {
  local file files=()
  if [ -n "${all_ifcfgs+known}" ]; then
    ifcfgs=$all_ifcfgs
    return 0
  fi
  for file in "$SCRIPTS"/ifcfg-*; do
    case $file in *~ | *.bak | *.orig | *.rpmnew | *.rpmorig | *.rpmsave | */ifcfg-lo) continue ;; esac
    [ ! -f "$file" ] || files+=("$file")
  done
  ifcfgs=''
  [ ${#files[@]} -eq 0 ] ||
    ifcfgs=$(ifcfg_values 'DEVICE HWADDR BRIDGE SLAVE BOOT DEFROUTE GATEWAY' ${files[@]+"${files[@]}"})
}

# Whether an ifcfg file is not ours.
is_foreign() { # <name behind ifcfg->
  case $1 in "$BRIDGE" | "$UPLINK") return 1 ;; esac
  ! is_dropped_by_unit "$SCRIPTS/ifcfg-$1"
}

# initscripts read a copy such as ifcfg-eth0.20150301 as an interface of its own.
foreign_problems() {
  local ifcfgs name device mac bridge slave boot file away="move it out of $SCRIPTS, or end its name in .bak"
  read_ifcfgs
  while read -r name device mac bridge slave boot _; do
    if [ -z "$name" ] || ! is_foreign "$name"; then continue; fi
    file=$SCRIPTS/ifcfg-$name
    case $name in
      "$UPLINK":* | "$UPLINK"-range*)
        [ "$ABSENT" = yes ] ||
          printf '%s\t%s\n' "$file gives $UPLINK a further address, which CentOS loses once $UPLINK is under a bridge" \
            "rename it to ifcfg-$BRIDGE${name#"$UPLINK"} and its DEVICE likewise, or remove it"
        continue
        ;;
      # Further addresses of another interface: they do not start by themselves, and never go under a bridge.
      *:* | *-range*) continue ;;
    esac
    # If the file gives no name, ifup finds the NIC by its MAC.
    if [ "$device" = - ] && [ "$mac" != - ] && is_uplink_mac "$mac"; then device=$UPLINK; fi
    if [ "$device" = "$BRIDGE" ] || [ "$device" = "$UPLINK" ]; then
      printf '%s\t%s\n' "$file also describes $device, and initscripts would start it" "$away"
    elif [ "$boot" = yes ] && [ "$slave" != yes ] && is_ours_or_was "$bridge"; then
      [ "$device" != - ] || device=$name
      printf '%s\t%s\n' \
        "$file would put $device under $bridge at the next start of the network$(effect_of_bridge_key "$bridge")" \
        "take BRIDGE out of it, or $away"
    fi
  done < <(printf '%s\n' "$ifcfgs")
  [ -z "$UPLINK" ] || script_problem
}

# Compares without regard to case: the stack's MAC is lower case, people write either. Starts no program, since a plan
# asks this of every file.
is_uplink_mac() { # <MAC>
  local found=1
  shopt -s nocasematch
  [[ $1 != "$UPLINK_MAC" ]] || found=0
  shopt -u nocasematch
  return "$found"
}

# Whether a name is that of the bridge, or its former name.
is_ours_or_was() { # <bridge>
  [ "$1" = "$BRIDGE" ] || [ "$1" = "$FROM" ]
}

# Prints what a file that names a bridge does: ifup makes that bridge even if no other file describes it.
effect_of_bridge_key() { # <bridge>
  if [ "$1" != "$BRIDGE" ]; then
    echo ", and make a bridge of that name again, which is $BRIDGE by now"
  elif [ "$ABSENT" = yes ]; then
    echo ', and make the bridge again, which the stack dissolves'
  elif [ -n "$UPLINK" ]; then
    echo ", beside $UPLINK: frames would run in circles"
  else
    echo ', and the stack gives it no uplink'
  fi
}

# Prints what people should know but what is no reason to stop, a line each.
foreign_notes() {
  local ifcfgs name device bridge boot
  read_ifcfgs
  while read -r name device _ bridge _ boot _; do
    if [ -z "$name" ] || ! is_foreign "$name"; then continue; fi
    [ "$device" != - ] || device=$name
    case $bridge in
      *\?*) echo "$SCRIPTS/ifcfg-$name names a bridge in a way that is not understood, see its BRIDGE line" ;;
      *)
        if [ "$boot" = no ] && is_ours_or_was "$bridge"; then
          echo "$SCRIPTS/ifcfg-$name would put $device under $bridge too, should somebody start it by hand (ONBOOT=no)"
        fi
        ;;
    esac
  done < <(printf '%s\n' "$ifcfgs")
}

# Xen 3's bridge script. Beside ifcfg bridges it renames them and cuts the host off for good.
script_problem() {
  local file=/etc/xen/xend-config.sxp line
  [ -f "$file" ] || return 0
  line=$(grep -E '^[[:space:]]*\(network-script[[:space:]]' "$file" |
    grep -Ev 'network-script[[:space:]]+("?/bin/true"?|network-dummy|none)[[:space:]]*\)' || :)
  [ -z "$line" ] || printf '%s\t%s\n' "$file still runs Xen 3's bridge script: $line" 'put a # before that line'
}

# Other interfaces that set a default route at the next start of the network.
gateway_problems() {
  local ifcfgs name boot defroute gateway
  [ -n "$GATEWAY" ] || return 0
  read_ifcfgs
  while read -r name _ _ _ _ boot defroute gateway; do
    if [ -z "$name" ] || ! is_foreign "$name"; then continue; fi
    case $gateway:$boot:$defroute in -:* | *:no:* | *:no | *:NO) continue ;; esac
    printf '%s\t%s\n' "$SCRIPTS/ifcfg-$name names a second default gateway" 'take GATEWAY out of it, or add DEFROUTE=no'
  done < <(printf '%s\n' "$ifcfgs")
}

# More than one default route now.
route_problems() {
  local routes='' line count=0 IFS=$'\n'
  [ -n "$GATEWAY" ] || return 0
  read_routes
  # shellcheck disable=SC2034  # it is counted
  for line in $routes; do count=$((count + 1)); done
  [ "$count" -le 1 ] || printf '%s\t%s\n' "there are $count default routes" \
    "see ip route, and take away what is not over $HOLDER: ip route del default via ADDRESS"
}
