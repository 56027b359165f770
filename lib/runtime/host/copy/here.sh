#!/bin/bash
# A copy whose source and target are on one host: both ends here, joined by pipes. Sent by deployer/copy.sh.
# shellcheck disable=SC2154,SC2317  # `word` `received` and `sent` come from join_ends

copy_here() {
  trap '' PIPE
  trap - ERR
  preface() { :; }
  receiving() { receive_copy; }
  sending() { send_copy "$word"; }
  TMPDIR=/tmp join_ends $((2 * PATIENCE + 60))
  if [ "$received" -eq 0 ] || [ "$received" -eq 1 ]; then exit "$received"; fi
  if [ "$sent" -eq 1 ]; then exit 1; fi
  exit "$received"
}
