#!/bin/bash
# The way back: restores files and running state, proves them, and uses harder means if that is not enough. It may be
# cut off anywhere, and another process may begin it again. Sourced after host/network/transaction.sh and
# host/network/restore.sh.
# shellcheck disable=SC2154  # `phase` is set by read_phase, `to_restore` by find_what_to_restore

# Prints the interfaces that were up before the switch and that the old files bring up: uplinks first, then bridges.
old_interfaces() {
  read_facts before | awk '
    $1 == "touched" { touched[$2] }
    $1 == "bridge" { bridge[$2] }
    $1 == "link" && $2 in touched && $3 == "up" { if ($2 in bridge) late = late $2 "\n"; else print $2 }
    END { printf "%s", late }
  '
}

# The same in reverse order. tac would need room on the disk for input from a pipe.
old_interfaces_down() { old_interfaces | awk '{ all = $0 "\n" all } END { printf "%s", all }'; }

take_down() {
  local name
  for name in "$BRIDGE" $(old_interfaces_down) "$UPLINK"; do
    if [ -n "$name" ] && is_up "$name"; then net ifdown "$name"; fi
  done
}

bring_up_old() {
  local name
  remove_new_bridge
  for name in $(old_interfaces); do net ifup "$name"; done
  restore_ports
  restore_snapshot
}

# Waits until the old state is back; fails after some seconds. Sets `problems`, a line each. Uses no file: the disk may
# be full.
await_old_state() { # <seconds>
  local deadline=$(($(uptime_seconds) + $1))
  while problems=$(snapshot_problems) && [ -n "$problems" ]; do
    [ "$(uptime_seconds)" -lt "$deadline" ] || return 1
    sleep 1
  done
}

# Whether the gateway that answered before the switch answers again. Asked only if the way to it uses a switched
# interface.
old_gateway_answers() { # <seconds>
  local gateway='' device
  [ ! -s answering-gateway ] || read -r gateway <answering-gateway
  [ -n "$gateway" ] || return 0
  device=$(printf '%s\n' "$to_restore" | awk -v gateway="$gateway" '
    $1 == "touched" { touched[$2] }
    $1 == "route" && $2 == "default" && $3 == "via" && $4 == gateway && $5 == "dev" && $6 in touched && !found++ {
      print $6
    }
  ')
  [ -n "$device" ] || return 0
  is_answered "$device" "$gateway" "$1"
}

# Kills the process that a file names, with all its children, even if that process is dead already: an ifup that hangs
# must not go on during the way back. The processes are found by their session, since timeout(1) makes a process group
# of its own. Their environment is compared too, since the kernel may give a number again.
end_session() { # <file>
  local pid='' passes=0
  [ ! -s "$1" ] || read -r pid <"$1"
  if ! is_number "$pid" || [ "$pid" = $$ ]; then return 0; fi
  # A process may start another one while the list is read, so the list is read until it holds none.
  while kill_session "$pid" && [ $passes -lt 50 ]; do
    passes=$((passes + 1))
    sleep 0.02
  done
}

# Kills the processes in a session of this transaction; false if there is none.
kill_session() { # <session>
  local session=$1 entry line found=1
  for entry in /proc/[0-9]*; do
    { read -r line <"$entry/stat"; } 2>/dev/null || continue
    # The name may hold anything. The words behind it: state, parent, group, session.
    # shellcheck disable=SC2086  # words
    set -- ${line##*) }
    if [ "${4:-}" = "$session" ] && grep -qs "CDKTF_XEN_RUN=$CDKTF_XEN_RUN" "$entry/environ"; then
      kill -KILL "${entry#/proc/}" 2>/dev/null
      found=0
    fi
  done
  return $found
}

# Goes back, unless the switch was confirmed in the last moment: then returns 1.
give_up() { # <why, a line each>
  lock_decision
  read_phase
  case $phase in
    confirmed | promoted)
      unlock_decision
      return 1
      ;;
  esac
  if is_over "$phase"; then
    unlock_decision
    return 0
  fi
  set_phase rolling-back durable || say 'going back all the same'
  unlock_decision
  end_session switcher.pid
  roll_back "$1"
}

# One process at a time; a second one waits, and finds the work done.
roll_back() { # <why, a line each>
  local reasons=$1 restored=no
  exec 6>>rolling && flock -w 300 6
  read_phase
  if is_over "$phase"; then return 0; fi
  set_phase rolling-back durable || say 'going back all the same'
  tell "going back: $(printf '%s\n' "$reasons" | head -n 1)"
  export PATH="$PATH:$PWD/tools"
  back_by=$(($(uptime_seconds) + RESTORE_SECONDS))
  if ! read_facts before >/dev/null; then
    end_untouched "$reasons"
    return
  fi
  find_what_to_restore
  take_down
  ! restore_files || restored=yes
  bring_up_old
  if ! await_old_state $((10 + 2 * DELAY)) || ! old_gateway_answers 5; then
    tell "the old state is not whole yet (${problems:-its gateway does not answer}), restarting the network"
    # shellcheck disable=SC2034  # for host/network/timed.sh
    back_by=0
    end_within 120 service network restart </dev/null 3>&- 6>&- 7>&- 8>&- 9>&- || :
    bring_up_old
  fi
  unstage
  # The disk may have room by now.
  if [ "$restored" = no ] && restore_files; then restored=yes; fi
  [ "$restored" = yes ] || reasons="$reasons
not all of the old files could be put back, see $PWD/log: put them back before the host boots, else it reads the new ones"
  if await_old_state 10; then
    old_gateway_answers 10 || reasons="$reasons
the old state is back, but its gateway does not answer: look for the cause outside the host"
    end_rolled_back "$reasons"
  else
    reasons="$reasons
the old state did not come back by itself, rebooted into the old files:
$problems"
    # If all files are the old ones, the boot guard has nothing left to do. If not, it has to try once more.
    [ "$restored" = no ] || end_rolled_back "$reasons"
    tell 'rebooting into the old files, the last resort'
    sync
    reboot </dev/null >/dev/null 2>&1
  fi
  exec 6>&-
}

# Goes back without the facts of `before`. If they were never written, nothing was touched: interfaces stay up, since
# nothing says how to bring them up again. If they were damaged later, the uplink may be down, and the old files bring
# it up.
end_untouched() { # <why, a line each>
  local reasons=$1
  restore_files || reasons="$reasons
not all of the old files could be put back, see $PWD/log: put them back before the host boots, else it reads the new ones"
  unstage
  if [ -n "$UPLINK" ] && ! is_up "$UPLINK"; then
    end_within 120 service network restart </dev/null 3>&- 6>&- 7>&- 8>&- 9>&- || :
  fi
  end_rolled_back "$reasons"
  exec 6>&-
}

# Fails if the result could not be written: then the way back must not run a second time.
end_rolled_back() { # <why, a line each>
  local status=0
  leave_record "$1" ||
    tell "error: cannot write $ROLLED_BACK: the next deploy will not know of this way back (is the disk full?)"
  set_phase rolled-back durable || status=1
  tell "the old network is back; next deploys refuse to switch until this is acknowledged (record: $ROLLED_BACK)"
  close_transaction
  return "$status"
}
