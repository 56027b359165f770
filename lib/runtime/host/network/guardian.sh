#!/bin/bash
# The guardian is the timer of a transaction. It starts the switcher. It starts the way back if no confirmation comes in
# time, or if the switcher dies. It has a session of its own, so no lost connection and no signal to a session reaches
# it. The way back is a second process that the guardian watches: if one of the two is killed, the other one is left.
#
#   host/network/guardian.sh             from the deploy that armed it: runs until the transaction is over
#   host/network/guardian.sh back WHY    from the guardian: goes back
#   host/network/guardian.sh late        from at, a minute after the last moment, and from a connection that finds no
#                                        process of the transaction: acts only if the guardian was killed
set -u
cd "${0%/*}/../../.." || exit
exec </dev/null >>log 2>&1 3>/dev/null
. runtime/host/network/begin.sh

is_transaction_over() {
  read_phase
  is_over "$phase"
}

# Abandons a transaction that has switched nothing yet: there is nothing to undo and nothing to acknowledge. Does
# nothing if the phase has moved on meanwhile.
abandon() { # <last phase that may be abandoned>
  lock_decision
  read_phase
  case $phase in
    staged | "$1")
      # If not even this can be written, the boot guard finds a switch that has not begun.
      set_phase abandoned durable || unwritable=yes
      unlock_decision
      unstage
      close_transaction
      ;;
    *) unlock_decision ;;
  esac
}

# On a busy host, a process that exists may need some time until its command line shows the program.
switcher_is_alive() {
  is_alive switcher.pid network/switch || { [ "${switcher:-0}" -gt 0 ] && kill -0 "$switcher" 2>/dev/null; }
}

# Ends the transaction after a process was killed.
end_after_kill() { # <which process> <function that goes back>
  case $phase in
    confirmed) promote || unwritable=yes ;;
    staged | armed) abandon armed ;;
    *) "$2" "$1 was killed (phase $phase)" ;;
  esac
}

# Starts the way back. If the way back is started again, the first reason is kept.
go_back() { # <why, a line each>
  why=${why:-$1}
  end_session back.pid
  setsid bash runtime/host/network/guardian.sh back "$why" </dev/null &
  back=$!
  put back.pid "$back"
}

# Waits until the deploy has armed the transaction and has its answer: the network goes down only then. If the deploy
# was killed before, nothing has been switched, and the transaction is abandoned.
await_armed() {
  local tries=0
  while read_phase && [ "$phase" = staged ]; do
    tries=$((tries + 1))
    if [ $tries -ge 600 ] || ! is_alive "$STATE/run/$CDKTF_XEN_RUN/pid" runtime/host/run.sh; then
      abandon staged
      if is_transaction_over || [ "$unwritable" = yes ]; then exit 0; fi
    fi
    sleep 0.1
  done
  tries=0
  until [ -e "$STATE/run/$CDKTF_XEN_RUN/result" ] || [ $tries -ge 50 ]; do
    sleep 0.1
    tries=$((tries + 1))
  done
  sleep 0.5
}

# Watches the switcher and the way back until one of them has ended. A disk that turned read-only keeps no phase: then
# the exit status of the process says that it is done, so that no work is repeated for ever.
finish() {
  local latest why_late
  latest=$(rollback_at)
  why_late="nobody confirmed from outside within $ROLLBACK_SECONDS s"
  [ "$latest" -gt 0 ] || why_late="$PWD/timers does not say any longer when to go back"
  until is_transaction_over || [ "$unwritable" = yes ]; do
    if [ "$back" -gt 0 ] && ! kill -0 "$back" 2>/dev/null && wait "$back"; then
      # The way back has come to its end.
      return 0
    elif is_alive back.pid network/guardian || { [ "$phase" = rolling-back ] && switcher_is_alive; }; then
      if [ "$(uptime_seconds)" -ge $((latest + 2 * RESTORE_SECONDS + 120)) ]; then
        latest=$(uptime_seconds)
        end_session switcher.pid
        go_back 'the way back did not end, begun again'
      fi
    elif ! switcher_is_alive; then
      # The switcher may have ended after the phase was read above.
      ! is_transaction_over || return 0
      # The switcher has come to its end, but could not write the phase.
      ! wait "$switcher" || return 0
      end_after_kill 'the process that switches the network' go_back
    elif [ "$(uptime_seconds)" -ge "$latest" ]; then
      # The way back does nothing if the confirmation came in the last moment.
      latest=$(($(uptime_seconds) + 30))
      go_back "$why_late
$(bridge_problems)"
    fi
    sleep 0.3
  done
}

case ${1:-} in
  back)
    give_up "$2"
    exit
    ;;
  late)
    { is_transaction_over || is_alive guardian.pid network/guardian || is_alive back.pid network/guardian; } && exit 0
    put back.pid $$
    end_after_kill 'the guardian' give_up
    exit 0
    ;;
esac

unwritable=no back=0
put guardian.pid $$
await_armed
setsid bash runtime/host/network/switch.sh </dev/null &
switcher=$!
finish
# The process that ended the transaction may have been killed before it had tidied up.
while switcher_is_alive; do sleep 0.1; done
[ "$(readlink "$NETWORK/current")" != "${PWD##*/}" ] || close_transaction
