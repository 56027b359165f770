#!/bin/bash
# signal.sh SIGNAL PATTERN: signals the processes of this pid namespace whose command line fits the pattern, but itself.
# SIGNAL 0 only lists them.
for entry in /proc/[0-9]*; do
  pid=${entry#/proc/}
  [ "$pid" != $$ ] || continue
  { mapfile -d '' -t words <"$entry/cmdline"; } 2>/dev/null || continue
  if [[ "${words[*]}" =~ $2 ]]; then
    [ "$1" = 0 ] || kill -s "$1" "$pid" 2>/dev/null
    printf '%s %s\n' "$pid" "${words[*]}"
  fi
done
exit 0
