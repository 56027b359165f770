#!/bin/bash
# lab-guest-disk FILE|DEVICE IP MAC [NAME]: makes a guest's disk: one ext4 without a partition table, with the identity in EL6's
# places, and kernel, initramfs and grub.cfg, so that the guest boots from it by pygrub or with a kernel given by dom0.
set -euo pipefail
# Where dom0's programs are strict: CentOS 6's mkfs.ext4 fills no file system.
PATH=/.strict/real:$PATH
if [ $# -lt 3 ] || [ $# -gt 4 ]; then
  echo 'usage: lab-guest-disk FILE|DEVICE IP MAC [NAME]' >&2
  exit 2
fi
disk=$1 ip=$2 mac=$3 name=${4:-$(basename "$1" .img)}
# shellcheck source=/dev/null
gateway=$(. /etc/sysconfig/network && echo "${GATEWAY:-192.0.2.1}")
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mkdir -p "$tree"/{boot/grub,etc/sysconfig/network-scripts,etc/udev/rules.d}
cat >"$tree/etc/sysconfig/network-scripts/ifcfg-eth0" <<IFCFG
DEVICE=eth0
HWADDR=${mac^^}
ONBOOT=yes
BOOTPROTO=none
IPADDR=$ip
PREFIX=24
GATEWAY=$gateway
IFCFG
printf 'NETWORKING=yes\nHOSTNAME=%s\n' "$name" >"$tree/etc/sysconfig/network"
printf 'SUBSYSTEM=="net", ACTION=="add", DRIVERS=="?*", ATTR{address}=="%s", ATTR{type}=="1", KERNEL=="eth*", NAME="eth0"\n' \
  "${mac,,}" >"$tree/etc/udev/rules.d/70-persistent-net.rules"
ln /boot/guest/vmlinuz /boot/guest/initrd.img "$tree/boot/" 2>/dev/null || cp /boot/guest/{vmlinuz,initrd.img} "$tree/boot/"
# pygrub reads a title without quotes as a mistake.
cat >"$tree/boot/grub/grub.cfg" <<GRUB
set default=0
set timeout=0
menuentry "lab guest" {
  linux /boot/vmlinuz root=/dev/xvda console=hvc0 mitigations=off quiet
  initrd /boot/initrd.img
}
GRUB
if [ -b "$disk" ]; then
  mkfs.ext4 -q -F -O ^has_journal -d "$tree" "$disk"
else
  rm -f "$disk"
  truncate -s 64M "$disk"
  mkfs.ext4 -q -F -O ^has_journal -d "$tree" "$disk"
fi
