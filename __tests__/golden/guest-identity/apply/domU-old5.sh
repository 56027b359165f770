#!/bin/bash
# Guest old5. Read by runtime/run.sh on the host.
apply-domu \
  --domu old5 \
  --config /etc/xen/old5 \
  --autostart yes \
  --running yes \
  --on-change live \
  --on-removal shut-down \
  --boot-timeout 180 \
  --vif xenbr0,00:16:3e:91:5e:b4,192.0.2.22 \
  --disk file,/srv/xen/swap.img \
  --disk file,/srv/xen/old5.img \
  --guest-os el5 \
  --root-disk file,/srv/xen/old5.img \
  --root lv,VolGroup00/LogVol00 \
  --guest-nic eth0,00:16:3e:91:5e:b4,192.0.2.22,24,192.0.2.1,192.0.2.53/192.0.2.54
