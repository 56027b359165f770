#!/bin/bash
# `say`, `run`, `need` and `fail` for programs that only answer a question. They have no log, and their failure is their
# answer. Sourced instead of host/base/tell.sh.

fail() { # <what> [<words on it>]...
  local line=$1
  shift
  [ $# -eq 0 ] || line+=$(printf '; %s' "$@")
  printf '%s\n' "$line" >&2
  exit 1
}

say() { :; }

run() { "$@" >/dev/null; } # <command>...

need() { # <command>:<package>...
  local pair
  for pair in "$@"; do
    command -v "${pair%%:*}" >/dev/null 2>&1 ||
      fail "missing on the host: ${pair%%:*}" "install with: yum install ${pair#*:}"
  done
}
