#!/bin/bash
# What every apply script shares: telling, failing, locking, recording. Sourced.

readonly STATE=/var/lib/cdktf-xen
: "${CDKTF_XEN_HOST:?}" "${CDKTF_XEN_UNIT:?}" "${CDKTF_XEN_RUN:?}"
# shellcheck source=numbers.sh
. runtime/numbers.sh
# Whether anything on the host was changed in this run.
changed=no

# A line for the person who watches, and for the log. Nobody watching is no reason to stop (SIGPIPE).
say() {
  local line="$CDKTF_XEN_HOST $CDKTF_XEN_UNIT: $*"
  printf '%s\n' "$line"
  printf '%s\n' "$line" >>progress
  trap '' PIPE
  printf '%s\n' "$line" 2>/dev/null >&3 || :
  trap - PIPE
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
  printf '+ %s (exit %s)\n%s\n' "$*" "$status" "$output"
  [ "$status" -eq 0 ] || fail "$* failed with exit status $status" "$output"
}

# Holds the host's lock: `exclusive` for whatever changes dom0, `shared` for guests, which only exclude themselves.
lock() {
  local mode=-x
  [ "$1" = exclusive ] || mode=-s
  exec 8>"$STATE/lock"
  if ! flock -n $mode 8; then
    say 'another deploy is at work on this host, waiting for it'
    flock -w 600 $mode 8 || fail 'another deploy has held the lock for ten minutes' "holder: see 'fuser $STATE/lock' on the host"
  fi
  # Whoever holds the whole host excludes its own unit too.
  [ "$1" != exclusive ] || return 0
  exec 9>"$STATE/lock.$CDKTF_XEN_UNIT"
  flock -w 600 9 || fail "another deploy of $CDKTF_XEN_UNIT has held the lock for ten minutes"
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

# Remembers what was applied, as the last act: drift is seen against this.
record() {
  prepare_record
  commit_record
}

# Of a unit that is deployed for the first time: what was begun is ours as much as what has worked, and whoever takes it
# away later has to know how. Without a hash the probe says that it is not on the host yet.
record_begun() {
  local directory="$STATE/units/$CDKTF_XEN_UNIT"
  [ ! -d "$directory" ] || return 0
  mkdir -p "$directory"
  cp -r apply "$directory/"
}

# Writes the record beside the work, so that only renames are left to be done.
prepare_record() {
  local part token="$STATE/units/$CDKTF_XEN_UNIT/token"
  rm -rf recorded
  mkdir recorded
  for part in manifest apply files keys; do
    [ ! -e "$part" ] || cp -r "$part" recorded/
  done
  [ ! -d keep ] || cp -r keep/. recorded/
  sha256sum <manifest >recorded/sha256
  # What the plan saw is what the next plan has to see. Without a plan there was nobody who saw anything.
  if [ -s live ]; then cp live recorded/token; elif [ -f "$token" ]; then cp "$token" recorded/; fi
}

commit_record() {
  local directory="$STATE/units/$CDKTF_XEN_UNIT"
  [ -d recorded ] || return 0
  [ -d "$STATE/units" ] || mkdir -p "$STATE/units"
  if [ -d "$directory" ]; then rm -rf unit-before && mv "$directory" unit-before; fi
  mv recorded "$directory"
}
