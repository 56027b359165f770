#!/bin/busybox sh
# shellcheck shell=dash
# A PV guest that behaves as an EL6 guest does for its network: address from the kernel line (guest.ip= guest.gw=
# guest.name=) or else from the ifcfg files on its disk, HWADDR and udev's names respected. It serves name, MAC and IP
# as a page on port 80, and talks now and then, as any machine does, so that bridges and switches know where it is.
/bin/busybox --install -s /bin
export PATH=/bin:/sbin
mount -t devtmpfs dev /dev
mount -t proc proc /proc
mount -t sysfs sys /sys
say() { echo "GUEST: $*"; }

ip='' gw='' name=guest disk=/dev/xvda
read -r line </proc/cmdline
for word in $line; do
  case $word in
    guest.ip=*) ip=${word#*=} ;;
    guest.gw=*) gw=${word#*=} ;;
    guest.name=*) name=${word#*=} ;;
    root=/dev/*) disk=${word#*=} ;;
  esac
done
case $ip in '' | */*) ;; *) ip=$ip/24 ;; esac
wait_for() { # TEST PATH: up to ten seconds
  tries=0
  until test "$1" "$2" || [ $tries -ge 200 ]; do
    usleep 50000
    tries=$((tries + 1))
  done
  test "$1" "$2"
}

modprobe xen-netfront
ip link set lo up
wait_for -e /sys/class/net/eth0 || say 'no vif'
mac=$(cat /sys/class/net/eth0/address 2>/dev/null)
nic=eth0

# As EL6's udev does: a NIC whose MAC a rule names gets that name, one that no rule knows can't have a name that is taken.
name_by_rules() {
  rules=/mnt/etc/udev/rules.d/70-persistent-net.rules
  [ -f $rules ] && grep -v '^#' $rules | grep -q 'NAME=' || return 0
  nic=$(grep -v '^#' $rules | sed -n "s/.*ATTR{address}==\"$mac\".*NAME=\"\([^\"]*\)\".*/\1/p" | tail -n 1)
  if [ -z "$nic" ]; then
    nic=eth0
    while grep -v '^#' $rules | grep -q "NAME=\"$nic\""; do nic=eth$((${nic#eth} + 1)); done
  fi
  [ "$nic" = eth0 ] || { ip link set eth0 name "$nic" && say "udev names the vif $nic"; }
}

# As ifup does: the MAC on the disk decides whether this file is for this NIC.
read_ifcfg() {
  file=/mnt/etc/sysconfig/network-scripts/ifcfg-$nic
  [ -f "$file" ] || { say "no ifcfg-$nic on the disk" && return 0; }
  IPADDR='' PREFIX='' NETMASK='' GATEWAY='' HWADDR='' HOSTNAME=''
  # shellcheck source=/dev/null
  [ ! -f /mnt/etc/sysconfig/network ] || . /mnt/etc/sysconfig/network
  # shellcheck source=/dev/null
  . "$file"
  if [ -n "$HWADDR" ] && [ "$(echo "$HWADDR" | tr A-F a-f)" != "$mac" ]; then
    say "Device $nic has different MAC address than expected ($HWADDR, is $mac), ignoring."
    return 0
  fi
  [ -n "$PREFIX" ] || PREFIX=$(ipcalc -p 0.0.0.0 "${NETMASK:-255.255.255.0}" | cut -d= -f2)
  ip=${IPADDR:+$IPADDR/$PREFIX} gw=$GATEWAY name=${HOSTNAME:-$name}
}

if [ -z "$ip" ] || [ -e /sys/bus/xen/devices/vbd-51712 ]; then
  modprobe crc32c_generic
  modprobe ext4
  modprobe xen-blkfront
  if wait_for -b "$disk" && mount -t ext4 "$disk" /mnt; then
    name_by_rules
    [ -n "$ip" ] || read_ifcfg
    echo "$(date +%s) $name $mac $ip" >>/mnt/boots
    sync
  fi
fi
hostname "$name"
if [ -n "$ip" ]; then
  ip link set "$nic" up
  ip addr add "$ip" dev "$nic"
  [ -z "$gw" ] || ip route add default via "$gw"
fi
printf 'name=%s\nmac=%s\nip=%s\n' "$name" "$mac" "${ip%/*}" >/www/index.html
httpd -p 80 -h /www
say "up name=$name ip=${ip%/*} mac=$mac"

talk() {
  count=0
  while :; do
    # Announcing oneself every second would hide a duplicate; ordinary traffic each second does not.
    [ $((count % 20)) != 0 ] || arping -q -U -c 1 -I "$nic" "${ip%/*}"
    [ -z "$gw" ] || ping -q -c 1 -W 1 "$gw"
    count=$((count + 1))
    sleep 1
  done >/dev/null 2>&1
}
[ -z "$ip" ] || talk &
while :; do
  setsid cttyhack sh </dev/hvc0 >/dev/hvc0 2>&1
  sleep 1
done
