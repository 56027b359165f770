#!/bin/bash
# Bridge xenbr1 on lan storage. Read by runtime/run.sh on the host.
apply-bridge \
  --bridge xenbr1 \
  --uplink eth1 \
  --uplink-mac 52:54:00:aa:00:02 \
  --address 198.51.100.10/24 \
  --stp off \
  --delay 0 \
  --verify-seconds 40 \
  --confirm-seconds 90 \
  --rollback-seconds 120
