#!/bin/bash
# How the work on a unit prints messages, runs tools, and fails. Sourced by host/base/common.sh.

# Whether this run has changed anything on the host.
changed=no

# Prints a line to the deployer, to the log and to the progress. A lost deployer (SIGPIPE) or a full disk must not stop
# the work.
say() { # <text>...
  local line="$CDKTF_XEN_HOST $CDKTF_XEN_UNIT: $*"
  trap '' PIPE
  printf '%s\n' "$line" 2>/dev/null >&3 || :
  trap - PIPE
  { printf '%s\n' "$line" || :; } 2>/dev/null
  { printf '%s\n' "$line" >>progress || :; } 2>/dev/null
}

# Ends the step with one message of several lines: the first says what failed, the others why or what to do.
fail() { # <what> [<why, or what to do>]...
  local line
  say "error: $1"
  shift
  # A tool's own words may be several lines.
  while IFS= read -r line; do say "  $line"; done < <(printf '%s\n' ${1+"$@"} | grep -v '^$' || :)
  [ "$changed" = yes ] || say '  nothing was changed'
  exit 1
}

# Unforeseen errors end the run too, with place and command.
set -E
trap 'say "error: unexpected failure in ${BASH_SOURCE[0]##*/} line $LINENO: $BASH_COMMAND" "(log: $STATE/log/$CDKTF_XEN_UNIT.log on the host)"' ERR

# Runs a tool; prints its output only if it fails.
run() { # <command>...
  local output status=0
  output=$("$@" 2>&1 3>&- 8>&- 9>&-) || status=$?
  { printf '+ %s (exit %s)\n%s\n' "$*" "$status" "$output" || :; } 2>/dev/null
  [ "$status" -eq 0 ] || fail "$* failed with exit status $status" "$output"
}

# Runs a command; false if it fails. Sets `tool_said` to the last line that the command printed.
try_command() { # <command>...
  local status=0
  tool_said=$("$@" 2>&1 </dev/null 3>&- 8>&- 9>&-) || status=$?
  [ "$status" -ne 0 ] || return 0
  tool_said=${tool_said##*$'\n'}
  tool_said=${tool_said:-$1 ended with exit status $status}
  return 1
}

# Runs a command; if it fails, says what could not be done and returns false. For callers that can go on.
attempt() { # <what> <command>...
  if try_command "${@:2}"; then return 0; fi
  say "error: cannot $1: $tool_said"
  return 1
}

# Runs a command; if it fails, fails the step. For callers that can't go on.
must() { # <what> <command>...
  try_command "${@:2}" || fail "cannot $1: $tool_said"
}

# Fails with all missing commands at once: `need brctl:bridge-utils arping:iputils`.
need() { # <command>:<package>...
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
