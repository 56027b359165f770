#!/bin/bash
# Files of others that initscripts or Xen would act on beside ours. Sourced; a line each: what is wrong, a tab, the cure.
# shellcheck disable=SC2154  # BRIDGE UPLINK ABSENT belong to bridge-options.sh

# Ours in the place of these, so they go: a line each.
goes_with_us() { [ -f dropped ] && grep -Fxq "$1" dropped; }

# One value of an ifcfg file, as the shell would see it.
ifcfg_value() { sed -n "s/^[[:space:]]*$2=[\"']*\\([^\"' #]*\\).*/\\1/p" "$1" | tail -n 1; }

# Whether initscripts read an ifcfg file that is none of ours.
is_foreign() {
  case ${1##*/ifcfg-} in *~ | *.bak | *.orig | *.rpmnew | *.rpmorig | *.rpmsave | lo | "$BRIDGE" | "$UPLINK") return 1 ;; esac
  [ -f "$1" ] && ! goes_with_us "$1"
}

# Copies such as ifcfg-eth0.20150301 are interfaces to initscripts, whatever their author meant.
foreign_problems() {
  local folder=/etc/sysconfig/network-scripts file name device
  for file in "$folder"/ifcfg-*; do
    is_foreign "$file" || continue
    name=${file##*/ifcfg-}
    case $name in
      "$UPLINK":* | "$UPLINK"-range*)
        [ "$ABSENT" = yes ] ||
          printf '%s\t%s\n' "$file gives $UPLINK a further address, which CentOS loses once $UPLINK is under a bridge" \
            "rename it to ifcfg-$BRIDGE${name#"$UPLINK"} and its DEVICE likewise, or remove it"
        continue
        ;;
    esac
    device=$(ifcfg_value "$file" DEVICE)
    if [ -n "$device" ] && { [ "$device" = "$BRIDGE" ] || [ "$device" = "$UPLINK" ]; }; then
      printf '%s\t%s\n' "$file also describes $device, and initscripts would start it" "move it out of $folder, or end its name in .bak"
    fi
  done
  [ -z "$UPLINK" ] || script_problem
}

# Xen 3's way. Run beside ifcfg bridges it renames them away and cuts the host off for good.
script_problem() {
  local file=/etc/xen/xend-config.sxp line
  [ -f "$file" ] || return 0
  line=$(grep -E '^[[:space:]]*\(network-script[[:space:]]' "$file" | grep -Ev 'network-script[[:space:]]+("?/bin/true"?|network-dummy|none)[[:space:]]*\)' || :)
  [ -z "$line" ] || printf '%s\t%s\n' "$file still runs Xen 3's bridge script: $line" 'put a # before that line'
}

# Another interface that claims the default route at the next start of the network.
gateway_problems() {
  local folder=/etc/sysconfig/network-scripts file
  [ -n "$GATEWAY" ] || return 0
  for file in "$folder"/ifcfg-*; do
    is_foreign "$file" || continue
    case $(ifcfg_value "$file" DEFROUTE):$(ifcfg_value "$file" ONBOOT) in no:* | NO:* | *:no | *:NO) continue ;; esac
    [ -z "$(ifcfg_value "$file" GATEWAY)" ] || printf '%s\t%s\n' "$file names a second default gateway" "take GATEWAY out of it, or add DEFROUTE=no"
  done
}

# A second one that is there now.
route_problems() {
  local routes='' line count=0 IFS=$'\n'
  [ -n "$GATEWAY" ] || return 0
  read_routes
  # shellcheck disable=SC2034  # it is counted
  for line in $routes; do count=$((count + 1)); done
  [ "$count" -le 1 ] || printf '%s\t%s\n' "there are $count default routes" "see ip route, and take away what is not over $HOLDER: ip route del default via ADDRESS"
}
