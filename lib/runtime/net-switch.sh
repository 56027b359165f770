#!/bin/bash
# The switch itself, its proof, and the wait for a confirmation from outside. Started by the guardian in a session of
# its own, with the transaction's directory as working directory: no connection is needed for any of it.
set -u
# shellcheck source=net-common.sh
. runtime/net-common.sh

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
  local port
  sed -n "s/^port ${FROM:-$BRIDGE} /port $BRIDGE /p" before | while read -r _ _ port; do
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

# Down under the old files: they know what is up. Up under the new ones.
switch() {
  local name
  for name in $(old_interfaces_down); do
    if is_up "$name"; then net ifdown "$name"; fi
  done
  if [ -n "$UPLINK" ] && is_up "$UPLINK" && [ "$(bridge_of "$UPLINK")" != "$BRIDGE" ]; then net ifdown "$UPLINK"; fi
  commit_files
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
    if ! is_alive guardian.pid net-guardian && [ "$(uptime_seconds)" -ge "$(timer rollback-at)" ]; then
      give_up "nobody confirmed from outside within $ROLLBACK_SECONDS s" && return 1
    fi
    sleep 0.3
  done
}

put switcher.pid $$
decide
read_phase
[ "$phase" = armed ] || exit 0
set_phase switching durable
decided
if [ "$ABSENT" = yes ]; then
  tell "taking bridge $BRIDGE away${UPLINK:+ from above $UPLINK}; the network pauses for some seconds"
else
  tell "switching${UPLINK:+ $UPLINK under} $BRIDGE; the network pauses for some seconds"
fi
switch
set_phase verifying
if ! await_state; then
  give_up "the new state did not come up within $VERIFY_SECONDS s:
$problems"
  exit 0
fi
put switched-at "$(uptime_hundredths)"
set_phase awaiting
tell "the new state is up as seen from the host; waiting for a confirmation from outside"
await_confirmation || exit 0
promote
