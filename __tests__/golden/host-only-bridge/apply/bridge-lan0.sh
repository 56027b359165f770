#!/bin/bash
# Bridge lan0 on lan storage. Read by runtime/run.sh on the host.
apply-bridge \
  --bridge lan0 \
  --stp off \
  --delay 0 \
  --verify-seconds 40 \
  --confirm-seconds 90 \
  --rollback-seconds 120
