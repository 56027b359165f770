#!/bin/bash
# Runs on the host, over a new connection from outside, which proves that the host can be reached. Confirms the
# transaction, or prints how it ended. Exit status: 0 (confirmed), 1 (went back, or was given up), 77 (NOT_YET: ask
# again).
#
#   host/network/confirmed.sh NONCE confirm|outcome
set -u
# By its own name: what is left behind is called by it.
cd -P "${0%/*}/../../.." || exit
exec 3>&1 >>log 2>&1
. runtime/host/network/begin.sh

answer() { # <text>...
  printf '%s\n' "$CDKTF_XEN_HOST $CDKTF_XEN_UNIT: $*" >&3
}

# Prints the pid of the sshd that serves this connection, not of the sshd that listens for new ones.
sshd_of_this_session() {
  local pid=$$ name
  while is_number "$pid" && [ "$pid" -gt 1 ]; do
    pid=$(sed 's/.*) [A-Za-z] \([0-9]*\).*/\1/' "/proc/$pid/stat" 2>/dev/null) || return 1
    name=$(sed 's/^[0-9]* (\(.*\)) .*/\1/' "/proc/$pid/stat" 2>/dev/null) || return 1
    case $name in sshd*) echo "$pid" && return 0 ;; esac
  done
  return 1
}

# Prints when a process started, in hundredths of a second since the host's start.
started_at() { sed 's/.*) //' "/proc/$1/stat" | awk '{ print $20 }'; } # <pid>

# Refuses a connection that is older than the switch, and one from the host to itself: they prove nothing.
check_connection() {
  local client='' server='' sshd at='' started
  read -r client _ server _ < <(printf '%s\n' "${SSH_CONNECTION:-}")
  sshd=$(sshd_of_this_session) || sshd=''
  if [ -z "$server" ] || [ -z "$sshd" ]; then
    answer 'error: a confirmation comes over a connection from outside, not from the host itself'
    exit 1
  fi
  [ -z "$(holder_of "$client")" ] || {
    answer "error: this connection comes from $client, which is the host itself"
    exit 1
  }
  read -r at <switched-at
  started=$(started_at "$sshd")
  is_number "$at" && is_number "$started" && [ "$started" -gt "$at" ] || exit "$NOT_YET"
  if [ -s confirm-at ] && [ "$server" != "$(<confirm-at)" ]; then
    answer "error: this connection came to $server; what has to be proven is $(<confirm-at)"
    exit "$NOT_YET"
  fi
}

# Ends the transaction if its processes were all killed: no other process would, until the next boot. What was confirmed
# is promoted here. Everything else is the guardian's late work, in a session of its own: the way back may cut this
# connection off.
end_if_alone() {
  is_over "$phase" && return 0
  if is_alive switcher.pid network/switch; then return 0; fi
  if is_alive guardian.pid network/guardian || is_alive back.pid network/guardian; then return 0; fi
  if [ "$phase" != confirmed ]; then
    setsid bash runtime/host/network/guardian.sh late </dev/null 3>&- &
    return 0
  fi
  lock_decision
  read_phase
  [ "$phase" != confirmed ] || promote || :
  unlock_decision
}

report_outcome() {
  local tries=0 line
  until read_phase && is_over "$phase"; do
    end_if_alone
    [ $tries -lt 60 ] || exit "$NOT_YET"
    tries=$((tries + 1))
    sleep 0.5
  done
  cat progress >&3
  # The guardian must have released the lock before the next step starts.
  tries=0
  while is_alive guardian.pid network/guardian && [ $tries -lt 50 ]; do
    tries=$((tries + 1))
    sleep 0.1
  done
  case $phase in
    promoted)
      # If the disk is full, this line may be missing in `progress`.
      grep -q ': done: ' progress || answer "$(done_words)"
      [ -d recorded ] || exit 0
      answer "error: the switch stays, but $CDKTF_XEN_UNIT could not be recorded: make room on the host and deploy again"
      ;;
    rolled-back)
      answer 'error: the network was put back as it was:'
      reasons_in record | while IFS= read -r line; do answer "  $line"; done
      answer "  look for the cause, then acknowledge: acknowledgeRollback: '$CDKTF_XEN_RUN' in the stack (see $ROLLED_BACK on the host)"
      ;;
    *) answer 'error: the switch was given up before it began; nothing was changed, deploy again' ;;
  esac
  exit 1
}

[ "$1" = "$(<nonce)" ] || {
  answer 'error: this is not the nonce of the transaction'
  exit 1
}
read_phase
if is_over "$phase" || [ "$phase" = confirmed ] || [ "$2" = outcome ]; then report_outcome; fi
[ "$phase" = awaiting ] || {
  end_if_alone
  exit "$NOT_YET"
}
check_connection
[ -z "$(bridge_problems)" ] || exit "$NOT_YET"
lock_decision
read_phase
[ "$phase" != awaiting ] || set_phase confirmed durable || exit "$NOT_YET"
unlock_decision
report_outcome
