#!/bin/bash
# Stands for timeout(1) on a host that has none: CentOS 5. Sourced only there.

timeout() { # <seconds> <program> [<argument>]...
  local seconds=$1 child status=0
  shift
  # Without a redirection, a program in the background would have an empty input.
  "$@" <&0 &
  child=$!
  end_later "$child" "$seconds" </dev/null >/dev/null 2>&1 3>&- &
  wait "$child" || status=$?
  kill $! 2>/dev/null
  # 143: ended by the signal.
  [ "$status" -ne 143 ] || status=124
  return "$status"
}

# Ends a process after some seconds. Sleeps in short parts: the last one goes on when this is ended itself.
end_later() { # <process> <seconds>
  local begun=$SECONDS seconds=$2
  is_number "$seconds" || return 1
  while [ $((SECONDS - begun)) -lt "$seconds" ]; do
    sleep 0.5
    kill -0 "$1" || return 0
  done
  kill "$1"
}
