#!/bin/bash
# The timer of a transaction: starts the switch, and goes back when it is not confirmed in time or when the process that
# does it has gone. In a session of its own, so that no lost connection and no signal to one reaches it.
#
#   net-guardian.sh         from the deploy that armed it: until the transaction is over
#   net-guardian.sh late    from at, a minute after the last moment: only where the other one was killed
set -u
cd "${0%/*}/.." || exit
exec </dev/null >>log 2>&1 3>/dev/null
# shellcheck source=net-common.sh
. runtime/net-common.sh

over() {
  read_phase
  is_over "$phase"
}

# The deploy that armed us is to get its answer before the network goes. Where it was killed before it was ready,
# nothing has happened yet and nothing shall.
await_armed() {
  local tries=0
  while read_phase && [ "$phase" = staged ]; do
    tries=$((tries + 1))
    if [ $tries -ge 600 ]; then
      decide
      read_phase
      [ "$phase" = staged ] || break
      set_phase abandoned durable
      unstage
      close_transaction
      exit 0
    fi
    sleep 0.1
  done
  decided
  tries=0
  until [ -e "$STATE/run/$CDKTF_XEN_RUN/result" ] || [ $tries -ge 50 ]; do
    sleep 0.1
    tries=$((tries + 1))
  done
  sleep 0.5
}

finish() {
  local latest
  latest=$(timer rollback-at)
  while ! over; do
    if ! is_alive switcher.pid net-switch; then
      # It may have ended between the two looks.
      ! over || return 0
      if [ "$phase" = confirmed ]; then
        promote
      else
        give_up "the process that switches the network was killed (phase $phase)"
      fi
    elif [ "$phase" = rolling-back ]; then
      if [ "$(uptime_seconds)" -ge $((latest + 2 * RESTORE_SECONDS + 120)) ]; then
        end_switcher
        roll_back "the way back did not end, begun again"
      fi
    elif [ "$(uptime_seconds)" -ge "$latest" ]; then
      give_up "nobody confirmed from outside within $ROLLBACK_SECONDS s" || latest=$((latest + 30))
    fi
    sleep 0.3
  done
}

if [ "${1:-}" = late ]; then
  { over || is_alive guardian.pid net-guardian; } && exit 0
  if [ "$phase" = confirmed ]; then promote; else give_up "the guardian was killed (phase $phase)"; fi
  exit 0
fi

put guardian.pid $$
await_armed
setsid bash runtime/net-switch.sh </dev/null &
sleep 1
finish
