#!/bin/bash
# Joins the two ends of a copy: what one says the other hears. Sourced by carry-copy.sh, which relays between hosts, and
# sent by it to a host that has both ends.
#
# Whoever uses it defines `receiving` and `sending`, which run the ends, and `preface`, what the receiving end has to be
# given first. Sets `word`, the receiving end's first, and the ends' exit statuses `received` and `sent`.
# shellcheck disable=SC2034  # for those who use it

join_ends() {
  local pipes receiver sender
  word='' received=0 sent=0
  pipes=$(mktemp -d "${TMPDIR:-/tmp}/cdktf-xen-copy.XXXXXX")
  mkfifo "$pipes/up" "$pipes/down"
  receiving <"$pipes/up" >"$pipes/down" &
  receiver=$!
  exec 5>"$pipes/up" 6<"$pipes/down"
  # Open they need no names, and nothing is left whatever happens.
  rm -rf "$pipes"
  preface >&5 2>/dev/null || :
  read -r word <&6 || word=''
  if [ "$word" = ready ] || [ "$word" = left ]; then
    # The pipe up must be the sender's alone: its end is the end of what arrives. By exec, since for a function bash
    # keeps what it redirects.
    (
      exec <&6 >&5 5>&- 6<&-
      sending
    ) &
    sender=$!
    exec 5>&- 6<&-
    wait "$receiver" || received=$?
    wait "$sender" || sent=$?
  else
    exec 5>&- 6<&-
    wait "$receiver" || received=$?
  fi
}
