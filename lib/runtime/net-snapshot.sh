#!/bin/bash
# The running network as text, and the way back to it with the kernel's own tools where the scripts' way has not been
# enough: somebody may have set by hand what no file says. Sourced after bridge-state.sh.
#
#   bridge NAME STP DELAY-HUNDREDTHS      link NAME up|down MTU      port BRIDGE NAME
#   address NAME CIDR                     route WORDS OF IP-ROUTE    gateway ADDRESS   (one that answered)
#   mtu NAME MTU   (of a guest's end, which comes and goes with the guest)

# What initscripts and the kernel make by themselves, with addresses, is left out; so are the kernel's own remarks.
static_routes() {
  ip -4 route show | sed 's/ *\(linkdown\|dead\|onlink\|pervasive\) *$//; s/ \(linkdown\|dead\) / /g; s/ *$//' |
    sed '/proto kernel/d; /^169\.254\.0\.0\/16/d'
}

take_snapshot() {
  local path name
  for path in "$NET"/*; do
    name=${path##*/}
    if [ "$name" = lo ] || [ ! -e "$path/mtu" ]; then continue; fi
    if is_bridge "$name"; then echo "bridge $name $(cat "$path/bridge/stp_state") $(cat "$path/bridge/forward_delay")"; fi
    if is_guest_port "$name"; then echo "mtu $name $(cat "$path/mtu")"; fi
    is_guest_port "$name" || echo "link $name $(is_up "$name" && echo up || echo down) $(cat "$path/mtu")"
    if [ -n "$(bridge_of "$name")" ]; then echo "port $(bridge_of "$name") $name"; fi
    addresses_of "$name" | sed "s/^/address $name /"
  done
  static_routes | sed 's/^/route /'
}

# Lines of the snapshot that do not hold now. A guest that has ended meanwhile took its port along.
snapshot_problems() {
  local kind name rest
  while read -r kind name rest; do
    case $kind in
      bridge) is_bridge "$name" || echo "bridge $name is gone" ;;
      link) [ "${rest%% *}" = down ] || is_up "$name" || echo "$name is down" ;;
      port)
        { [ ! -e "$NET/$rest" ] && is_guest_port "$rest"; } || [ "$(bridge_of "$rest")" = "$name" ] ||
          echo "$rest is not a port of $name"
        ;;
      address) addresses_of "$name" | grep -Fxq "$rest" || echo "$name does not have address $rest" ;;
      route) static_routes | grep -Fxq "$name $rest" || echo "the route '$name $rest' is gone" ;;
    esac
  done <before
}

# An address that only the new state had would be answered for twice.
drop_new_addresses() {
  local device cidr
  for device in $BRIDGE $UPLINK; do
    addresses_of "$device" | while read -r cidr; do
      grep -Fxq "address $device $cidr" before || net ip addr del "$cidr" dev "$device"
    done
  done
}

remove_new_bridge() {
  local port
  is_bridge "$BRIDGE" && ! grep -q "^bridge $BRIDGE " before || return 0
  for port in $(ports_of "$BRIDGE"); do net brctl delif "$BRIDGE" "$port"; done
  net ip link set dev "$BRIDGE" down
  net brctl delbr "$BRIDGE"
}

# Plain kernel state, in the order in which each needs the one before.
restore_snapshot() {
  local kind name rest
  remove_new_bridge
  while read -r kind name rest; do
    [ "$kind" = bridge ] || continue
    is_bridge "$name" || net brctl addbr "$name"
    [ "$(cat "$NET/$name/bridge/stp_state" 2>/dev/null)" = "${rest% *}" ] || net brctl stp "$name" "$([ "${rest% *}" = 0 ] && echo off || echo on)"
    [ "$(cat "$NET/$name/bridge/forward_delay" 2>/dev/null)" = "${rest#* }" ] || net brctl setfd "$name" "$((${rest#* } / 100))"
  done <before
  restore_ports
  while read -r kind name rest; do
    case $kind in
      link)
        [ ! -e "$NET/$name" ] || [ "$(cat "$NET/$name/mtu")" = "${rest#* }" ] || net ip link set dev "$name" mtu "${rest#* }"
        [ "${rest%% *}" = down ] || is_up "$name" || net ip link set dev "$name" up
        ;;
      mtu) [ ! -e "$NET/$name" ] || [ "$(cat "$NET/$name/mtu")" = "$rest" ] || net ip link set dev "$name" mtu "$rest" ;;
      address) addresses_of "$name" | grep -Fxq "$rest" || net ip addr add "$rest" brd + dev "$name" ;;
    esac
  done <before
  drop_new_addresses
  while read -r kind name rest; do
    if [ "$kind" != route ] || static_routes | grep -Fxq "$name $rest"; then continue; fi
    # shellcheck disable=SC2086  # the words of a route
    net ip route replace $name $rest
  done <before
}

# Every port back into its bridge. A bridge that was deleted and made again has lost its guests' vifs.
restore_ports() {
  local kind name port
  while read -r kind name port; do
    [ "$kind" != port ] || [ ! -e "$NET/$port" ] || plug "$port" "$name"
  done <before
}

# Port, bridge.
plug() {
  local now
  now=$(bridge_of "$1")
  if [ "$now" = "$2" ] || ! is_bridge "$2"; then return 0; fi
  [ -z "$now" ] || net brctl delif "$now" "$1"
  net brctl addif "$2" "$1"
  net ip link set dev "$1" up
  tell "put $1 back on $2"
}
