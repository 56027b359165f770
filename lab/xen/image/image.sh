#!/bin/bash
# image.sh TARGET BASE MODULES STRICT SHIMS STAND_IN EL6: from the unpacked packages in BASE makes what QEMU boots:
# xen, vmlinuz, initrd.img, dom0.img. The last three are root.sh's.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
target=$1
base=$2
modules=$3
shift 3
version=$(cat "$base/kernel-version")
work=$target/work
mkdir -p "$work"

# Copies the modules of one place, and all that those need, into a root.
install_modules() { # ROOT PLACE
  local to=$1/lib/modules/$version name file
  mkdir -p "$to"
  sed -n "s/^$2 //p" "$modules" | tr ' ' '\n' | while read -r name; do
    modprobe -d "$base/kernel" -S "$version" --show-depends "$name" 2>/dev/null || echo "lab build: kernel has no module $name" >&2
  done | awk '$1 == "insmod" { print $2 }' | sort -u | while read -r file; do
    file=${file#*/lib/modules/"$version"/}
    install -D -m 644 "$base/kernel/lib/modules/$version/$file" "$to/$file"
  done
  cp "$base/kernel/lib/modules/$version"/modules.{order,builtin,builtin.modinfo} "$to/"
  depmod -b "$1" "$version"
}

busybox_root() { # ROOT INIT PLACE
  mkdir -p "$1"/{bin,sbin,dev,proc,sys,mnt,tmp,www,lib}
  cp "$base/root/usr/bin/busybox" "$1/bin/busybox"
  install -m 755 "$here/$2" "$1/init"
  install_modules "$1" "$3"
}
pack() { (cd "$1" && find . | LC_ALL=C sort | cpio -o -H newc -R 0:0 --quiet); }

busybox_root "$work/initrd" initrd-init.sh disk
pack "$work/initrd" | zstd -q -3 >"$target/initrd.img" &

busybox_root "$work/guest" guest-init.sh guest
install -m 755 "$here/guest-power.sh" "$work/guest/sbin/poweroff"
install -m 755 "$here/guest-power.sh" "$work/guest/sbin/reboot"
# Guests unpack this under emulation, several at a time: a quick method beats a small file.
pack "$work/guest" | gzip -1 >"$work/guest.img"

cp -a "$base/root" "$work/root"
install_modules "$work/root" dom0
mkdir -p "$work/root/boot/guest"
cp --sparse=always "$base/vmlinux" "$work/root/boot/guest/vmlinux"
gzip -6 -n <"$base/vmlinux" >"$work/root/boot/guest/vmlinuz"
cp "$work/guest.img" "$work/root/boot/guest/initrd.img"
"$here/root.sh" "$work/root" "$(cat "$base/xen-version")" "$@"

cp "$base/xen" "$target/xen"
cp "$base"/kernel/boot/vmlinuz-* "$target/vmlinuz"
wait

# Without root, a user namespace makes the files root's own inside the image.
as_root=()
[ "$(id -u)" = 0 ] || as_root=(unshare --map-root-user)
truncate -s 12G "$target/dom0.img"
${as_root[@]+"${as_root[@]}"} mkfs.ext4 -q -F -L dom0 -m 0 -J size=8 -N 65536 -E lazy_itable_init=1,lazy_journal_init=1,root_owner=0:0 \
  -d "$work/root" "$target/dom0.img"
rm -rf "$work"
# Two builds from the same inputs are still two file systems: a disk written upon one must never meet the other.
cat /proc/sys/kernel/random/uuid >"$target/build-id"
