#!/bin/bash
# Who is on the wire. Sourced after host/base/common.sh and host/facts/bridge.sh.

# The MACs that answer to an address, lower case, one line for every answer to one probe: two lines are two machines, be
# it with one MAC. A probe from 0.0.0.0, as duplicate address detection sends it: it needs no address of our own on the
# bridge and changes no neighbour's ARP table. `arping -D` would end with the first answer and never see a second one.
who_answers() {
  local device=$1 address=$2 probes=${3:-2} output answers=''
  while [ "$probes" -gt 0 ] && [ -z "$answers" ]; do
    output=$(arping -b -s 0.0.0.0 -c 1 -I "$device" "$address" 2>/dev/null || :)
    # An arping that wants an address of its own for that, on a bridge that has none.
    case $output in *[Ss]ent\ *) ;; *) output=$(arping -D -c 1 -w 2 -I "$device" "$address" 2>/dev/null || :) ;; esac
    answers=$(printf '%s\n' "$output" | sed -n 's/^[^[]*\[\([0-9A-Fa-f:]\{17\}\)\].*/\1/p' | tr 'A-F' 'a-f' | sort)
    probes=$((probes - 1))
  done
  [ -z "$answers" ] || printf '%s\n' "$answers"
}

# Whether anybody at all answers to an address; ends with the first answer.
is_answered() {
  local seconds=${3:-2}
  case $(arping -D -c "$seconds" -w "$((seconds + 1))" -I "$1" "$2" 2>/dev/null || :) in *\[*) true ;; *) false ;; esac
}

# The address that every system with IPv6 has by its MAC alone, whatever else it calls itself.
link_local() { # <mac>
  local a b c d e f
  IFS=: read -r a b c d e f <<<"$1"
  is_hex "$a" && is_hex "$b" && is_hex "$c" && is_hex "$d" && is_hex "$e" && is_hex "$f" || return 1
  printf 'fe80::%x:%x:%x:%x\n' $((((0x$a ^ 2) << 8) + 0x$b)) $(((0x$c << 8) + 0xff)) $((0xfe00 + 0x$d)) $(((0x$e << 8) + 0x$f))
}

# Asks a MAC itself, which needs no IPv4 address of it. Silence says nothing: IPv6 may be off, here or there.
mac_answers() { # <device> <mac>
  local ping=ping6 address
  address=$(link_local "$2") || return 1
  command -v ping6 >/dev/null 2>&1 || ping='ping -6'
  # shellcheck disable=SC2086  # two words
  $ping -n -c 1 -w 1 -I "$1" "$address" >/dev/null 2>&1
}

# `<port> <seconds>` where a MAC was last seen by a bridge, its own ports' addresses left out.
seen_on() {
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

# The domain behind a vif, for messages: vif3.0 belongs to domain 3.
owner_of_port() {
  local id
  case $1 in
    vif*)
      id=${1#vif}
      echo "guest $(xl domname "${id%%.*}" 2>/dev/null || echo "with domain id ${id%%.*}")"
      ;;
    *) echo "a machine on the LAN beyond $1" ;;
  esac
}
