#!/bin/bash
# What the kernel says about a bridge. Sourced after host/base/common.sh and both/numbers.sh; reads UPLINK.

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

# Prints `<device> <gateway>` of the default route, the first if there are several.
default_route() {
  local routes word before='' device='' gateway=''
  routes=$(ip -4 route show default 2>/dev/null) || :
  [ -n "$routes" ] || return 0
  for word in ${routes%%$'\n'*}; do
    case $before in via) gateway=$word ;; dev) device=$word ;; esac
    before=$word
  done
  echo "$device $gateway"
}

# Prints the ports of a bridge that are neither the uplink nor a guest's. With two uplinks in one bridge frames run in
# circles.
other_uplinks() { # <bridge>
  local port
  for port in "$NET/$1/brif"/*; do
    port=${port##*/}
    [ "$port" = '*' ] || [ "$port" = "$UPLINK" ] || is_guest_port "$port" || printf '%s\n' "$port"
  done
}

# Sets `value` to what the kernel says under a name.
# shellcheck disable=SC2034  # for the callers
read_value() { # <path below /sys/class/net>
  value=''
  { read -r value <"$NET/$1"; } 2>/dev/null || :
}
