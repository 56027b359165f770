#!/bin/bash
# Releases the units that were deployed to the host and are not described any more: guests by their policy, bridges
# stay.
set -euo pipefail
. runtime/host/base/common.sh
. runtime/host/base/files.sh
. runtime/host/guest/retire.sh

while [ $# -gt 0 ]; do
  case $1 in
    guest) printf 'domU-%s\n' "$2" ;;
    bridge) printf 'bridge-%s\n' "$2" ;;
    *) fail "words/roster has the word '$1', which the runtime does not know" 'synthesize again' ;;
  esac
  shift 2
done | sort >described

# Prints the units of a kind that are on record and not described.
undescribed_units() { # <kind>
  local directory
  for directory in "$STATE"/units/"$1"-*; do
    [ ! -d "$directory" ] || printf '%s\n' "${directory##*/}"
  done | sort | comm -23 - described
}

lock exclusive
# Files instead of pipes, so that the step ends if a list can't be made.
undescribed_units domU >leaving-guests
undescribed_units bridge >leaving-bridges
move_generation
while read -r unit; do retire_guest "${unit#domU-}"; done <leaving-guests
while read -r unit; do
  changed=yes
  forget_record "$unit"
  say "bridge ${unit#bridge-} stays as it is; nobody looks after it any longer (dissolve: true takes a bridge away)"
done <leaving-bridges
record
if [ "$changed" = yes ]; then say 'done'; else say 'nothing to change'; fi
