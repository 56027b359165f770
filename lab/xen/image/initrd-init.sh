#!/bin/busybox sh
# shellcheck shell=dash
# Reaches dom0's disk, puts the host's identity on it at the very first boot, and hands over.
/bin/busybox --install -s /bin
export PATH=/bin
mount -t devtmpfs dev /dev
mount -t proc proc /proc
mount -t sysfs sys /sys
for module in crc32c_generic virtio_pci virtio_blk ext4; do modprobe $module; done
tries=0
while [ ! -b /dev/vda ] && [ $tries -lt 100 ]; do
  sleep 0.1
  tries=$((tries + 1))
done
mount -t ext4 -o rw,noatime /dev/vda /mnt || exec sh
# Only once: what a tool later writes in these files must survive a reboot.
if [ -d /seed ] && [ ! -e /mnt/etc/lab-seeded ]; then
  cp -a /seed/. /mnt/
  : >/mnt/etc/lab-seeded
fi
umount /proc /sys
exec switch_root /mnt /sbin/lab-init
