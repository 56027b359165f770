#!/bin/bash
# Locks a host, and checks that the host still is as the plan saw it. Sourced by host/base/common.sh.

# Holds the host's lock: `exclusive` for changes of dom0, `shared` for guests, which exclude only themselves. Fails if
# the host is not what the plan saw.
lock() { # exclusive|shared
  local mode=-x
  [ "$1" = exclusive ] || mode=-s
  { exec 8>"$STATE/lock"; } 2>/dev/null || fail "cannot open $STATE/lock (is the disk full?)"
  if ! flock -n $mode 8; then
    say 'another deploy is at work on this host, waiting for it'
    flock -w 600 $mode 8 || fail 'another deploy has held the lock for ten minutes' "holder: see 'fuser $STATE/lock' on the host"
  fi
  # A run that holds the whole host excludes its own unit too.
  if [ "$1" = shared ]; then
    { exec 9>"$STATE/lock.$CDKTF_XEN_UNIT"; } 2>/dev/null || fail "cannot open $STATE/lock.$CDKTF_XEN_UNIT (is the disk full?)"
    flock -w 600 9 || fail "another deploy of $CDKTF_XEN_UNIT has held the lock for ten minutes"
  fi
  [ "${CDKTF_XEN_ACTION:-}" != show ] || return 0
  # An undo by hand goes on even if that fails.
  settle_records "$1" || [ -z "${CDKTF_XEN_ACTION:-}" ] || exit 1
  [ "${CDKTF_XEN_ACTION:-}" != apply ] || check_plan
}

# Refuses a plan if the unit was applied since: then its token or its generation is another one, see host/base/token.sh.
# Without drift detection a plan has seen neither.
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

# Called before the first change of a run: from then on no other plan that saw the old unit may be applied. The file is
# overwritten in place, and is not part of the record: a unit has a generation before it has a record, and keeps it when
# its record goes back.
move_generation() {
  must "write $STATE/generation/$CDKTF_XEN_UNIT" leave_generation "$CDKTF_XEN_RUN"
}
leave_generation() { # <text>
  [ -d "$STATE/generation" ] || mkdir -p "$STATE/generation" || return 1
  printf '%-39s\n' "$1" 1<>"$STATE/generation/$CDKTF_XEN_UNIT"
}
