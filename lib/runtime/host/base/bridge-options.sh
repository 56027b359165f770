#!/bin/bash
# What words/bridge-NAME says: the same for the deploy that stages a change and for all who end it. Sourced
# after both/numbers.sh. What is not known, or should be a number and is none, is left out and noted in `odd_words` for who may
# refuse it: the way back has to go on with a damaged file too.
# shellcheck disable=SC2034  # read by all the others

read_bridge_options() {
  BRIDGE='' FROM='' ABSENT=no UPLINK='' UPLINK_MAC='' ADDRESS='' GATEWAY='' STP=off DELAY=0 MTU='' ACKNOWLEDGE=''
  VERIFY_SECONDS=40 CONFIRM_SECONDS=90 ROLLBACK_SECONDS=120
  odd_words=''
  # One that has lost its value has an empty one.
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
  # Where dom0's address is: on the bridge, or on the interface that it is given back to.
  HOLDER=$BRIDGE
  [ "$ABSENT" = no ] || HOLDER=$UPLINK
}
