#!/bin/bash
# Bridge xenbr0 on lan lan0.
set -euo pipefail
cd "${0%/*}/.."
exec bash runtime/apply-bridge.sh \
  --bridge xenbr0 \
  --uplink eth0 \
  --uplink-mac 52:54:00:aa:00:01 \
  --address 192.0.2.10/24 \
  --gateway 192.0.2.1 \
  --stp off \
  --delay 0 "$@"
