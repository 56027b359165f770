#!/bin/bash
# What the kernel says about a bridge. State, never exit statuses: `service network start` ends with 0 in ten ways of
# being offline. Sourced after common.sh; reads BRIDGE UPLINK ADDRESS GATEWAY STP DELAY MTU.

readonly NET=/sys/class/net

is_bridge() { [ -d "$NET/$1/bridge" ]; }

# Ports of a bridge, one a line.
ports_of() { [ ! -d "$NET/$1/brif" ] || ls "$NET/$1/brif"; }

# The bridge that an interface is a port of, or nothing.
bridge_of() { [ ! -e "$NET/$1/brport/bridge" ] || basename "$(readlink -f "$NET/$1/brport/bridge")"; }

# IPv4 addresses of an interface with prefix, one a line.
addresses_of() { ip -4 -o addr show dev "$1" 2>/dev/null | awk '{ print $4 }'; }

# `<device> <gateway>` of the default route.
default_route() { ip -4 route show default 2>/dev/null | awk '{ for (i = 1; i < NF; i++) { if ($i == "via") v = $(i + 1); if ($i == "dev") d = $(i + 1) } print d, v; exit }'; }

# One line for everything that is not as the stack says; nothing when all is well.
bridge_problems() {
  local state hundredths
  if ! is_bridge "$BRIDGE"; then
    echo "bridge $BRIDGE does not exist"
    return 0
  fi
  case $(ip link show dev "$BRIDGE" | head -n 1) in *[\<,]UP[,\>]*) ;; *) echo "$BRIDGE is down" ;; esac
  if [ -n "$UPLINK" ]; then
    if [ "$(bridge_of "$UPLINK")" != "$BRIDGE" ]; then
      echo "$UPLINK is not a port of $BRIDGE"
    else
      state=$(cat "$NET/$BRIDGE/brif/$UPLINK/state")
      [ "$state" = 3 ] || echo "$UPLINK does not forward yet (port state $state)"
    fi
    [ -z "$(addresses_of "$UPLINK")" ] || echo "$UPLINK has an address of its own: $(addresses_of "$UPLINK" | tr '\n' ' ')"
  fi
  if [ -n "$ADDRESS" ] && ! addresses_of "$BRIDGE" | grep -Fxq "$ADDRESS"; then
    echo "$BRIDGE does not have address $ADDRESS"
  fi
  if [ -n "$GATEWAY" ] && [ "$(default_route)" != "$BRIDGE $GATEWAY" ]; then
    echo "the default route is '$(default_route)', not '$BRIDGE $GATEWAY'"
  fi
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
