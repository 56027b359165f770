#!/bin/bash
# What the kernel says about a bridge. Only state counts, never an exit status: `service network start` ends with 0 in
# ten ways of being offline. Sourced after host/base/common.sh and both/numbers.sh; reads BRIDGE FROM ABSENT HOLDER
# UPLINK ADDRESS GATEWAY STP DELAY MTU.

readonly NET=/sys/class/net

is_bridge() { [ -d "$NET/$1/bridge" ]; } # <interface>

# Whether an interface has IFF_UP, the UP that ip shows.
is_up() { # <interface>
  local flags=''
  { read -r flags <"$NET/$1/flags"; } 2>/dev/null || return 1
  # An odd hexadecimal number has this bit. No arithmetic here, see both/numbers.sh.
  case $flags in 0x*[13579bBdDfF]) true ;; *) false ;; esac
}

# Prints the ports of a bridge, one a line.
ports_of() { [ ! -d "$NET/$1/brif" ] || ls "$NET/$1/brif"; } # <bridge>

# Whether a port is a guest's end: vif3.0 or tap3.0, or any other name that the guest's configuration gives (vifname).
is_guest_port() { # <port>
  case $1 in vif*.* | tap*.*) return 0 ;; esac
  case $(readlink -f "$NET/$1/device/subsystem" 2>/dev/null || :) in */xen-backend) true ;; *) false ;; esac
}

# Prints the bridge that an interface is a port of, or nothing.
bridge_of() { [ ! -e "$NET/$1/brport/bridge" ] || basename "$(readlink -f "$NET/$1/brport/bridge")"; } # <interface>

# Prints the IPv4 addresses of an interface with prefix, one a line.
addresses_of() { ip -4 -o addr show dev "$1" 2>/dev/null | awk '{ print $4 }'; } # <interface>

# Prints the interface that has an address, IPv4 or IPv6. awk reads every line: a program that writes into a closed pipe
# is killed.
holder_of() { # <address without prefix>
  ip -o addr show 2>/dev/null |
    awk -v address="$1" '{ split($4, part, "/"); if (part[1] == address && !found++) print $2 }'
}

# Set `addresses` and `routes` to what ip lists. A caller that asks for many bridges has asked once before, and has set
# `all_addresses` and `all_routes`.
read_addresses() {
  addresses=${all_addresses-}
  [ -n "${all_addresses+known}" ] || addresses=$(ip -4 -o addr show 2>/dev/null) || :
}
read_routes() {
  routes=${all_routes-}
  [ -n "${all_routes+known}" ] || routes=$(ip -4 route show default 2>/dev/null) || :
}

# Prints `<device> <gateway>` of the default route, the first if there are several.
default_route() {
  local routes='' route=''
  read_routes
  take_default_route
  [ -z "$route" ] || echo "$route"
}

# Sets `route` from the first line of `routes`.
take_default_route() {
  local word before='' device='' gateway=''
  route=''
  [ -n "$routes" ] || return 0
  for word in ${routes%%$'\n'*}; do
    case $before in via) gateway=$word ;; dev) device=$word ;; esac
    before=$word
  done
  route="$device $gateway"
}

# Prints the ports of a bridge that are neither the uplink nor a guest's. With two uplinks in one bridge frames run in
# circles.
other_uplinks() { # <bridge>
  local others=''
  find_other_uplinks "$1"
  # shellcheck disable=SC2086  # names of interfaces
  [ -z "$others" ] || printf '%s\n' $others
}

# Sets `others`.
find_other_uplinks() { # <bridge>
  local port
  others=''
  for port in "$NET/$1/brif"/*; do
    port=${port##*/}
    [ "$port" = '*' ] || [ "$port" = "$UPLINK" ] || is_guest_port "$port" || others="$others $port"
  done
}

# From here on builtins are used where possible: a plan asks many hosts, and starting small programs would take most of
# the time.

# Prints what is wrong with dom0's address, and with addresses of the uplink itself, if it must have none.
address_problems() { # 'have any'|'have none'
  local uplink_shall=$1 device cidr route='' routes='' addresses='' has=no own='' line
  read_addresses
  # A here-string would be a file in /tmp, and a full disk must stop neither a switch nor its way back.
  while [ -n "$addresses" ]; do
    line=${addresses%%$'\n'*}
    addresses=${addresses#"$line"}
    addresses=${addresses#$'\n'}
    # shellcheck disable=SC2086  # words: number, device, family, address
    set -- $line
    device=${2:-} cidr=${4:-}
    if [ "$device" = "$HOLDER" ] && [ "$cidr" = "$ADDRESS" ]; then has=yes; fi
    if [ -n "$UPLINK" ] && [ "$device" = "$UPLINK" ]; then own="$own $cidr"; fi
  done
  [ "$uplink_shall" = 'have any' ] || [ -z "$own" ] || echo "$UPLINK has an address of its own:$own"
  [ -z "$ADDRESS" ] || [ "$has" = yes ] || echo "$HOLDER does not have address $ADDRESS"
  [ -n "$GATEWAY" ] || return 0
  read_routes
  take_default_route
  [ "$route" = "$HOLDER $GATEWAY" ] || echo "the default route is '$route', not '$HOLDER $GATEWAY'"
}

# Sets `value` to what the kernel says under a name.
read_value() { # <path below /sys/class/net>
  value=''
  { read -r value <"$NET/$1"; } 2>/dev/null || :
}

absence_problems() {
  ! is_bridge "$BRIDGE" || echo "bridge $BRIDGE still exists"
  if [ -n "$UPLINK" ]; then
    [ -z "$(bridge_of "$UPLINK")" ] || echo "$UPLINK is a port of $(bridge_of "$UPLINK")"
    is_up "$UPLINK" || echo "$UPLINK is down"
    address_problems 'have any'
  fi
}

# Prints a line for everything that is not as the stack says, and nothing if all is well.
bridge_problems() {
  local value port shall others=''
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
    if [ ! -e "$NET/$BRIDGE/brif/$UPLINK" ]; then
      echo "$UPLINK is not a port of $BRIDGE"
    else
      read_value "$BRIDGE/brif/$UPLINK/state"
      [ "$value" = 3 ] || echo "$UPLINK does not forward yet (port state $value)"
    fi
  fi
  find_other_uplinks "$BRIDGE"
  for port in $others; do echo "$port is a port of $BRIDGE too"; done
  address_problems 'have none'
  shall=0
  [ "$STP" != on ] || shall=1
  read_value "$BRIDGE/bridge/stp_state"
  [ "$value" = "$shall" ] || echo "$BRIDGE has stp_state $value, STP shall be $STP"
  # The kernel counts in hundredths of a second.
  read_value "$BRIDGE/bridge/forward_delay"
  if is_number "$value"; then value=$((value / 100)); else value="'$value'"; fi
  [ "$value" = "$DELAY" ] || echo "$BRIDGE has a forward delay of $value s, DELAY shall be $DELAY"
  if [ -n "$MTU" ]; then
    for port in "$BRIDGE" ${UPLINK:+"$UPLINK"}; do
      read_value "$port/mtu"
      [ "$value" = "$MTU" ] || echo "$port has MTU $value, not $MTU"
    done
  fi
}
