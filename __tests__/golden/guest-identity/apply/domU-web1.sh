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
  --vif xenbr1,00:16:3e:a0:6d:a5,198.51.100.21 \
  --disk phy,/dev/vg0/web1 \
  --guest-os el6 \
  --root-disk phy,/dev/vg0/web1 \
  --root partition,1 \
  --guest-hostname web1.example.org \
  --guest-nic eth0,00:16:3e:a6:05:8f,192.0.2.21,24,192.0.2.1,192.0.2.53/192.0.2.54 \
  --guest-nic eth1,00:16:3e:a0:6d:a5,198.51.100.21,24,--,--
