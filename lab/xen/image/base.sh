#!/bin/bash
# base.sh TARGET PACKAGES: fetches dom0's packages, the kernel and the hypervisor by the machine's own apt sources and
# unpacks them. No package is configured (no maintainer script runs): that is what makes it quick and needs no root.
# image/root.sh does the few things that configuring would have done.
set -euo pipefail
target=$1
packages=$2

# An empty status file makes apt resolve for an empty system, an own cache keeps the machine's untouched.
mkdir -p "$target/apt/archives/partial"
: >"$target/apt/status"
apt_options=(-q -y -o "Dir::State::status=$target/apt/status" -o "Dir::Cache=$target/apt" -o APT::Install-Recommends=false
  -o Debug::NoLocking=1 -o APT::Sandbox::User= -o Dpkg::Use-Pty=0)

resolve_names() {
  xen=$(apt-cache depends xen-system-amd64 2>/dev/null | sed -n 's/.*Depends: xen-hypervisor-\([0-9.]*\)-amd64/\1/p')
  kernel=$(apt-cache depends linux-image-amd64 2>/dev/null | sed -n 's/.*Depends: \(linux-image-[0-9].*\)/\1/p')
  [ -n "$xen" ] && [ -n "$kernel" ]
}

fetch() {
  local wanted
  resolve_names || return 1
  mapfile -t wanted < <(grep -v '^#' "$packages")
  apt-get "${apt_options[@]}" --download-only install "${wanted[@]}" "xen-utils-$xen" xen-utils-common >"$target/apt/log" 2>&1 || return 1
  (cd "$target/apt/archives" && apt-get "${apt_options[@]}" download "$kernel" "xen-hypervisor-$xen-amd64" >>"$target/apt/log" 2>&1)
}

fetch || {
  echo 'lab build: packages not found in the present package lists, updating the lists'
  apt-get -q update >"$target/apt/update.log" 2>&1 || cat "$target/apt/update.log"
  fetch || {
    tail -5 "$target/apt/log" 2>/dev/null
    echo "lab build: apt could not fetch the lab's packages (xen-system-amd64, linux-image-amd64 and those of $packages)"
    exit 1
  }
}

# EL6's init layout and a merged /usr come first; packages then unpack through these links.
root=$target/root
mkdir -p "$root"/usr/{bin,sbin,lib,lib64} "$root"/etc/rc.d/{init.d,rc{0..6}.d}
for dir in bin sbin lib lib64; do ln -s "usr/$dir" "$root/$dir"; done
for dir in init.d rc{0..6}.d; do ln -s "rc.d/$dir" "$root/etc/$dir"; done

# Documentation, and what only serves configuring packages.
unwanted='^(adduser|debconf|dpkg|init-system-helpers|libperl.*|libpam-runtime|media-types|perl|perl-.*|ucf|udev|libdb5.3)_'
unpack() {
  dpkg-deb --fsys-tarfile "$1" | tar -x -C "$root" --keep-directory-symlink --exclude=./usr/share/man --exclude=./usr/share/doc \
    --exclude=./usr/share/locale --exclude=./usr/share/info --exclude=./usr/share/lintian -f -
}
# The package has 400 MB of modules; the lab asks for none of those below.
unpack_kernel() {
  local group unasked=()
  for group in sound 'drivers/gpu' 'drivers/media' 'drivers/staging' 'drivers/iio' 'drivers/infiniband' 'drivers/usb' 'drivers/hwmon' \
    'drivers/input' 'drivers/mmc' 'drivers/scsi' 'drivers/ata' 'drivers/platform' 'drivers/net/ethernet' 'drivers/net/wireless' \
    'drivers/mtd' 'drivers/i2c' 'drivers/isdn' 'drivers/target' 'net/bluetooth' 'net/mac80211' 'net/sunrpc' fs/xfs fs/btrfs fs/nfs fs/ocfs2; do
    unasked+=("--exclude=./lib/modules/*/kernel/$group")
  done
  mkdir "$target/kernel"
  dpkg-deb --fsys-tarfile "$1" | tar -x -C "$target/kernel" "${unasked[@]}" --exclude='./boot/System.map-*' --exclude=./usr -f -
}
for package in "$target"/apt/archives/*.deb; do
  name=$(basename "$package")
  if [[ $name =~ $unwanted ]]; then continue; fi
  case $name in
    linux-image-*) unpack_kernel "$package" & ;;
    xen-hypervisor-*) dpkg-deb --fsys-tarfile "$package" | tar -xO "./boot/xen-$xen-amd64.gz" | gzip -dc >"$target/xen" ;;
    *) unpack "$package" ;;
  esac
done
wait
rm -rf "$target/apt"

# Guests boot the bare kernel: under emulation, unpacking a compressed one takes longer than all the rest of their boot.
image=$(echo "$target"/kernel/boot/vmlinuz-*)
field() { od -An "-t$1" "-j$2" "-N$3" "$image" | tr -d ' '; }
offset=$((($(field u1 497 1) + 1) * 512 + $(field u4 584 4)))
length=$(field u4 588 4)
# The payload ends with the size of what it unpacks to, which xz takes for a broken tail: so its status says nothing, the size does.
size=$(od -An -tu4 -j$((offset + length - 4)) -N4 "$image" | tr -d ' ')
tail -c "+$((offset + 1))" "$image" | head -c "$length" | xz -dc --single-stream 2>/dev/null >"$target/vmlinux" || true
[ "$(stat -c %s "$target/vmlinux")" = "$size" ] || {
  echo "lab build: $(basename "$image") does not unpack to the $size bytes that it promises"
  exit 1
}
fallocate --dig-holes "$target/vmlinux" 2>/dev/null || true

version=$(basename "$(echo "$target"/kernel/lib/modules/*)")
depmod -b "$target/kernel" "$version"
echo "$version" >"$target/kernel-version"
echo "$xen" >"$target/xen-version"
