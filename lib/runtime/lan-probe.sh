#!/bin/bash
# Who is on the wire. Sourced after common.sh and bridge-state.sh.

# The MACs that answer to an address, one a line, lower case. A probe from 0.0.0.0, as duplicate address detection
# sends it: it needs no address of our own on the bridge and changes no neighbour's ARP table.
who_answers() {
  local device=$1 address=$2 seconds=${3:-2}
  # arping ends with 1 when somebody answers, which is no failure here.
  { arping -D -c "$seconds" -w "$((seconds + 1))" -I "$device" "$address" 2>/dev/null || :; } |
    sed -n 's/^[^[]*\[\([0-9A-Fa-f:]\{17\}\)\].*/\1/p' | tr 'A-F' 'a-f' | sort -u
}

# `<port> <seconds>` where a MAC was last seen by a bridge, its own ports' addresses left out.
seen_on() {
  local bridge=$1 mac=$2 number age port
  read -r number age <<EOF
$(brctl showmacs "$bridge" | awk -v mac="$mac" 'tolower($2) == mac && $3 == "no" && !found++ { print $1, $4 }')
EOF
  [ -n "$number" ] || return 0
  for port in $(ports_of "$bridge"); do
    [ "$(($(cat "$NET/$bridge/brif/$port/port_no")))" = "$number" ] && echo "$port $age" && return 0
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
