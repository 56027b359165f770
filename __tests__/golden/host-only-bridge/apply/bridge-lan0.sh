#!/bin/bash
# Bridge lan0 on lan storage.
set -euo pipefail
cd "${0%/*}/.."
exec bash runtime/apply-bridge.sh \
  --bridge lan0 \
  --stp off \
  --delay 0 "$@"
