#!/bin/bash
# How the work on a unit tells what it does, runs tools, and fails. Sourced by host/base/common.sh.

# Whether anything on the host was changed in this run.
changed=no

# A line for the person who watches, and for the log. Nobody watching is no reason to stop (SIGPIPE), and neither is a disk
# that has no room for the line: whoever watches hears it all the same.
say() {
  local line="$CDKTF_XEN_HOST $CDKTF_XEN_UNIT: $*"
  trap '' PIPE
  printf '%s\n' "$line" 2>/dev/null >&3 || :
  trap - PIPE
  { printf '%s\n' "$line" || :; } 2>/dev/null
  { printf '%s\n' "$line" >>progress || :; } 2>/dev/null
}

# Several lines are one message; the first says what, the others where.
fail() {
  local line
  say "error: $1"
  shift
  # A tool's own words may be several lines.
  while IFS= read -r line; do say "  $line"; done < <(printf '%s\n' ${1+"$@"} | grep -v '^$' || :)
  [ "$changed" = yes ] || say '  nothing was changed'
  exit 1
}

# Nothing ends without a word: what no rule foresaw is named by place and command.
set -E
trap 'say "error: unexpected failure in ${BASH_SOURCE[0]##*/} line $LINENO: $BASH_COMMAND" "(log: $STATE/log/$CDKTF_XEN_UNIT.log on the host)"' ERR

# Runs a tool; its output matters only when it fails.
run() {
  local output status=0
  output=$("$@" 2>&1 3>&- 8>&- 9>&-) || status=$?
  { printf '+ %s (exit %s)\n%s\n' "$*" "$status" "$output" || :; } 2>/dev/null
  [ "$status" -eq 0 ] || fail "$* failed with exit status $status" "$output"
}

# Does one thing; false where that fails. Sets `tool_said`: the program's own last word on it.
can() { # <command>...
  local status=0
  tool_said=$("$@" 2>&1 </dev/null 3>&- 8>&- 9>&-) || status=$?
  [ "$status" -ne 0 ] || return 0
  tool_said=${tool_said##*$'\n'}
  tool_said=${tool_said:-$1 ended with exit status $status}
  return 1
}

# For whoever goes on all the same: says what could not be done, and is false.
attempt() { # <what> <command>...
  if can "${@:2}"; then return 0; fi
  say "error: cannot $1: $tool_said"
  return 1
}

# For whoever can't.
must() { # <what> <command>...
  can "${@:2}" || fail "cannot $1: $tool_said"
}

# Names every missing command at once: `need brctl:bridge-utils arping:iputils`.
need() {
  local pair command packages=''
  local missing=''
  for pair in "$@"; do
    command=${pair%%:*}
    if ! command -v "$command" >/dev/null 2>&1; then
      missing="$missing $command"
      packages="$packages ${pair#*:}"
    fi
  done
  [ -z "$missing" ] || fail "missing on the host:$missing" "install with: yum install$packages"
}
