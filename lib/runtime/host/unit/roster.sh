#!/bin/bash
# Lets go of whoever was deployed to the host and is no longer described: guests as their policy says, bridges stay.
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

# Units on record that nobody describes.
leavers() {
  local directory
  for directory in "$STATE"/units/"$1"-*; do
    [ ! -d "$directory" ] || printf '%s\n' "${directory##*/}"
  done | sort | comm -23 - described
}

lock exclusive
# Files, so that a list that can't be made ends the step.
leavers domU >leaving-guests
leavers bridge >leaving-bridges
move_generation
while read -r unit; do retire_guest "${unit#domU-}"; done <leaving-guests
while read -r unit; do
  changed=yes
  forget_record "$unit"
  say "bridge ${unit#bridge-} stays as it is; nobody looks after it any longer (dissolve: true takes a bridge away)"
done <leaving-bridges
record
if [ "$changed" = yes ]; then say 'done'; else say 'nothing to change'; fi
