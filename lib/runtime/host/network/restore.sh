#!/bin/bash
# The way back with the kernel's own tools. The network scripts bring back only what files say, but settings may have
# been made by hand. Reads `to_restore`, see host/network/snapshot.sh. Sourced after it.
# shellcheck disable=SC2154  # `to_restore` is set by find_what_to_restore

# Drops addresses that only the new state had: two machines must not answer to one address. Keeps addresses that others
# have set meanwhile.
drop_new_addresses() {
  local device cidr after=''
  after=$(read_facts after) || after=''
  for device in $BRIDGE $UPLINK; do
    addresses_of "$device" | while read -r cidr; do
      if is_to_restore "address $device $cidr"; then continue; fi
      case $'\n'$after$'\n' in
        *$'\n'"address $device $cidr"$'\n'*) ;;
        *) [ "$cidr" = "$ADDRESS" ] || continue ;;
      esac
      net ip addr del "$cidr" dev "$device"
    done
  done
}

remove_new_bridge() {
  local port
  is_bridge "$BRIDGE" && ! printf '%s\n' "$to_restore" | grep -q "^bridge $BRIDGE " || return 0
  for port in $(ports_of "$BRIDGE"); do net brctl delif "$BRIDGE" "$port"; done
  net ip link set dev "$BRIDGE" down
  net brctl delbr "$BRIDGE"
}

restore_bridge() { # <name> <STP> <delay in hundredths>
  local value
  is_bridge "$1" || net brctl addbr "$1"
  read_value "$1/bridge/stp_state"
  [ "$value" = "$2" ] || net brctl stp "$1" "$([ "$2" = 0 ] && echo off || echo on)"
  read_value "$1/bridge/forward_delay"
  if [ "$value" != "$3" ] && is_number "$3"; then net brctl setfd "$1" "$(($3 / 100))"; fi
}

restore_mtu() { # <interface> <MTU>
  local value
  [ -e "$NET/$1" ] || return 0
  read_value "$1/mtu"
  [ "$value" = "$2" ] || net ip link set dev "$1" mtu "$2"
}

# Restores plain kernel state. The order matters: each step needs the one before.
restore_snapshot() {
  local kind name rest routes
  remove_new_bridge
  printf '%s\n' "$to_restore" | while read -r kind name rest; do
    [ "$kind" != bridge ] || restore_bridge "$name" "${rest% *}" "${rest#* }"
  done
  restore_ports
  printf '%s\n' "$to_restore" | while read -r kind name rest; do
    case $kind in
      link)
        restore_mtu "$name" "${rest#* }"
        [ "${rest%% *}" = down ] || is_up "$name" || net ip link set dev "$name" up
        ;;
      mtu) restore_mtu "$name" "$rest" ;;
      address) addresses_of "$name" | grep -Fxq "$rest" || net ip addr add "$rest" brd + dev "$name" ;;
    esac
  done
  drop_new_addresses
  # shellcheck disable=SC2046  # names of interfaces
  routes=$(static_routes $(names_in touched "$to_restore") $(names_in stacked "$to_restore"))
  printf '%s\n' "$to_restore" | while read -r kind name rest; do
    if [ "$kind" != route ] || printf '%s\n' "$routes" | grep -Fxq "$name $rest"; then continue; fi
    # shellcheck disable=SC2086  # the words of a route
    net ip route replace $name $rest
  done
}

# Puts every port back into its bridge. A bridge that was deleted and made again has lost its guests' vifs.
restore_ports() {
  local kind name port
  printf '%s\n' "$to_restore" | while read -r kind name port; do
    if [ "$kind" = port ] && [ -e "$NET/$port" ] && ! is_elsewhere "$port"; then plug "$port" "$name"; fi
  done
}

plug() { # <port> <bridge>
  local now
  now=$(bridge_of "$1")
  if [ "$now" = "$2" ] || ! is_bridge "$2"; then return 0; fi
  [ -z "$now" ] || net brctl delif "$now" "$1"
  net brctl addif "$2" "$1"
  net ip link set dev "$1" up
  tell "put $1 back on $2"
}
