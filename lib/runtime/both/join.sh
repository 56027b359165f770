#!/bin/bash
# Joins the two ends of a copy: each reads what the other one writes. Sourced by deployer/copy.sh, which relays between
# hosts, and by host/copy/end.sh on a host that has both ends.
#
# Two functions run the ends, on their standard input and output. Sets `word`, the receiving end's first word, and the
# ends' exit statuses `received` and `sent`. Each end has a time limit for its first word, and one after the other end
# has ended. An end that is later is killed.
# shellcheck disable=SC2034  # set for the callers

join_ends() { # <seconds> <function that receives> <function that sends>
  local pipes receiver sender watcher
  word='' received=0 sent=0
  pipes=$(mktemp -d "${TMPDIR:-/tmp}/cdktf-xen-copy.XXXXXX")
  mkfifo "$pipes/up" "$pipes/down"
  "$2" <"$pipes/up" >"$pipes/down" &
  receiver=$!
  exec 5>"$pipes/up" 6<"$pipes/down"
  # Open pipes need no names. So they are removed now, and nothing is left even if this process is killed.
  rm -rf "$pipes"
  # `ready` is the longest word that is understood, so no more is read.
  read -r -n 16 -t "$1" word <&6 || word=''
  if [ "$word" = ready ] || [ "$word" = left ]; then
    # Only the sender may hold the pipe up: its end is the end of what arrives. By exec, since for a function bash keeps
    # what it redirects.
    (
      exec <&6 >&5 5>&- 6<&-
      "$3"
    ) &
    sender=$!
    exec 5>&- 6<&-
    kill_late_ends "$1" "$receiver" "$sender" </dev/null >/dev/null 2>&1 4>&- &
    watcher=$!
    wait "$receiver" || received=$?
    wait "$sender" || sent=$?
  else
    exec 5>&- 6<&-
    kill_late_ends "$1" "$receiver" </dev/null >/dev/null 2>&1 4>&- &
    watcher=$!
    wait "$receiver" || received=$?
  fi
  kill "$watcher" 2>/dev/null || :
  wait "$watcher" 2>/dev/null || :
}

# Waits until one of two processes has ended, then gives the other one some seconds, and kills it. A single process gets
# these seconds from now on.
kill_late_ends() { # <seconds> <pid> [<pid>]
  local seconds=$1 waited=0 first=$2 second=${3-}
  is_number "$seconds" || seconds=0
  # One by one: kill of several succeeds if one of them is there.
  while [ -n "$second" ] && kill -0 "$first" && kill -0 "$second"; do sleep 1; done
  while [ "$waited" -lt "$seconds" ]; do
    sleep 1
    waited=$((waited + 1))
  done
  kill "$first" ${second:+"$second"}
}
