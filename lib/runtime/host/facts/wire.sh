#!/bin/bash
# Asks the wire which machines answer. Sourced after host/base/common.sh and host/facts/bridge.sh.

# Prints the MACs that answer to an address, lower case, a line for every answer to one probe: two lines are two
# machines, even with one MAC. The probe comes from 0.0.0.0, as for duplicate address detection. So the bridge needs no
# address, and no ARP table changes. `arping -D` would end with the first answer.
answering_macs() { # <device> <address> [<probes>]
  local device=$1 address=$2 probes=${3:-2} output answers=''
  while [ "$probes" -gt 0 ] && [ -z "$answers" ]; do
    output=$(arping -b -s 0.0.0.0 -c 1 -I "$device" "$address" 2>/dev/null || :)
    # This arping needs an address on the bridge, and the bridge has none.
    case $output in *[Ss]ent\ *) ;; *) output=$(arping -D -c 1 -w 2 -I "$device" "$address" 2>/dev/null || :) ;; esac
    answers=$(printf '%s\n' "$output" | sed -n 's/^[^[]*\[\([0-9A-Fa-f:]\{17\}\)\].*/\1/p' | tr 'A-F' 'a-f' | sort)
    probes=$((probes - 1))
  done
  [ -z "$answers" ] || printf '%s\n' "$answers"
}

# Whether the last word of a vif stands for an address that the stack does not know.
is_unchecked() { case $1 in dhcp | none | unknown) true ;; *) false ;; esac; } # <address>|dhcp|none|unknown

# Whether any machine answers to an address; ends with the first answer.
is_answered() { # <device> <address> [<seconds>]
  local seconds=${3:-2}
  case $(arping -D -c "$seconds" -w "$((seconds + 1))" -I "$1" "$2" 2>/dev/null || :) in *\[*) true ;; *) false ;; esac
}

# Prints the IPv6 address that a system has by its MAC alone.
link_local() { # <mac>
  local a b c d e f
  IFS=: read -r a b c d e f <<<"$1"
  is_hex "$a" && is_hex "$b" && is_hex "$c" && is_hex "$d" && is_hex "$e" && is_hex "$f" || return 1
  printf 'fe80::%x:%x:%x:%x\n' $((((0x$a ^ 2) << 8) + 0x$b)) $(((0x$c << 8) + 0xff)) $((0xfe00 + 0x$d)) \
    $(((0x$e << 8) + 0x$f))
}

# Whether a machine with a MAC answers to a ping over IPv6; it needs no IPv4 address for that. No answer proves nothing:
# IPv6 may be off on either side.
mac_answers() { # <device> <mac>
  local ping=ping6 address
  address=$(link_local "$2") || return 1
  command -v ping6 >/dev/null 2>&1 || ping='ping -6'
  # shellcheck disable=SC2086  # two words
  $ping -n -c 1 -w 1 -I "$1" "$address" >/dev/null 2>&1
}

# Prints `<port> <seconds>` for a MAC that a bridge has seen; the addresses of its own ports are left out.
seen_on() { # <bridge> <mac>
  local bridge=$1 mac=$2 number age port hex
  read -r number age <<EOF
$(brctl showmacs "$bridge" | awk -v mac="$mac" 'tolower($2) == mac && $3 == "no" && !found++ { print $1, $4 }')
EOF
  [ -n "$number" ] || return 0
  for port in $(ports_of "$bridge"); do
    hex=$(cat "$NET/$bridge/brif/$port/port_no" 2>/dev/null || :)
    hex=${hex#0x}
    is_hex "$hex" && [ "$((0x$hex))" = "$number" ] && echo "$port $age" && return 0
  done
  echo "port-$number $age"
}

# Prints who is behind a port, for messages: vif3.0 belongs to domain 3.
owner_of_port() { # <port>
  local id
  case $1 in
    vif*)
      id=${1#vif}
      echo "guest $(xl domname "${id%%.*}" 2>/dev/null || echo "with domain id ${id%%.*}")"
      ;;
    *) echo "a machine on the LAN beyond $1" ;;
  esac
}
