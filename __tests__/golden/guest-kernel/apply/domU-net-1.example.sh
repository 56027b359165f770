#!/bin/bash
# Guest net-1.example. Read by runtime/run.sh on the host.
apply-domu \
  --domu net-1.example \
  --config /etc/xen/net-1.example \
  --autostart no \
  --running no \
  --on-change live \
  --on-removal shut-down \
  --boot-timeout 180 \
  --vif xenbr0,00:16:3e:d7:ce:3e,192.0.2.22 \
  --disk phy,/dev/vg0/web1
