#!/bin/bash
# What the program of every unit shares: telling, failing, locking, recording. Sourced.

: "${CDKTF_XEN_HOST:?}" "${CDKTF_XEN_UNIT:?}" "${CDKTF_XEN_RUN:?}"
. runtime/both/paths.sh
. runtime/both/exit-codes.sh
. runtime/both/numbers.sh
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

# Holds the host's lock: `exclusive` for whatever changes dom0, `shared` for guests, which only exclude themselves. With it
# in hand the host is what the plan saw, or nothing is done.
lock() { # exclusive|shared
  local mode=-x
  [ "$1" = exclusive ] || mode=-s
  { exec 8>"$STATE/lock"; } 2>/dev/null || fail "cannot open $STATE/lock (is the disk full?)"
  if ! flock -n $mode 8; then
    say 'another deploy is at work on this host, waiting for it'
    flock -w 600 $mode 8 || fail 'another deploy has held the lock for ten minutes' "holder: see 'fuser $STATE/lock' on the host"
  fi
  # Whoever holds the whole host excludes its own unit too.
  if [ "$1" = shared ]; then
    { exec 9>"$STATE/lock.$CDKTF_XEN_UNIT"; } 2>/dev/null || fail "cannot open $STATE/lock.$CDKTF_XEN_UNIT (is the disk full?)"
    flock -w 600 9 || fail "another deploy of $CDKTF_XEN_UNIT has held the lock for ten minutes"
  fi
  [ "${CDKTF_XEN_ACTION:-}" != show ] || return 0
  # Who takes back a change of the network by hand goes on whatever fails.
  settle_records "$1" || [ -z "${CDKTF_XEN_ACTION:-}" ] || exit 1
  [ "${CDKTF_XEN_ACTION:-}" != apply ] || check_plan
}

# A plan is about the host that it saw. Whoever has applied since has left another token or another generation, see
# host/base/token.sh. Without drift detection a plan has seen neither.
check_plan() {
  local seen='' token='' generation
  . runtime/host/base/token.sh
  [ ! -f "$STATE/units/$CDKTF_XEN_UNIT/token" ] || token=$(<"$STATE/units/$CDKTF_XEN_UNIT/token")
  if [ -s live ] && ! is_said_of "$(<live)" "$token"; then refuse_plan; fi
  [ -s generation ] || return 0
  read -r seen <generation || :
  read_generation "$CDKTF_XEN_UNIT"
  [ "$seen" = "$generation" ] || refuse_plan
}

refuse_plan() {
  say 'error: somebody else has applied to this unit since the plan was made; nothing was changed, plan and apply again'
  exit 1
}

# Before the first change of a run: from here on no other plan that saw the unit as it was may be applied. Overwritten in
# place, and beside the records: a unit has one before it is on record, and keeps it when its record goes back.
move_generation() {
  must "write $STATE/generation/$CDKTF_XEN_UNIT" leave_generation "$CDKTF_XEN_RUN"
}
leave_generation() { # <text>
  [ -d "$STATE/generation" ] || mkdir -p "$STATE/generation" || return 1
  printf '%-39s\n' "$1" 1<>"$STATE/generation/$CDKTF_XEN_UNIT"
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
  commit_record || exit 1
}

# Of a unit that is deployed for the first time: what was begun is ours as much as what has worked, and whoever takes it
# away later has to know how. Without a hash the probe says that it is not on the host yet.
record_begun() {
  local directory="$STATE/units/$CDKTF_XEN_UNIT"
  [ ! -d "$directory" ] || return 0
  must "record $CDKTF_XEN_UNIT" prepare_begun
  must "record $CDKTF_XEN_UNIT" mv -T begun "$directory"
}
# The words alone, which are one text. The folder in that of all records may be the first one.
prepare_begun() {
  local words=words/$CDKTF_XEN_UNIT
  mkdir -p begun/words "$STATE/units" && printf '%s\n' "$(<"$words")" >"begun/$words"
}

# Writes the record beside the work, so that only renames are left to be done.
prepare_record() {
  must "prepare the record of $CDKTF_XEN_UNIT" write_record
}
write_record() {
  local part parts=() directory="$STATE/units/$CDKTF_XEN_UNIT"
  for part in manifest words files keys keep/*; do
    [ ! -e "$part" ] || parts[${#parts[@]}]=$part
  done
  # What the plan saw is what the next plan has to see. Without a plan there was nobody who saw anything.
  if [ ! -s live ] && [ -f "$directory/token" ]; then parts[${#parts[@]}]=$directory/token; fi
  [ ! -e recorded ] || rm -rf recorded || return 1
  mkdir recorded && cp -r ${parts[@]+"${parts[@]}"} recorded/ || return 1
  [ ! -s live ] || printf '%s' "$(<live)" >recorded/token || return 1
  # For whoever takes the change of a bridge back by hand.
  case $CDKTF_XEN_UNIT in
    bridge-*)
      [ ! -e unit-before ] || rm -rf unit-before || return 1
      [ ! -d "$directory" ] || cp -r "$directory" unit-before || return 1
      ;;
  esac
  # Last: a record without it is not whole, and is not put in place.
  sha256sum <manifest >recorded/sha256
}

# Where the power goes in between, the next one goes on from there. Says what fails, and is false then.
commit_record() {
  local record="$STATE/units/$CDKTF_XEN_UNIT" next="$STATE/units/.new.$CDKTF_XEN_UNIT"
  [ -d "$STATE/units" ] || attempt "record $CDKTF_XEN_UNIT" mkdir -p "$STATE/units" || return 1
  settle_record "$CDKTF_XEN_UNIT" || return 1
  [ -s recorded/sha256 ] || return 0
  # Only one that is there already takes more than a rename.
  [ -d "$record" ] || next=$record
  attempt "record $CDKTF_XEN_UNIT" mv -T recorded "$next" || return 1
  settle_record "$CDKTF_XEN_UNIT"
}

# A folder can't be renamed over another one, so there is a while without the whole of units/UNIT. What counts then is
# units/.new.UNIT: wherever that is, it is the record, and each step from there to units/UNIT may be the last one before
# somebody else goes on. units/.old.UNIT is what is left of a record that was forgotten.
settle_record() { # <unit>
  local record="$STATE/units/$1" new="$STATE/units/.new.$1"
  if [ -d "$new" ]; then
    drop_folder "$record" && attempt "record $1" mv -T "$new" "$record" || return 1
  fi
  drop_folder "$STATE/units/.old.$1"
}
drop_folder() { # <folder>
  [ ! -d "$1" ] || attempt "take away $1" rm -rf "$1"
}

# What others have left half-way: all of them for whoever holds the whole host, else our own. False where that fails.
settle_records() { # exclusive|shared
  local folder status=0
  if [ "$1" = shared ]; then
    settle_record "$CDKTF_XEN_UNIT"
    return
  fi
  for folder in "$STATE"/units/.new.* "$STATE"/units/.old.*; do
    [ ! -d "$folder" ] || settle_record "${folder##*/.???.}" || status=1
  done
  return "$status"
}

# A unit is ours no longer. In one step: half a record would not say what becomes of a guest.
forget_record() { must "forget $1" take_record_away "$1"; } # <unit>
take_record_away() { # <unit>
  rm -f "$STATE/generation/$1" || return 1
  [ -d "$STATE/units/$1" ] || return 0
  mv -T "$STATE/units/$1" "$STATE/units/.old.$1" && rm -rf "$STATE/units/.old.$1"
}
