#!/bin/bash
# Prepares a change of the network, and arms everything that can undo it, before anything is touched. Sourced by
# host/unit/bridge.sh after host/network/preflight.sh; the working directory becomes the transaction's.
# shellcheck disable=SC2154  # `confirm_at`, `reached_at` and `answering_gateway` are set by host/network/preflight.sh

# Copies the programs that the way back needs: a package may be removed meanwhile.
keep_tools() {
  local tool
  mkdir tools
  for tool in brctl ip arping; do cp -L "$(command -v $tool)" tools/; done
}

# Replaces the link to the kept runtime by a copy, so that the way back works even if the kept runtime is removed.
take_runtime_along() {
  local kept
  [ -L runtime ] || return 0
  kept=$(readlink -f runtime)
  rm -f runtime
  mkdir -p runtime/host
  cp -r "$kept/both" "$kept/net-undo.sh" runtime/
  cp -r "$kept/host/base" "$kept/host/facts" "$kept/host/compare" "$kept/host/network" runtime/host/
}

stage_transaction() { # [<word> <value>]...
  local transaction=$NETWORK/$CDKTF_XEN_RUN
  mkdir -p "$NETWORK"
  cp -r . "$transaction"
  cd "$transaction" || exit
  take_runtime_along
  printf '%s\n' "$CDKTF_XEN_HOST $CDKTF_XEN_UNIT $CDKTF_XEN_RUN" >about
  printf '%s %s\n' "$@" >arguments
  local name
  for name in $IN_PLACE; do printf '%-15s\n' '' >"$name"; done
  put phase staged
  # Room for the record that is written only if things go wrong.
  printf '%4095s\n' '' >record
  : >progress
  : >log
  printf '%s' "$confirm_at" >confirm-at
  printf '%s\n' "$reached_at" >reached-at
  printf '%s\n' "$answering_gateway" >answering-gateway
  reserve_facts before after left
  keep_tools
  backup_files
  stage_files
  keep_old_files
  prepare_record
  mkdir -p "$STATE/units"
  sync
}

# The boot guard: a host that goes down before the confirmation starts again with the old files.
arm_boot_guard() {
  local script=/etc/init.d/cdktf-xen-net
  if ! cmp -s runtime/host/network/init.sh "$script"; then
    install -m 0755 runtime/host/network/init.sh "$script.new" || fail "cannot write $script.new (is the disk full?)"
    mv -f "$script.new" "$script" || fail "cannot write $script"
    ! command -v restorecon >/dev/null 2>&1 || restorecon "$script" || :
  fi
  chkconfig --add cdktf-xen-net
  chkconfig cdktf-xen-net on
  chkconfig cdktf-xen-net ||
    fail 'the boot guard is not on (chkconfig cdktf-xen-net), so a crash in the middle would cut the host off'
  ln -sfn "$CDKTF_XEN_RUN" "$NETWORK/current"
}

# A second timer, which survives when our processes are killed. Not every host runs atd.
arm_at() {
  local minutes=$(((ROLLBACK_SECONDS + 90) / 60 + 1))
  command -v at >/dev/null 2>&1 && [ -n "$(pidof atd)" ] || return 0
  echo "bash $PWD/runtime/host/network/guardian.sh late" | at "now + $minutes minutes" >at-said 2>&1 &&
    sed -n 's/^job \([0-9][0-9]*\) at .*/\1/p' at-said >at-job
}

arm_transaction() {
  arm_boot_guard
  arm_at || say 'note: at does not take the second timer, the guardian and the boot guard are left'
  sync
  # shellcheck disable=SC2094  # the guardian opens its own log
  setsid bash runtime/host/network/guardian.sh </dev/null >>log 2>&1 3>&- 9>&- &
  local tries=0
  until is_alive guardian.pid network/guardian; do
    tries=$((tries + 1))
    [ $tries -lt 100 ] || fail_disarmed 'the guardian did not start'
    sleep 0.1
  done
  printf '%s\n' "rollback-at $(($(uptime_seconds) + ROLLBACK_SECONDS))" >timers
  say "armed: the host goes back by itself in $ROLLBACK_SECONDS s unless it is confirmed from outside (transaction $CDKTF_XEN_RUN)"
  : >progress
  lock_decision
  read_phase
  [ "$phase" = staged ] || fail 'the guardian has given the transaction up: the host is too busy, try again'
  set_phase armed durable || fail_disarmed 'the switch was not armed'
  unlock_decision
}

fail_disarmed() { # <what>
  set_phase abandoned durable || :
  unstage
  close_transaction
  fail "$1"
}

# Ends a transaction whose processes are all gone.
end_dead_transaction() {
  local dead phase guardian
  [ -e "$NETWORK/current/phase" ] || return 0
  dead=$(readlink -f "$NETWORK/current")
  read_phase "$dead"
  if is_over "$phase"; then
    rm -f "$NETWORK/current"
    return 0
  fi
  say "transaction ${dead##*/} was left unfinished (phase $phase), ending it first"
  # An older version's folder has its own guardian, under its old name.
  guardian=runtime/host/network/guardian.sh
  [ -f "$dead/$guardian" ] || guardian=runtime/net-guardian.sh
  (cd "$dead" && timeout 600 bash "$guardian" late 3>&- 8>&- 9>&-)
}

# Refuses to switch until a person has looked at why the last switch went back.
refuse_unacknowledged() {
  local id unit
  [ -f "$ROLLED_BACK" ] || return 0
  id=$(sed -n 's/^id //p' "$ROLLED_BACK")
  unit=$(sed -n 's/^unit //p' "$ROLLED_BACK")
  if [ "$id" = "$ACKNOWLEDGE" ]; then
    say "rollback $id is acknowledged"
    rm -f "$ROLLED_BACK"
    return 0
  fi
  fail "the last switch of ${unit#bridge-} was rolled back at $(sed -n 's/^when //p' "$ROLLED_BACK"):" \
    "$(reasons_in "$ROLLED_BACK")" \
    "mend the cause, then say so: acknowledgeRollback: '$id' on the bridge, or on the host: rm $ROLLED_BACK"
}

# Removes the record of a rollback once the state of the stack is there, even if it came about by hand.
settle_rollback() {
  [ -f "$ROLLED_BACK" ] && grep -Fxq "unit $CDKTF_XEN_UNIT" "$ROLLED_BACK" || return 0
  say "the state that is asked for is there, so rollback $(sed -n 's/^id //p' "$ROLLED_BACK") is settled"
  rm -f "$ROLLED_BACK"
}
