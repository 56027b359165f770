#!/bin/bash
# What the kernel says about a bridge. State, never exit statuses: `service network start` ends with 0 in ten ways of
# being offline. Sourced after common.sh; reads BRIDGE FROM ABSENT HOLDER UPLINK ADDRESS GATEWAY STP DELAY MTU.

readonly NET=/sys/class/net

is_bridge() { [ -d "$NET/$1/bridge" ]; }

is_up() { case $(ip link show dev "$1" 2>/dev/null | sed -n 1p) in *[\<,]UP[,\>]*) true ;; *) false ;; esac; }

# Ports of a bridge, one a line.
ports_of() { [ ! -d "$NET/$1/brif" ] || ls "$NET/$1/brif"; }

# A guest's end: vif3.0 or tap3.0, under another name too where the guest's configuration gives one (vifname).
is_guest_port() {
  case $1 in vif*.* | tap*.*) return 0 ;; esac
  case $(readlink -f "$NET/$1/device/subsystem" 2>/dev/null || :) in */xen-backend) true ;; *) false ;; esac
}

# The bridge that an interface is a port of, or nothing.
bridge_of() { [ ! -e "$NET/$1/brport/bridge" ] || basename "$(readlink -f "$NET/$1/brport/bridge")"; }

# IPv4 addresses of an interface with prefix, one a line.
addresses_of() { ip -4 -o addr show dev "$1" 2>/dev/null | awk '{ print $4 }'; }

# The interface that has an address, of either family. Every line is read: who writes into a closed pipe is killed.
holder_of() { ip -o addr show 2>/dev/null | awk -v address="$1" '{ split($4, part, "/"); if (part[1] == address && !found++) print $2 }'; }

# `<device> <gateway>` of the default route.
default_route() { ip -4 route show default 2>/dev/null | awk '{ for (i = 1; i < NF; i++) { if ($i == "via") v = $(i + 1); if ($i == "dev") d = $(i + 1) } if (!found++) print d, v }'; }

# Interfaces under the bridge beside the uplink that are no guest's: with two of them in one bridge frames run in circles.
other_uplinks() {
  local port
  for port in $(ports_of "$1"); do
    [ "$port" = "$UPLINK" ] || is_guest_port "$port" || echo "$port"
  done
}

address_problems() {
  if [ -n "$ADDRESS" ] && ! addresses_of "$HOLDER" | grep -Fxq "$ADDRESS"; then
    echo "$HOLDER does not have address $ADDRESS"
  fi
  if [ -n "$GATEWAY" ] && [ "$(default_route)" != "$HOLDER $GATEWAY" ]; then
    echo "the default route is '$(default_route)', not '$HOLDER $GATEWAY'"
  fi
}

absence_problems() {
  ! is_bridge "$BRIDGE" || echo "bridge $BRIDGE still exists"
  if [ -n "$UPLINK" ]; then
    [ -z "$(bridge_of "$UPLINK")" ] || echo "$UPLINK is a port of $(bridge_of "$UPLINK")"
    is_up "$UPLINK" || echo "$UPLINK is down"
    address_problems
  fi
}

# One line for everything that is not as the stack says; nothing when all is well.
bridge_problems() {
  local state hundredths port
  if [ "$ABSENT" = yes ]; then
    absence_problems
    return 0
  fi
  if ! is_bridge "$BRIDGE"; then
    echo "bridge $BRIDGE does not exist"
    return 0
  fi
  [ -z "$FROM" ] || ! is_bridge "$FROM" || echo "bridge $FROM still exists"
  is_up "$BRIDGE" || echo "$BRIDGE is down"
  if [ -n "$UPLINK" ]; then
    if [ "$(bridge_of "$UPLINK")" != "$BRIDGE" ]; then
      echo "$UPLINK is not a port of $BRIDGE"
    else
      state=$(cat "$NET/$BRIDGE/brif/$UPLINK/state")
      [ "$state" = 3 ] || echo "$UPLINK does not forward yet (port state $state)"
    fi
    [ -z "$(addresses_of "$UPLINK")" ] || echo "$UPLINK has an address of its own: $(addresses_of "$UPLINK" | tr '\n' ' ')"
  fi
  for port in $(other_uplinks "$BRIDGE"); do echo "$port is a port of $BRIDGE too"; done
  address_problems
  state=$(cat "$NET/$BRIDGE/bridge/stp_state")
  [ "$state" = "$([ "$STP" = on ] && echo 1 || echo 0)" ] || echo "$BRIDGE has stp_state $state, STP shall be $STP"
  # Hundredths of a second.
  hundredths=$(cat "$NET/$BRIDGE/bridge/forward_delay")
  [ "$((hundredths / 100))" = "$DELAY" ] || echo "$BRIDGE has a forward delay of $((hundredths / 100)) s, DELAY shall be $DELAY"
  if [ -n "$MTU" ]; then
    [ "$(cat "$NET/$BRIDGE/mtu")" = "$MTU" ] || echo "$BRIDGE has MTU $(cat "$NET/$BRIDGE/mtu"), not $MTU"
    [ -z "$UPLINK" ] || [ "$(cat "$NET/$UPLINK/mtu")" = "$MTU" ] || echo "$UPLINK has MTU $(cat "$NET/$UPLINK/mtu"), not $MTU"
  fi
}
