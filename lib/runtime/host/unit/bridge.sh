#!/bin/bash
# Makes, changes or dissolves one bridge, the CentOS 6 way. If the running network has to change, this program only
# stages and arms the change, and ends with ARMED. Then the guardian switches, and a new connection confirms
# (host/network).
set -euo pipefail
. runtime/host/base/common.sh
. runtime/both/numbers.sh
. runtime/both/words.sh
. runtime/host/base/files.sh
. runtime/host/base/bridge-options.sh
. runtime/host/facts/bridge.sh
. runtime/host/facts/wire.sh
. runtime/host/facts/collector.sh
. runtime/host/compare/compare.sh
. runtime/host/compare/look.sh
. runtime/host/network/state.sh
. runtime/host/network/beside.sh
. runtime/host/network/transaction.sh
. runtime/host/network/snapshot.sh
. runtime/host/network/preflight.sh
. runtime/host/network/stage.sh

# Whether the last deploy of a bridge gave it an MTU.
had_mtu() { # <bridge>
  local value
  find_word "$STATE/units/bridge-$1/words/bridge-$1" mtu && [ -n "$value" ]
}

read_bridge_options "$@"
[ -z "$odd_words" ] ||
  fail "words/$CDKTF_XEN_UNIT has words that the runtime does not understand:$odd_words" 'synthesize again'
# An MTU that leaves the stack goes back to 1500 in a switch now. No file sets it any longer, so else the next boot
# would change it without a guardian.
if [ -z "$MTU" ] && { had_mtu "$BRIDGE" || { [ -n "$FROM" ] && had_mtu "$FROM"; }; }; then
  set -- "$@" mtu 1500
  read_bridge_options "$@"
  for name in "$BRIDGE" $UPLINK; do must "ask for the MTU" add_expectation "must link $name mtu 1500"; done
fi
need brctl:bridge-utils ip:iproute arping:iputils ifup:initscripts ifdown:initscripts
lock exclusive
end_dead_transaction
dropped_files "$STATE/units/bridge-${FROM:-$BRIDGE}" >dropped
differing_files >differing
look_at_bridge
if [ "$needs_switch" = no ]; then
  # The running state is right already: only files change.
  refuse_foreign is_left_to_people
  check_losses file_losses
  accept_foreign
  move_generation
  backup_files
  install_files
  require_as_expected collect_network_facts
  record
  settle_rollback
  if [ "$changed" = yes ]; then say 'running state was right already, files written'; else say 'nothing to change'; fi
  exit 0
fi

refuse_unacknowledged
preflight_switch
say 'preflight passed'
move_generation
stage_transaction "$@"
arm_transaction
exit "$ARMED"
