#!/bin/bash
# What a bridge's apply script says: the same words for the deploy that stages a change and for all who end it. Sourced.
# shellcheck disable=SC2034  # read by all the others

read_bridge_options() {
  BRIDGE='' FROM='' ABSENT=no UPLINK='' UPLINK_MAC='' ADDRESS='' GATEWAY='' STP=off DELAY=0 MTU='' ACKNOWLEDGE=''
  VERIFY_SECONDS=40 CONFIRM_SECONDS=90 ROLLBACK_SECONDS=120
  while [ $# -gt 0 ]; do
    case $1 in
      --bridge) BRIDGE=$2 ;;
      --renamed-from) FROM=$2 ;;
      --absent) ABSENT=$2 ;;
      --uplink) UPLINK=$2 ;;
      --uplink-mac) UPLINK_MAC=$2 ;;
      --address) ADDRESS=$2 ;;
      --gateway) GATEWAY=$2 ;;
      --stp) STP=$2 ;;
      --delay) DELAY=$2 ;;
      --mtu) MTU=$2 ;;
      --acknowledge-rollback) ACKNOWLEDGE=$2 ;;
      --verify-seconds) VERIFY_SECONDS=$2 ;;
      --confirm-seconds) CONFIRM_SECONDS=$2 ;;
      --rollback-seconds) ROLLBACK_SECONDS=$2 ;;
      *) fail "apply-bridge does not know $1" ;;
    esac
    shift 2
  done
  # Where dom0's address is: on the bridge, or on the interface that it is given back to.
  HOLDER=$BRIDGE
  [ "$ABSENT" = no ] || HOLDER=$UPLINK
}
