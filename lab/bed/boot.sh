#!/bin/bash
# boot.sh HOSTNAME NAME=MAC...: what a power cycle does to dom0 - every process gone, no interface but the machine's
# own NICs, /run empty - and then what EL6's run level 3 does.
name=$1
shift
ip=/.bed/ip
kill -9 -1
for link in /sys/class/net/*; do
  link=${link##*/}
  for nic in lo=none "$@"; do
    [ "$link" = "${nic%%=*}" ] && continue 2
  done
  $ip link delete dev "$link" 2>/dev/null
done
for nic in "$@"; do
  $ip link set dev "${nic%%=*}" down
  $ip address flush dev "${nic%%=*}"
  $ip link set dev "${nic%%=*}" address "${nic#*=}" mtu 1500 nomaster
done
$ip address flush dev lo
$ip link set dev lo down
echo 0 >/proc/sys/net/ipv4/ip_forward
hostname "$name"
find /run /var/tmp -mindepth 1 -delete
mkdir -p /run/lock/subsys /run/netreport

for link in /etc/rc.d/rc3.d/S[0-9][0-9]*; do
  [ -x "$link" ] && "$link" start
done
exit 0
