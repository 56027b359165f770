#!/bin/bash
# A transaction is one change of the network. Its directory holds everything for the way there and the way back. So each
# of switcher, guardian, at, the next boot and a person at the console can end it alone. Sourced after
# host/base/common.sh, with that directory as working directory.
#
#   phase        staged armed switching verifying awaiting confirmed promoted | rolling-back rolled-back | abandoned
#   arguments    as words/UNIT has them              before after left  the running state, see host/network/snapshot.sh
#   differing staged dropped manifest words/         files, see host/base/files.sh
#   nonce        what a confirmation has to know     confirm-at the address that it has to come to
#   timers       when what has to have happened      reached-at the address that this deploy came to
#   answering-gateway  that has to answer again after a way back     log, progress, tools/

readonly NETWORK="$STATE/net"
# Seconds that the way back may take before it uses harder means. A plan shows them as a part of the worst case.
# shellcheck disable=SC2034  # for host/network/rollback.sh
readonly RESTORE_SECONDS=45
readonly ROLLED_BACK="$NETWORK/rolled-back"

# Prints the seconds since the host's start. Clocks that show the time of day may jump.
uptime_seconds() {
  local up
  read -r up _ </proc/uptime
  up=${up%%.*}
  # If the clock can't be read, all deadlines are over, so that nothing waits for ever.
  is_number "$up" || up=999999999
  echo "$up"
}

# These files exist from the beginning, and are overwritten in place, since the disk may be full later. A few bytes of
# one block are written whole or not at all.
# shellcheck disable=SC2034  # for host/network/stage.sh
readonly IN_PLACE='phase guardian.pid switcher.pid back.pid switched-at'
put() { printf '%-15s\n' "$2" 1<>"$1"; } # <file> <text>

# Writes the phase. `durable` makes it survive a power cut. Fails, with a message, if the file has another phase
# afterwards.
set_phase() { # <phase> [durable]
  local phase
  if [ "${2:-}" = durable ]; then
    printf '%-15s\n' "$1" | dd of=phase conv=notrunc,fsync 2>/dev/null
  else
    put phase "$1"
  fi
  # The programs that are running read the phase from memory, even if it is not on the disk yet.
  read_phase
  [ "$phase" = "$1" ] || {
    say "error: cannot write $PWD/phase: it says '$phase', not '$1' (is the disk broken, or read-only?)"
    return 1
  }
}

# Sets `phase`.
read_phase() { # [<transaction's folder>]
  phase=none
  [ ! -f "${1:-.}/phase" ] || read -r phase <"${1:-.}/phase" || :
}

is_over() { case $1 in promoted | rolled-back | abandoned | none) true ;; *) false ;; esac; } # <phase>

# Prints when the way back begins, in seconds since the host's start, from the line `rollback-at SECONDS` of the file
# `timers`. Prints 0, which means at once, if the line can't be read or is later than the time that a switch has.
rollback_at() {
  local at latest
  at=$(awk '$1 == "rollback-at" { print $2; exit }' timers 2>/dev/null)
  latest=$(($(uptime_seconds) + ROLLBACK_SECONDS + 1))
  if is_number "$at" && [ "$at" -le "$latest" ]; then echo "$at"; else echo 0; fi
}

# Prints hundredths of a second since the host's start, as /proc counts the starts of processes.
uptime_hundredths() {
  local up
  read -r up _ </proc/uptime
  echo "${up/./}"
}

# Whether the process that a file names is still running the program that it was.
is_alive() { # <file> <program>
  local pid=''
  [ ! -s "$1" ] || read -r pid <"$1" || :
  is_number "$pid" && grep -qs "$2" "/proc/$pid/cmdline"
}

# Says a line in the log and in the progress, and on the host's screen. A console may block for ever, so that line has a
# time limit.
tell() { # <text>...
  say "$*"
  # shellcheck disable=SC2016  # that shell expands it
  timeout -s KILL 20 bash -c 'printf "cdktf-xen: %s\r\n" "$1" >>/dev/console' - "$CDKTF_XEN_HOST $CDKTF_XEN_UNIT: $*" \
    </dev/null >/dev/null 2>&1 3>&- 6>&- 7>&- 8>&- &
}

# Reads what the transaction is about. Never ends the process.
open_transaction() {
  local words=()
  read_words arguments || :
  read_bridge_options ${words[@]+"${words[@]}"}
}

# The decision lock: a confirmation and a way back decide one after the other.
lock_decision() { exec 7>>decision && flock -w 120 7; }
unlock_decision() { exec 7>&-; }

# Makes the new state final: removes what was kept beside the files, and records the unit. If the record can't be
# written, it stays in `recorded`, and confirmed.sh fails the deploy. Fails if the phase could not be written.
promote() {
  local status=0
  unstage
  commit_record || say "error: cannot write the record of $CDKTF_XEN_UNIT below $STATE/units (is the disk full?)"
  if [ -n "$FROM" ]; then
    take_record_away "bridge-$FROM" || say "error: cannot take away the record of bridge $FROM below $STATE/units"
    tell_xen_of_rename "$FROM" "$BRIDGE"
  fi
  sync
  tell "$(done_words)"
  set_phase promoted durable || status=1
  close_transaction
  return "$status"
}

# Tidies up. The directory keeps what says what was done, and the last few directories stay for an undo by hand.
close_transaction() {
  local old
  if [ -s at-job ] && is_number "$(<at-job)"; then atrm "$(<at-job)" 2>/dev/null; fi
  ln -sfn "${PWD##*/}" "$NETWORK/last"
  rm -f "$NETWORK/current"
  rm -rf tools files keys merged
  find "$NETWORK" -mindepth 1 -maxdepth 1 -type d | while read -r old; do
    read_phase "$old"
    if is_over "$phase" && [ "$old" != "$PWD" ]; then echo "$(stat -c %Y "$old") $old"; fi
  done | sort -rn | tail -n +10 | while read -r _ old; do rm -rf "$old"; done
}

# Leaves the record of a rollback, for the next plan and the next deploy. Fails if it could not be written.
leave_record() { # <why, a line each>
  local text
  text="id ${PWD##*/}
unit $CDKTF_XEN_UNIT
when $(date '+%Y-%m-%d %H:%M:%S')
$(printf '%s\n' "$1" | sed '/^$/d; s/^/why /' | head -c 3000)"
  # On a full disk the text goes into the room that was kept for it.
  { printf '%s\n' "$text" >record.new && mv -f record.new record; } || printf '%s\n' "$text" 1<>record
  ln -f record "$ROLLED_BACK" || cp -p record "$ROLLED_BACK"
  grep -Fxqs "id ${PWD##*/}" "$ROLLED_BACK"
}

# Prints the reasons in the record of a rollback.
reasons_in() { sed -n 's/^why \(.\)/\1/p' "$1"; } # <file>

# Prints what was done, in a line.
done_words() {
  if [ "$ABSENT" = yes ]; then
    echo "done: bridge $BRIDGE is no more${UPLINK:+, $UPLINK is up}${ADDRESS:+ with $ADDRESS}, confirmed from outside"
  else
    echo "done: $BRIDGE is up${UPLINK:+ on $UPLINK}${ADDRESS:+ with $ADDRESS}, confirmed from outside"
  fi
}
