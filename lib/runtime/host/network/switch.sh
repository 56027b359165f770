#!/bin/bash
# The switch itself, its proof, and the wait for a confirmation from outside. Started by the guardian in a session of
# its own, with the transaction's directory as working directory: no connection is needed for any of it. Ends with 0
# where it has walked the way there or the way back to its end, be it that nobody could write that down.
set -u
. runtime/host/network/begin.sh
. runtime/host/facts/ifcfg.sh
. runtime/host/facts/foreign-files.sh
. runtime/host/network/losses.sh

# initscripts probe twice for the address, and the bridge listens and learns.
# Sets `problems`, a line each. No file: on a full disk it would be empty, and empty means that all is well.
await_state() {
  local deadline=$(($(uptime_seconds) + VERIFY_SECONDS))
  while problems=$(bridge_problems) && [ -n "$problems" ]; do
    [ "$(uptime_seconds)" -lt "$deadline" ] || return 1
    sleep 0.5
  done
  [ -n "$GATEWAY" ] && [ -n "$UPLINK" ] || return 0
  until is_answered "$HOLDER" "$GATEWAY" 2; do
    [ "$(uptime_seconds)" -lt "$deadline" ] || {
      problems="gateway $GATEWAY does not answer on $HOLDER"
      return 1
    }
  done
}

# Guests stay on their bridge, under its new name where it has one. initscripts delete a bridge only when its last port
# leaves, but one that was deleted and made again has lost its guests' vifs.
carry_vifs_over() {
  local kind bridge port
  read_facts before | while read -r kind bridge port; do
    [ "$kind $bridge" = "port ${FROM:-$BRIDGE}" ] || continue
    if ! is_guest_port "$port" || [ ! -e "$NET/$port" ]; then continue; fi
    [ -z "$MTU" ] || [ "$(cat "$NET/$port/mtu")" = "$MTU" ] || net ip link set dev "$port" mtu "$MTU"
    plug "$port" "$BRIDGE"
  done
}

# Where no file sets it any longer, ifup leaves an interface the MTU that it has.
settle_mtu() {
  local name
  [ -n "$MTU" ] || return 0
  for name in "$UPLINK" "$BRIDGE"; do
    [ -z "$name" ] || [ ! -e "$NET/$name" ] || [ "$(cat "$NET/$name/mtu")" = "$MTU" ] || net ip link set dev "$name" mtu "$MTU"
  done
}

# A bridge with guests on it outlives ifdown. ifup sets DELAY before STP, and the kernel takes no delay below two seconds
# while STP is on.
settle_stp() {
  [ "$STP" = off ] && is_bridge "$BRIDGE" || return 0
  [ "$(cat "$NET/$BRIDGE/bridge/stp_state")" = 0 ] || net brctl stp "$BRIDGE" off
}

# A bridge that is to be no more, by its own name or by its old one.
remove_old_bridge() {
  local port
  is_bridge "$1" || return 0
  for port in $(ports_of "$1"); do net brctl delif "$1" "$port"; done
  net ip link set dev "$1" down
  net brctl delbr "$1"
}

# What has not got its name, or is there still: a line each. The files may have been put in place without an error, and
# stand under another name all the same.
uncommitted_files() {
  local beside target
  while read -r beside target; do
    [ ! -e "$beside" ] || echo "$target could not be written"
  done <staged
  [ ! -f dropped ] || while read -r target; do
    [ ! -e "$target" ] || echo "$target could not be taken away"
  done <dropped
}

# Down under the old files: they know what is up. Up under the new ones. Sets `problems`, and is false, where the new
# files are not all in place: the running state alone would be gone with the next boot.
switch() {
  local name
  for name in $(old_interfaces_down); do
    if is_up "$name"; then net ifdown "$name"; fi
  done
  if [ -n "$UPLINK" ] && is_up "$UPLINK" && [ "$(bridge_of "$UPLINK")" != "$BRIDGE" ]; then net ifdown "$UPLINK"; fi
  commit_files || say 'error: the new files could not be put in place'
  problems=$(uncommitted_files)
  [ -z "$problems" ] || return 1
  if [ "$ABSENT" = yes ]; then remove_old_bridge "$BRIDGE"; else settle_stp; fi
  [ -z "$UPLINK" ] || net ifup "$UPLINK"
  [ "$ABSENT" = yes ] || net ifup "$BRIDGE"
  settle_mtu
  [ "$ABSENT" = yes ] || carry_vifs_over
  [ -z "$FROM" ] || remove_old_bridge "$FROM"
}

await_confirmation() {
  until read_phase && [ "$phase" = confirmed ]; do
    [ "$phase" = awaiting ] || return 1
    # The guardian ends the wait. Where it was killed, somebody else has to.
    if ! is_alive guardian.pid network/guardian && [ "$(uptime_seconds)" -ge "$(rollback_at)" ]; then
      give_up "nobody confirmed from outside within $ROLLBACK_SECONDS s" && return 1
    fi
    sleep 0.3
  done
}

# Nothing has been touched yet. Argument: why, a line each.
call_off() {
  local line
  printf '%s\n' "$1" | while IFS= read -r line; do tell "error: $line"; done
  set_phase abandoned durable
  decided
  unstage
  close_transaction
  exit 0
}

put switcher.pid $$
decide
read_phase
[ "$phase" = armed ] || exit 1
touched=$(touched_interfaces)
if ! put_facts before "$touched
$(take_snapshot "$touched")"; then
  call_off "cannot write down what the network is like now (is the disk full?)"
fi
# What came after the preflight is no more to be lost than what was there before.
read -r reached_at <reached-at
problems=$(loss_problems)
[ -z "$problems" ] || call_off "$(printf '%s\n' "$problems" | tr '\t' '\n')"
set_phase switching durable || call_off 'the switch can not be begun'
decided
if [ "$ABSENT" = yes ]; then
  tell "taking bridge $BRIDGE away${UPLINK:+ from above $UPLINK}; the network pauses for some seconds"
else
  tell "switching${UPLINK:+ $UPLINK under} $BRIDGE; the network pauses for some seconds"
fi
if ! switch; then
  give_up "$problems"
  exit
fi
put_facts after "$(take_snapshot "$touched")" || say 'note: no room to write down what the new state is like'
set_phase verifying
if ! await_state; then
  give_up "the new state did not come up within $VERIFY_SECONDS s:
$problems"
  exit
fi
put switched-at "$(uptime_hundredths)"
set_phase awaiting
tell "the new state is up as seen from the host; waiting for a confirmation from outside"
await_confirmation || exit 1
promote
exit 0
