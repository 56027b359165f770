#!/bin/bash
# Bridge xenbr0 on lan lan0. Read by runtime/run.sh on the host.
apply-bridge \
  --bridge xenbr0 \
  --uplink eth0 \
  --uplink-mac 52:54:00:aa:00:01 \
  --address 192.0.2.10/24 \
  --gateway 192.0.2.1 \
  --stp off \
  --delay 0 \
  --verify-seconds 40 \
  --confirm-seconds 90 \
  --rollback-seconds 120
