#!/bin/bash
# Who works on a host, and whether it still is the one that the plan saw. Sourced by host/base/common.sh.

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
