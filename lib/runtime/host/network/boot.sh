#!/bin/bash
# Runs at boot, before the network starts. If the host went down before a switch was confirmed, puts the old files back.
set -u
cd "${0%/*}/../../.." || exit
exec 3>&1 >>log 2>&1
. runtime/host/network/begin.sh

read_phase
if is_over "$phase"; then
  # The transaction had ended when the host went down, but was not tidied up.
  close_transaction
  exit 0
fi
case $phase in
  confirmed) promote ;;
  staged | armed)
    unstage
    set_phase abandoned durable
    close_transaction
    ;;
  *)
    tell "the host went down before the switch of $BRIDGE was confirmed, restoring the old files"
    why="the host went down before the switch was confirmed (phase $phase)"
    restore_files || why="$why
not all of the old files could be put back, see $PWD/log: put them back by hand, the network may be down"
    unstage
    end_rolled_back "$why"
    ;;
esac
sync
