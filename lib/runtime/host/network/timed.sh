#!/bin/bash
# Programs that work on the network, none of which may hang for ever. Sourced after host/network/transaction.sh.
# reads: back_by VERIFY_SECONDS

# Runs a command for so many seconds at most: then it gets a TERM, and five seconds later what is left of it a KILL. CentOS
# 6's timeout(1) has no -k for that. It makes a process group of its own, with its own number, and what it has started
# stays in it.
end_within() { # <seconds> <command>...
  local most=$1 status=0 group watcher
  shift
  timeout "$most" "$@" &
  group=$!
  (
    trap 'kill "$!" 2>/dev/null; exit' TERM
    sleep $((most + 5)) &
    wait "$!"
    kill -KILL -- "-$group" 2>/dev/null
  ) </dev/null >/dev/null 2>&1 &
  watcher=$!
  wait "$group" || status=$?
  # A leader that ended by the TERM may have left somebody behind who did not.
  [ "$status" -eq 124 ] || kill "$watcher" 2>/dev/null
  return "$status"
}

# initscripts' own programs and the kernel's tools; what they print is for the log, what they return is worth nothing.
# No child may hold our locks or hang for ever. On the way there each may take as long as the new state itself, for one
# that is cut short leaves a state that can only go back; on the way back all of them together have until `back_by`.
net() {
  local status=0 most=30
  if [ "${back_by:-0}" -ne 0 ]; then
    most=$((back_by - $(uptime_seconds)))
    [ "$most" -le 30 ] || most=30
  elif [ "$VERIFY_SECONDS" -gt 30 ]; then
    most=$VERIFY_SECONDS
  fi
  [ "$most" -ge 5 ] || most=5
  end_within "$most" "$@" 3>&- 6>&- 7>&- 8>&- 9>&- </dev/null || status=$?
  printf '%s + %s (exit %s)\n' "$(uptime_seconds)" "$*" "$status"
}
