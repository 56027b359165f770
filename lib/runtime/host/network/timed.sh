#!/bin/bash
# Programs that work on the network, each with a time limit. Sourced after host/network/transaction.sh.
# reads: back_by VERIFY_SECONDS

# Runs a command with a time limit. At the limit timeout(1) sends a TERM. Five seconds later all processes that are left
# get a KILL: they are in the process group of timeout(1), which has its pid as number. CentOS 6's timeout(1) has no -k.
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
  # The command may have ended by the TERM while a child of it did not.
  [ "$status" -eq 124 ] || kill "$watcher" 2>/dev/null
  return "$status"
}

# Runs one of initscripts' programs or of the kernel's tools. Its output goes to the log; its exit status means nothing.
# No child may hold our locks. On the way there each command may take as long as the new state: one that is cut short
# leaves a state that can only go back. On the way back all commands together have until `back_by`.
net() { # <command>...
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
