#!/bin/bash
# PID 1 of a lab dom0: what EL6's rc.sysinit does for us, then the services of runlevel 3 in their order.
export PATH=/sbin:/bin:/usr/sbin:/usr/bin:/usr/local/sbin HOME=/root TERM=dumb
say() { echo "LAB: $* ($(cut -d' ' -f1 /proc/uptime) s after power on)" >/dev/console; }

mount -t proc proc /proc
mount -t sysfs sys /sys
mountpoint -q /dev || mount -t devtmpfs dev /dev
mkdir -p /dev/pts /dev/shm
mount -t devpts -o gid=5,mode=620,ptmxmode=666 devpts /dev/pts
mount -t tmpfs -o mode=1777 tmpfs /dev/shm
mount -t tmpfs -o mode=755 tmpfs /run
# A udev daemon makes these; Xen's hotplug scripts never get past their lock without /dev/stdin.
ln -s /proc/self/fd /dev/fd
for number in 0:stdin 1:stdout 2:stderr; do ln -s "/proc/self/fd/${number%:*}" "/dev/${number#*:}"; done
mkdir -p /run/lock/subsys /run/sshd /run/xen /run/netreport
: >/run/utmp
rm -rf /tmp/* /var/lib/xenstored/tdb*

modprobe virtio_net
tries=0
while [ ! -e /sys/class/net/eth0 ] && [ $tries -lt 100 ]; do
  sleep 0.1
  tries=$((tries + 1))
done
for module in bridge br_netfilter loop dm-mod; do modprobe $module; done
ip link set lo up
# shellcheck source=/dev/null
hostname "$(. /etc/sysconfig/network && echo "${HOSTNAME:-localhost}")"
sysctl -q -e -p /etc/sysctl.conf
# Volume groups on image files come back as those on disks would.
lab-volume-group --attach

for script in /etc/rc.d/rc3.d/S*; do
  [ -x "$script" ] || continue
  "$script" start </dev/null >>/var/log/boot.log 2>&1
  say "$(basename "$script") status $?"
done
: >/run/lab-ready
say ready
# bash takes in orphans while it waits.
while :; do
  sleep 3600 &
  wait $!
done
