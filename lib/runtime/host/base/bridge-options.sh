#!/bin/bash
# Reads words/bridge-NAME, for the deploy that stages a change and for all processes that end it. Sourced after
# both/numbers.sh. Leaves out unknown words and numbers that are none, and notes them in `odd_words`. The deploy refuses
# them; the way back goes on without them.
# shellcheck disable=SC2034  # other files read it

read_bridge_options() { # [<word> <value>]...
  BRIDGE='' FROM='' ABSENT=no UPLINK='' UPLINK_MAC='' ADDRESS='' GATEWAY='' STP=off DELAY=0 MTU='' ACKNOWLEDGE=''
  VERIFY_SECONDS=40 CONFIRM_SECONDS=90 ROLLBACK_SECONDS=120
  odd_words=''
  # A word that has lost its value has an empty one.
  [ $(($# % 2)) -eq 0 ] || set -- "$@" ''
  while [ $# -gt 0 ]; do
    case $1 in
      delay | mtu | *-seconds)
        if ! is_number "$2"; then
          odd_words="$odd_words $1 '$2'"
          shift 2
          continue
        fi
        ;;
    esac
    case $1 in
      bridge) BRIDGE=$2 ;;
      renamed-from) FROM=$2 ;;
      absent) ABSENT=$2 ;;
      uplink) UPLINK=$2 ;;
      uplink-mac) UPLINK_MAC=$2 ;;
      address) ADDRESS=$2 ;;
      gateway) GATEWAY=$2 ;;
      stp) STP=$2 ;;
      delay) DELAY=$2 ;;
      mtu) MTU=$2 ;;
      acknowledge-rollback) ACKNOWLEDGE=$2 ;;
      verify-seconds) VERIFY_SECONDS=$2 ;;
      confirm-seconds) CONFIRM_SECONDS=$2 ;;
      rollback-seconds) ROLLBACK_SECONDS=$2 ;;
      *) odd_words="$odd_words $1" ;;
    esac
    shift 2
  done
  # The interface that has dom0's address: the bridge, or the uplink once the bridge is dissolved.
  HOLDER=$BRIDGE
  [ "$ABSENT" = no ] || HOLDER=$UPLINK
}
