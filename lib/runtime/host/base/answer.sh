#!/bin/bash
# How a program tells that only answers: it has no log and nobody who watches, and a step that fails is its answer. In the
# place of host/base/tell.sh, where code that both read says, runs, needs or fails. Sourced.

fail() { # <what> [<words on it>]...
  local line=$1
  shift
  [ $# -eq 0 ] || line+=$(printf '; %s' "$@")
  printf '%s\n' "$line" >&2
  exit 1
}

say() { :; }

run() { "$@" >/dev/null; }

need() { # <command>:<package>...
  local pair
  for pair in "$@"; do
    command -v "${pair%%:*}" >/dev/null 2>&1 || fail "missing on the host: ${pair%%:*}" "install with: yum install ${pair#*:}"
  done
}
