#!/bin/bash
# Makes or changes one bridge, the CentOS 6 way, and proves that it works; puts everything back when it does not.
set -euo pipefail
# shellcheck source=common.sh
. runtime/common.sh
# shellcheck source=files.sh
. runtime/files.sh
# shellcheck source=bridge-state.sh
. runtime/bridge-state.sh
# shellcheck source=lan-probe.sh
. runtime/lan-probe.sh

BRIDGE='' UPLINK='' UPLINK_MAC='' ADDRESS='' GATEWAY='' STP=off DELAY=0 MTU=''
while [ $# -gt 0 ]; do
  case $1 in
    --bridge) BRIDGE=$2 ;;
    --uplink) UPLINK=$2 ;;
    --uplink-mac) UPLINK_MAC=$2 ;;
    --address) ADDRESS=$2 ;;
    --gateway) GATEWAY=$2 ;;
    --stp) STP=$2 ;;
    --delay) DELAY=$2 ;;
    --mtu) MTU=$2 ;;
    *) fail "apply-bridge.sh does not know $1" ;;
  esac
  shift 2
done
# shellcheck source=bridge-preflight.sh
. runtime/bridge-preflight.sh
# shellcheck source=bridge-switch.sh
. runtime/bridge-switch.sh

need brctl:bridge-utils ip:iproute arping:iputils ifup:initscripts ifdown:initscripts
lock exclusive
differing_files >differing
bridge_problems >problems
if [ ! -s problems ]; then
  # The running state is right already: files alone are changed, the network is not touched.
  backup_files
  install_files
  record
  if [ "$changed" = yes ]; then say 'running state was right already, files written'; else say 'nothing to change'; fi
  exit 0
fi

preflight
say 'preflight passed'
backup_files
switch_network
record
say "done: $BRIDGE is up${UPLINK:+ on $UPLINK}${ADDRESS:+ with $ADDRESS}"
