#!/bin/bash
# The timer of a transaction: starts the switch, and goes back when it is not confirmed in time or when the process that
# does it has gone. In a session of its own, so that no lost connection and no signal to one reaches it. It never walks
# the way back itself, but has it walked and looks on: whichever of the two is killed, the other one is left.
#
#   host/network/guardian.sh             from the deploy that armed it: until the transaction is over
#   host/network/guardian.sh back WHY    from the guardian: goes back
#   host/network/guardian.sh late        from at, a minute after the last moment: only where the other one was killed
set -u
cd "${0%/*}/../../.." || exit
exec </dev/null >>log 2>&1 3>/dev/null
. runtime/host/network/begin.sh

over() {
  read_phase
  is_over "$phase"
}

# Nothing has been switched yet, so there is nothing to go back from, and nothing to acknowledge. Argument: the last
# phase that may be given up; it may have got beyond since somebody looked.
abandon() {
  decide
  read_phase
  case $phase in
    staged | "$1")
      # Where even that can't be written, the boot guard finds a switch that has not begun.
      set_phase abandoned durable || unwritable=yes
      decided
      unstage
      close_transaction
      ;;
    *) decided ;;
  esac
}

# A busy host may take long to start a process that is there already.
switcher_is_alive() { is_alive switcher.pid network/switch || { [ "${switcher:-0}" -gt 0 ] && kill -0 "$switcher" 2>/dev/null; }; }

# Arguments: who was killed, and how to go back.
end_for() {
  case $phase in
    confirmed) promote || unwritable=yes ;;
    staged | armed) abandon armed ;;
    *) "$2" "$1 was killed (phase $phase)" ;;
  esac
}

# Argument: why, a line each. Where it has to begin again, the first reason is the one that counts.
go_back() {
  why=${why:-$1}
  end_session back.pid
  setsid bash runtime/host/network/guardian.sh back "$why" </dev/null &
  back=$!
  put back.pid "$back"
}

# The deploy that armed us is to get its answer before the network goes. Where it was killed before it was ready,
# nothing has happened yet and nothing shall.
await_armed() {
  local tries=0
  while read_phase && [ "$phase" = staged ]; do
    tries=$((tries + 1))
    if [ $tries -ge 600 ] || ! is_alive "$STATE/run/$CDKTF_XEN_RUN/pid" runtime/host/run.sh; then
      abandon staged
      if over || [ "$unwritable" = yes ]; then exit 0; fi
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

# Where a phase can't be written (a disk that is read-only since an error), what it stands for was done all the same, and
# is not done for ever.
finish() {
  local latest why_late
  latest=$(rollback_at)
  why_late="nobody confirmed from outside within $ROLLBACK_SECONDS s"
  [ "$latest" -gt 0 ] || why_late="$PWD/timers does not say any longer when to go back"
  until over || [ "$unwritable" = yes ]; do
    if [ "$back" -gt 0 ] && ! kill -0 "$back" 2>/dev/null && wait "$back"; then
      # It has walked the whole way.
      return 0
    elif is_alive back.pid network/guardian || { [ "$phase" = rolling-back ] && switcher_is_alive; }; then
      if [ "$(uptime_seconds)" -ge $((latest + 2 * RESTORE_SECONDS + 120)) ]; then
        latest=$(uptime_seconds)
        end_session switcher.pid
        go_back 'the way back did not end, begun again'
      fi
    elif ! switcher_is_alive; then
      # It may have ended between the two looks.
      ! over || return 0
      # Where it has walked its way to the end, it only could not say so.
      ! wait "$switcher" || return 0
      end_for 'the process that switches the network' go_back
    elif [ "$(uptime_seconds)" -ge "$latest" ]; then
      # It leaves things alone where they are confirmed in the last moment.
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
    { over || is_alive guardian.pid network/guardian || is_alive back.pid network/guardian; } && exit 0
    end_for 'the guardian' give_up
    exit 0
    ;;
esac

unwritable=no back=0
put guardian.pid $$
await_armed
setsid bash runtime/host/network/switch.sh </dev/null &
switcher=$!
finish
# Whoever ended it may have been killed before it had tidied up.
while switcher_is_alive; do sleep 0.1; done
[ "$(readlink "$NETWORK/current")" != "${PWD##*/}" ] || close_transaction
