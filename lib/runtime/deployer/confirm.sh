#!/bin/bash
# Runs after a host has armed a change of its network. Proves from outside that the host is there, by a new connection
# to its new address, or learns why it went back. Sourced by deployer/carry.sh.
# shellcheck disable=SC2154  # host, unit, run, nonce and machines are deployer/carry.sh's

. runtime/both/numbers.sh
. runtime/both/words.sh

# Seconds after its timer in which a host has gone back in any case: the plain way back, a restart of its whole network,
# a reboot.
readonly WAY_BACK=480

# Prints a number of seconds from the unit's words.
unit_timer() { # <name>
  local value=''
  find_word "words/$unit" "$1-seconds" || :
  is_number "$value" || {
    complain "words/$unit has the $1-seconds '$(shown "$value")', allowed: a whole number; synthesize again"
    exit 1
  }
  echo "$value"
}

# Makes one new connection. Sets `said`; returns what host/network/confirmed.sh returned, or 255 if the host was not
# reached. Uses our nonce.
ask_transaction() { # <name in ssh_config> confirm|outcome
  local status=0
  said=$(speak out -o ControlPath=none -o ConnectTimeout=15 -o ServerAliveCountMax=3 "$1" \
    "bash $STATE/net/$run/runtime/host/network/confirmed.sh $nonce $2" </dev/null 2>&1 |
    hear "$MOST_COMPLAINT" 120) || status=$?
  return "$status"
}

# Confirms the change, and ends the program with what the host says about it.
confirm() {
  local begun=$SECONDS confirm_until give_up_at question=confirm status name last_said='' tries=0
  confirm_until=$(unit_timer confirm) || exit 1
  give_up_at=$(unit_timer rollback) || exit 1
  confirm_until=$((begun + confirm_until))
  # After that time only the host's console helps.
  give_up_at=$((begun + give_up_at + WAY_BACK))
  while [ $SECONDS -lt "$give_up_at" ]; do
    tries=$((tries + 1))
    # In the last moments it only asks, and does not try to confirm.
    [ $SECONDS -lt "$confirm_until" ] || question=outcome
    for name in $machines; do
      status=0
      # At the address that the host moves from, it can only be seen after it went back: worth a look now and then.
      if [ "$name" = "$host" ]; then
        ask_transaction "$name" "$question" || status=$?
      elif [ "$question" = outcome ] || [ $((tries % 5)) -eq 0 ]; then
        ask_transaction "$name" outcome || status=$?
      else
        continue
      fi
      case $status in
        0 | 1)
          # If the session ends before its last word, the exit status has said it.
          [ -n "$said" ] || said="$host $unit: done: confirmed from outside"
          printf '%s\n' "$said"
          forget_connection
          exit "$status"
          ;;
        255 | "$NOT_YET") last_said=$said ;;
        *) last_said="exit status $status: $said" ;;
      esac
    done
    sleep 0.5
  done
  forget_connection
  complain "the host was not reachable at $(where_is "$host") within $((give_up_at - begun)) s, and has not been seen since." \
    "It should have put its old network back by itself; see its console and recovery-card.txt in $PWD. Last words: ${last_said:-none}"
  exit 1
}
