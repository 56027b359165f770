#!/bin/bash
# The switch itself, its proof, and the way back. Sourced by apply-bridge.sh.
# shellcheck disable=SC2034  # `changed` belongs to common.sh

# Seconds until the state must be right: two ARP probes of initscripts, and the bridge's listening and learning.
readonly SETTLE=$((20 + 2 * DELAY))

is_up() { case $(ip link show dev "$1" 2>/dev/null | head -n 1) in *[\<,]UP[,\>]*) true ;; *) false ;; esac; }

# initscripts' own programs; what they print is for the log, what they return is worth nothing.
net() {
  local status=0
  "$@" 3>&- 8>&- 9>&- </dev/null || status=$?
  printf '+ %s (exit %s)\n' "$*" "$status"
}

# Guests stay on their bridge. initscripts delete a bridge only when its last port leaves, but one that was deleted
# and made again has lost its guests' vifs.
put_vifs_back() {
  local vif
  for vif in $vifs; do
    if [ -e "$NET/$vif" ] && [ "$(bridge_of "$vif")" != "$BRIDGE" ]; then
      net brctl addif "$BRIDGE" "$vif"
      net ip link set dev "$vif" up
      say "put $vif back on $BRIDGE"
    fi
  done
}

await_state() {
  local seconds=0
  while bridge_problems >problems && [ -s problems ]; do
    [ "$seconds" -lt "$SETTLE" ] || return 1
    sleep 1
    seconds=$((seconds + 1))
  done
  if [ -n "$GATEWAY" ] && [ -n "$UPLINK" ] && [ -z "$(who_answers "$BRIDGE" "$GATEWAY" 5)" ]; then
    echo "gateway $GATEWAY does not answer on $BRIDGE" >problems
    return 1
  fi
}

# Old files, old state. From here on nothing may stop us.
roll_back() {
  local reasons
  reasons=$(cat problems)
  say 'the new state does not work, going back'
  net ifdown "$BRIDGE"
  [ -z "$UPLINK" ] || net ifdown "$UPLINK"
  restore_files
  if [ "$existed" = no ] && is_bridge "$BRIDGE" && [ -z "$(ports_of "$BRIDGE")" ]; then
    net ip link set dev "$BRIDGE" down
    net brctl delbr "$BRIDGE"
  fi
  [ -z "$UPLINK" ] || net ifup "$UPLINK"
  [ "$existed" = no ] || net ifup "$BRIDGE"
  put_vifs_back
  fail 'the switch did not give the state that was asked for; the old one is restored:' "$reasons"
}

switch_network() {
  existed=no
  vifs=''
  if is_bridge "$BRIDGE"; then
    existed=yes
    vifs=$(ports_of "$BRIDGE" | grep -Fxv "${UPLINK:-.}" || :)
  fi
  say "switching${UPLINK:+ $UPLINK under} $BRIDGE; the network pauses for some seconds"
  stage_files
  changed=yes
  # From here to the proof nothing may stop half-way. Down under the old files: they know what is up.
  set +e
  if [ "$existed" = yes ] && is_up "$BRIDGE"; then net ifdown "$BRIDGE"; fi
  [ -z "$UPLINK" ] || net ifdown "$UPLINK"
  commit_files
  [ -z "$UPLINK" ] || net ifup "$UPLINK"
  net ifup "$BRIDGE"
  put_vifs_back
  await_state || roll_back
  set -e
  sync
}
