#!/bin/bash
# All that a host says comes through `clean`, since it may come from a guest or a stranger. It is cleaned nowhere else.
# Sourced where Terraform runs, bash 3.2 included.
#
#   answer=$(question | speak out HOST COMMAND 2>&1 | hear BYTES SECONDS) || status=$?
#
# `pipefail` has to be on: the status is hear's if hear has ended the session, else ssh's.

. runtime/both/numbers.sh
. runtime/both/exit-codes.sh

# With it every byte is a character, and only ASCII is printable.
export LC_ALL=C
# Longer lines are cut. Reasons of drift are far shorter, and have to arrive whole: see host/base/token.sh.
readonly LONGEST_LINE=4000

# Copies lines as they come. A byte that is no printable ASCII becomes a question mark, a tab a blank. Fails if there
# are more bytes than allowed, or if there is no end in time (0 seconds: no limit). bash's `read` passes over NUL bytes
# without counting them; only the time limits those.
clean() { # <bytes> <seconds>
  local left=$1 until=0 line cut=no ended=no patience=''
  if ! is_number "$left" || ! is_number "$2"; then return "$TOO_MUCH"; fi
  [ "$2" -eq 0 ] || until=$((SECONDS + $2))
  while [ "$ended" = no ]; do
    line=''
    if [ "$until" -gt 0 ]; then
      [ $SECONDS -lt "$until" ] || return "$TOO_LATE"
      patience="-t $((until - SECONDS))"
    fi
    # shellcheck disable=SC2086,SC2229  # two words or none
    IFS= read -r $patience -n "$LONGEST_LINE" line || ended=yes
    if [ "$ended" = yes ]; then
      [ "$until" -eq 0 ] || [ $SECONDS -lt "$until" ] || return "$TOO_LATE"
      [ -n "$line" ] || return 0
    fi
    left=$((left - ${#line} - 1))
    [ "$left" -ge 0 ] || return "$TOO_MUCH"
    if [ "$cut" = yes ]; then
      # The rest of a line that was cut.
      [ ${#line} -eq "$LONGEST_LINE" ] || cut=no
      continue
    fi
    # ssh ends its own lines with a CR.
    line=${line%$'\r'}
    line=${line//$'\t'/ }
    if [ ${#line} -eq "$LONGEST_LINE" ]; then
      cut=yes
      line="${line:0:LONGEST_LINE - 3}..."
    fi
    printf '%s\n' "${line//[! -~]/?}"
  done
}

# Runs ssh in the tree's folder. First prints its process id, on the streams that `hear` reads, so that `hear` can end
# it.
speak() { # out|err|both <argument of ssh>...
  local ids='echo $$'
  case $1 in err) ids='echo $$ >&2' ;; both) ids='echo $$; echo $$ >&2' ;; esac
  shift
  exec sh -c "$ids"'; exec ssh -F ssh_config "$@"' ssh "$@"
}

# Copies what `speak` prints, cleaned, and kills the process if that is too much or takes too long.
hear() { # <bytes> <seconds, 0 for any>
  local speaker='' status=0
  read -r speaker || :
  clean "$@" || status=$?
  case $status:$speaker in 0:* | *:*[!0-9]* | *:) ;; *) kill "$speaker" 2>/dev/null || : ;; esac
  return "$status"
}

# Prints why hear has ended a session.
why_ended() { # <its status> <its bytes> <its seconds>
  if [ "$1" = "$TOO_MUCH" ] && is_number "$2"; then
    printf 'says more than %d KiB and was cut off\n' $(($2 / 1024))
  else
    printf 'has not come to an end within %d s\n' "$3"
  fi
}
