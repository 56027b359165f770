#!/bin/bash
# The switch, its proof, and the wait for a confirmation from outside. The guardian starts it in a session of its own,
# with the transaction's directory as working directory, so it needs no connection. Exit status 0: it came to the end of
# the way there or of the way back, even if it could not write that down.
set -u
. runtime/host/network/begin.sh
. runtime/host/facts/ifcfg.sh
. runtime/host/network/losses.sh

# Waits for the new state; fails after VERIFY_SECONDS. The wait is needed: initscripts probe twice for the address, and
# the bridge listens and learns. Sets `problems`, a line each. Uses no file: on a full disk it would be empty, and empty
# means that all is well.
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

# Puts the guests back on their bridge, under its new name if it has one. initscripts delete a bridge when its last port
# leaves, and a bridge that was made again has lost its guests' vifs.
carry_vifs_over() {
  local kind bridge port
  read_facts before | while read -r kind bridge port; do
    [ "$kind $bridge" = "port ${FROM:-$BRIDGE}" ] || continue
    if ! is_guest_port "$port" || [ ! -e "$NET/$port" ]; then continue; fi
    [ -z "$MTU" ] || [ "$(cat "$NET/$port/mtu")" = "$MTU" ] || net ip link set dev "$port" mtu "$MTU"
    plug "$port" "$BRIDGE"
  done
}

# Sets the MTU: ifup leaves the old one on an interface whose file names none.
set_mtu() {
  local name
  [ -n "$MTU" ] || return 0
  for name in "$UPLINK" "$BRIDGE"; do
    [ -z "$name" ] || [ ! -e "$NET/$name" ] || [ "$(cat "$NET/$name/mtu")" = "$MTU" ] ||
      net ip link set dev "$name" mtu "$MTU"
  done
}

# Turns STP off. A bridge with guests on it survives ifdown with STP on. ifup sets DELAY before STP, and with STP on the
# kernel takes no delay below two seconds.
turn_stp_off() {
  [ "$STP" = off ] && is_bridge "$BRIDGE" || return 0
  [ "$(cat "$NET/$BRIDGE/bridge/stp_state")" = 0 ] || net brctl stp "$BRIDGE" off
}

# Removes a bridge, under its own name or its old one.
remove_old_bridge() { # <bridge>
  local port
  is_bridge "$1" || return 0
  for port in $(ports_of "$1"); do net brctl delif "$1" "$port"; done
  net ip link set dev "$1" down
  net brctl delbr "$1"
}

# Prints files that have not got their name, or that are still there, a line each. commit_files may succeed, and a file
# may still stand under another name.
uncommitted_files() {
  local beside target
  while read -r beside target; do
    [ ! -e "$beside" ] || echo "$target could not be written"
  done <staged
  [ ! -f dropped ] || while read -r target; do
    [ ! -e "$target" ] || echo "$target could not be taken away"
  done <dropped
}

# Takes interfaces down under the old files, which know what is up, and brings them up under the new ones. Sets
# `problems` and is false if not all new files are in place: the running state alone would be gone with the next boot.
switch() {
  local name
  for name in $(old_interfaces_down); do
    if is_up "$name"; then net ifdown "$name"; fi
  done
  if [ -n "$UPLINK" ] && is_up "$UPLINK" && [ "$(bridge_of "$UPLINK")" != "$BRIDGE" ]; then net ifdown "$UPLINK"; fi
  commit_files || say 'error: the new files could not be put in place'
  problems=$(uncommitted_files)
  [ -z "$problems" ] || return 1
  if [ "$ABSENT" = yes ]; then remove_old_bridge "$BRIDGE"; else turn_stp_off; fi
  [ -z "$UPLINK" ] || net ifup "$UPLINK"
  [ "$ABSENT" = yes ] || net ifup "$BRIDGE"
  set_mtu
  [ "$ABSENT" = yes ] || carry_vifs_over
  [ -z "$FROM" ] || remove_old_bridge "$FROM"
}

await_confirmation() {
  until read_phase && [ "$phase" = confirmed ]; do
    [ "$phase" = awaiting ] || return 1
    # The guardian ends the wait. If the guardian was killed, this process goes back.
    if ! is_alive guardian.pid network/guardian && [ "$(uptime_seconds)" -ge "$(rollback_at)" ]; then
      give_up "nobody confirmed from outside within $ROLLBACK_SECONDS s" && return 1
    fi
    sleep 0.3
  done
}

# Ends the transaction before anything has been touched.
call_off() { # <why, a line each>
  local line
  printf '%s\n' "$1" | while IFS= read -r line; do tell "error: $line"; done
  set_phase abandoned durable
  unlock_decision
  unstage
  close_transaction
  exit 0
}

put switcher.pid $$
lock_decision
read_phase
[ "$phase" = armed ] || exit 1
touched=$(touched_interfaces)
if ! put_facts before "$touched
$(take_snapshot "$touched")"; then
  call_off "cannot write down what the network is like now (is the disk full?)"
fi
# Something may have been set up after the preflight; it must not be lost either.
read -r reached_at <reached-at
problems=$(loss_problems)
[ -z "$problems" ] || call_off "$(printf '%s\n' "$problems" | tr '\t' '\n')"
set_phase switching durable || call_off 'the switch can not be begun'
unlock_decision
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
