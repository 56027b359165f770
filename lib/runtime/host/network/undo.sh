#!/bin/bash
# Started by hand, at the console: goes back to the network before a transaction, pending or confirmed.
#
#   bash /var/lib/cdktf-xen/net/last/runtime/net-undo.sh
set -u
cd "$(readlink -f "${0%/*}")/../../.." || exit
if [ "${1:-}" != --detached ]; then
  # The connection that this was typed into may be cut by the way back.
  : >progress
  setsid bash runtime/host/network/undo.sh --detached </dev/null &
  undo=$!
  tail -f progress &
  wait $undo
  sleep 1
  kill $!
  exit
fi
exec >>log 2>&1 3>/dev/null
. runtime/host/network/begin.sh

read_phase
case $phase in
  staged | armed | abandoned | rolled-back)
    tell 'nothing to undo: this transaction has not changed the network, or was undone already'
    exit 0
    ;;
  confirmed | promoted)
    lock exclusive
    # If the host crashes on the way, it starts again with the old files.
    ln -sfn "${PWD##*/}" "$NETWORK/current"
    set_phase undoing durable
    ;;
esac
give_up 'undone by hand'
[ -z "$FROM" ] || tell_xen_of_rename "$BRIDGE" "$FROM"
# Puts the old record back. The new generation makes plans made meanwhile stale.
if [ -d unit-before ]; then
  rm -rf recorded && cp -r unit-before recorded && commit_record
  leave_generation "undone-$CDKTF_XEN_RUN"
else
  forget_record "$CDKTF_XEN_UNIT"
fi
