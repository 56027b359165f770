#!/bin/bash
# Guest web1. Read by runtime/run.sh on the host.
apply-domu \
  --domu web1 \
  --config /etc/xen/web1 \
  --autostart yes \
  --running yes \
  --on-change live \
  --on-removal shut-down \
  --boot-timeout 180 \
  --vif xenbr0,00:16:3e:a6:05:8f,192.0.2.21 \
  --disk phy,/dev/vg0/web1
