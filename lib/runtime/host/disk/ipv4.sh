#!/bin/bash
# A guest's IPv4 network, as initscripts' keys have it. Sourced by host/disk/apply.sh.
# shellcheck disable=SC2034,SC2154  # address and prefix are set by host/disk/identity.sh, which reads the rest

# Sets `netmask`, `network` and `broadcast` of address and prefix.
find_network() {
  local a b c d value mask
  IFS=. read -r a b c d <<<"$address"
  check_number "a part of the address $address/$prefix" "$a" "$b" "$c" "$d" "$prefix"
  value=$((a << 24 | b << 16 | c << 8 | d))
  mask=$((prefix == 0 ? 0 : (0xffffffff << (32 - prefix)) & 0xffffffff))
  dotted $mask && netmask=$dotted
  dotted $((value & mask)) && network=$dotted
  dotted $((value & mask | ~mask & 0xffffffff)) && broadcast=$dotted
}

dotted() { # <number>
  dotted=$(($1 >> 24 & 255)).$(($1 >> 16 & 255)).$(($1 >> 8 & 255)).$(($1 & 255))
}
