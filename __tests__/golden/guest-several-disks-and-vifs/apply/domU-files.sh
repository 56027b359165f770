#!/bin/bash
# Guest files. Read by runtime/run.sh on the host.
apply-domu \
  --domu files \
  --config /etc/xen/files \
  --autostart yes \
  --running yes \
  --on-change live \
  --on-removal shut-down \
  --boot-timeout 600 \
  --vif xenbr0,00:16:3e:e3:fe:18,192.0.2.23 \
  --vif xenbr1,00:16:3e:8c:cf:a7,198.51.100.23 \
  --vif xenbr1,00:16:3e:0a:0b:0c,198.51.100.24 \
  --disk phy,/dev/vg0/files \
  --disk file,/srv/xen/swap.img \
  --disk raw,/srv/xen/data.img \
  --disk qcow2,/srv/xen/seed.qcow2
