#!/bin/bash
# Bridge xenbr0 on lan lan0. Read by runtime/run.sh on the host.
apply-bridge \
  --bridge xenbr0 \
  --uplink eth0 \
  --uplink-mac 52:54:00:aa:00:01 \
  --address 192.0.2.10/24 \
  --gateway 192.0.2.1 \
  --stp on \
  --delay 4 \
  --mtu 9000 \
  --verify-seconds 48 \
  --confirm-seconds 98 \
  --rollback-seconds 128
