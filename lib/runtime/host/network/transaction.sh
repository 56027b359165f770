#!/bin/bash
# One change of the network. It has a directory of its own that holds everything for the way there and the way back, so
# that whoever is left (switcher, guardian, at, the next boot, a person) can end it alone. Sourced after host/base/common.sh, with
# that directory as working directory.
#
#   phase        staged armed switching verifying awaiting confirmed promoted | rolling-back rolled-back | abandoned
#   arguments    as words/UNIT has them              before after left  the running state, see host/network/snapshot.sh
#   differing staged dropped manifest words/         files, see host/base/files.sh
#   nonce        what a confirmation has to know     confirm-at the address that it has to come in by
#   timers       when what has to have happened      reached-at the address that this deploy came to
#   answering-gateway  that has to answer again after a way back     log, progress, tools/

readonly NETWORK="$STATE/net"
# Seconds that the way back may take before harder means are used: part of the worst case that a plan shows.
# shellcheck disable=SC2034  # for host/network/rollback.sh
readonly RESTORE_SECONDS=45
readonly ROLLED_BACK="$NETWORK/rolled-back"

# Seconds since the host's start. Wall clocks jump.
uptime_seconds() {
  local up
  read -r up _ </proc/uptime
  up=${up%%.*}
  # Without a clock nobody waits for anything.
  is_number "$up" || up=999999999
  echo "$up"
}

# What has to be written while the disk may be full is overwritten in place: the files are there from the beginning, and
# a few bytes of one block are written whole or not at all.
# shellcheck disable=SC2034  # for host/network/stage.sh
readonly IN_PLACE='phase guardian.pid switcher.pid back.pid switched-at'
put() { printf '%-15s\n' "$2" 1<>"$1"; }

# `durable` where a power cut must find it. Fails, and says so, where it is not what can be read afterwards.
set_phase() { # <phase> [durable]
  local phase
  if [ "${2:-}" = durable ]; then
    printf '%-15s\n' "$1" | dd of=phase conv=notrunc,fsync 2>/dev/null
  else
    put phase "$1"
  fi
  # What can be read and is not on the disk yet is no matter to whoever is alive.
  read_phase
  [ "$phase" = "$1" ] || {
    say "error: cannot write $PWD/phase: it says '$phase', not '$1' (is the disk broken, or read-only?)"
    return 1
  }
}

# Sets `phase`.
read_phase() {
  phase=none
  [ ! -f "${1:-.}/phase" ] || read -r phase <"${1:-.}/phase" || :
}

is_over() { case $1 in promoted | rolled-back | abandoned | none) true ;; *) false ;; esac; }

# When the way back begins, in seconds since the host's start, from the line `rollback-at SECONDS` of the file `timers`. No
# more than the seconds that a switch has: who can't read the file, or reads something else in it, goes back at once.
rollback_at() {
  local at latest
  at=$(awk '$1 == "rollback-at" { print $2; exit }' timers 2>/dev/null)
  latest=$(($(uptime_seconds) + ROLLBACK_SECONDS + 1))
  if is_number "$at" && [ "$at" -le "$latest" ]; then echo "$at"; else echo 0; fi
}

# As /proc counts the starts of processes.
uptime_hundredths() {
  local up
  read -r up _ </proc/uptime
  echo "${up/./}"
}

# Whether the process that a file names still is what it was.
is_alive() {
  local pid=''
  [ ! -s "$1" ] || read -r pid <"$1" || :
  is_number "$pid" && grep -qs "$2" "/proc/$pid/cmdline"
}

# For the log, for whoever confirms, and for the screen in the server room. A console may block for ever.
tell() {
  say "$*"
  # shellcheck disable=SC2016  # that shell expands it
  timeout -s KILL 20 bash -c 'printf "cdktf-xen: %s\r\n" "$1" >>/dev/console' - "$CDKTF_XEN_HOST $CDKTF_XEN_UNIT: $*" \
    </dev/null >/dev/null 2>&1 3>&- 6>&- 7>&- 8>&- &
}

# Sources what every process of a transaction needs and reads what it is about. Nothing here ends by itself.
open_transaction() {
  local words=()
  read_words arguments || :
  read_bridge_options ${words[@]+"${words[@]}"}
}

# Whoever confirms and whoever goes back decide one after the other.
decide() { exec 7>>decision && flock -w 120 7; }
decided() { exec 7>&-; }

# The new state is the state: what stood beside the files goes, the unit is recorded. What could not be recorded is said,
# and fails the deploy: it stays in `recorded`, see host/network/confirmed.sh. Fails where nobody could read that this is done.
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

# What is left behind says what was done; the last few are kept for whoever wants to go back by hand.
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

# What the next plan and the next deploy have to know. Fails where it could not be written.
leave_record() { # <why, a line each>
  local text
  text="id ${PWD##*/}
unit $CDKTF_XEN_UNIT
when $(date '+%Y-%m-%d %H:%M:%S')
$(printf '%s\n' "$1" | sed '/^$/d; s/^/why /' | head -c 3000)"
  # On a full disk into the room that was kept for it.
  { printf '%s\n' "$text" >record.new && mv -f record.new record; } || printf '%s\n' "$text" 1<>record
  ln -f record "$ROLLED_BACK" || cp -p record "$ROLLED_BACK"
  grep -Fxqs "id ${PWD##*/}" "$ROLLED_BACK"
}

# The lines of why in a record.
reasons_in() { sed -n 's/^why \(.\)/\1/p' "$1"; }

# What was done, in a line.
done_words() {
  if [ "$ABSENT" = yes ]; then
    echo "done: bridge $BRIDGE is no more${UPLINK:+, $UPLINK is up}${ADDRESS:+ with $ADDRESS}, confirmed from outside"
  else
    echo "done: $BRIDGE is up${UPLINK:+ on $UPLINK}${ADDRESS:+ with $ADDRESS}, confirmed from outside"
  fi
}
