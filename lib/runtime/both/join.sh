#!/bin/bash
# Joins the two ends of a copy: what one says the other hears. Sourced by deployer/copy.sh, which relays between hosts, and
# by host/copy/end.sh on a host that has both ends.
#
# Two functions run the ends, on their standard input and output. Sets `word`, the receiving end's first, and the
# ends' exit statuses `received` and `sent`. An end that has not said its first word, or not ended though the other one
# has, within so many seconds, is ended.
# shellcheck disable=SC2034  # for those who use it

join_ends() { # <seconds> <function that receives> <function that sends>
  local pipes receiver sender watcher
  word='' received=0 sent=0
  pipes=$(mktemp -d "${TMPDIR:-/tmp}/cdktf-xen-copy.XXXXXX")
  mkfifo "$pipes/up" "$pipes/down"
  "$2" <"$pipes/up" >"$pipes/down" &
  receiver=$!
  exec 5>"$pipes/up" 6<"$pipes/down"
  # Open they need no names, and nothing is left whatever happens.
  rm -rf "$pipes"
  # `ready` is the longest that is understood; of a line that never ends no more is read.
  read -r -n 16 -t "$1" word <&6 || word=''
  if [ "$word" = ready ] || [ "$word" = left ]; then
    # The pipe up must be the sender's alone: its end is the end of what arrives. By exec, since for a function bash
    # keeps what it redirects.
    (
      exec <&6 >&5 5>&- 6<&-
      "$3"
    ) &
    sender=$!
    exec 5>&- 6<&-
    end_whoever_stays "$1" "$receiver" "$sender" </dev/null >/dev/null 2>&1 4>&- &
    watcher=$!
    wait "$receiver" || received=$?
    wait "$sender" || sent=$?
  else
    exec 5>&- 6<&-
    end_whoever_stays "$1" "$receiver" </dev/null >/dev/null 2>&1 4>&- &
    watcher=$!
    wait "$receiver" || received=$?
  fi
  kill "$watcher" 2>/dev/null || :
  wait "$watcher" 2>/dev/null || :
}

# Waits until one of two has ended, and then so long for the other one; one alone has so long from now on.
end_whoever_stays() { # <seconds> <pid> [<pid>]
  local seconds=$1 waited=0 first=$2 second=${3-}
  is_number "$seconds" || seconds=0
  # One by one: kill is content with one of several that is there.
  while [ -n "$second" ] && kill -0 "$first" && kill -0 "$second"; do sleep 1; done
  while [ "$waited" -lt "$seconds" ]; do
    sleep 1
    waited=$((waited + 1))
  done
  kill "$first" ${second:+"$second"}
}
