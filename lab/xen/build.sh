#!/bin/bash
# Builds what a lab host boots: hypervisor, kernel, dom0's disk, and the kernel and initramfs of the guests.
#
#   build.sh            build what is missing, print the directory of the finished image on stdout
#   build.sh --key      print the key of the image that the present inputs give, build nothing
#
# LAB_EL6_ROOT=DIR      EL6 system files to lay over dom0 (default: the stand-in beside this directory)
# LAB_EL6_STRICT=no     dom0's programs are the machine's (default: they refuse what CentOS 6's lack, see lab/el6/strict)
# XDG_CACHE_HOME        where the cache lives; nothing is ever written into the repository
#
# Two stages, cached apart: `base` (packages, unpacked) is slow and changes seldom, `image` is quick and changes with
# every edit of the scripts. A key is a hash of the inputs, so a finished directory is never changed again.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/cdktf-xen-lab
stand_in=$here/../el6/stand-in
el6_root=${LAB_EL6_ROOT:-$stand_in}
strict=${LAB_EL6_STRICT:-yes}

fail() {
  echo "lab build: $*" >&2
  exit 1
}
say() { echo "lab build: $*" >&2; }

# The names, modes and contents of everything under the given paths, as one hash.
hash_of() {
  local path
  for path in "$@"; do
    cd "$(dirname "$path")"
    path=$(basename "$path")
    find "$path" \( -type f -o -type l \) -printf '%p %m %l\n' | LC_ALL=C sort
    find "$path" -type f -print0 | LC_ALL=C sort -z | xargs -0r sha256sum
  done | sha256sum | cut -c1-16
}

# Everything is built beside its final name and renamed when whole: an interrupted build leaves no half of one.
build_stage() { # KIND KEY SCRIPT [ARG...]
  local kind=$1 key=$2 script=$3 target started
  shift 3
  target=$cache/$kind/$key
  [ -d "$target" ] && return 0
  started=$SECONDS
  work=$cache/$kind/.building-$$
  rm -rf "$work"
  mkdir -p "$work"
  "$here/image/$script" "$work" "$@" >&2
  mv "$work" "$target"
  say "$kind built in $((SECONDS - started)) s"
}

# The newest few stay, so that going back and forth between branches does not rebuild; what was in use lately stays too,
# for a running host still boots from it.
prune() { # KIND KEEP KEY
  local old
  touch "$cache/$1/$3"
  find "$cache/$1" -mindepth 1 -maxdepth 1 -type d -printf '%T@ %p\n' | sort -rn | tail -n "+$(($2 + 1))" | cut -d' ' -f2- |
    while read -r old; do find "$old" -maxdepth 0 -mmin +240 -exec rm -rf {} +; done
}

case $strict in
  yes) strict_needs=cc:gcc strict_inputs=$here/../el6/strict ;;
  no) strict_needs='' strict_inputs='' ;;
  *) fail "LAB_EL6_STRICT is '$strict', allowed: yes, no" ;;
esac
[ -d "$el6_root" ] || fail "no EL6 root at '$el6_root': set LAB_EL6_ROOT to a directory that holds etc/init.d/network"
el6_root=$(cd "$el6_root" && pwd -P)
stand_in=$(cd "$stand_in" && pwd -P)
shims=$(cd "$here/../el6/shims" && pwd -P)

base_key=$(hash_of "$here/packages.txt" "$here/image/base.sh")
image_key=$(echo "$base_key $strict $(hash_of "$here/build.sh" "$here/modules.txt" "$here/image" "$shims" ${strict_inputs:+"$strict_inputs"} "$stand_in" "$el6_root")" |
  sha256sum | cut -c1-16)
if [ "${1:-}" = --key ]; then
  echo "$image_key"
  exit 0
fi
[ $# = 0 ] || fail "unknown argument '$1', allowed: --key"

missing=
for need in apt-get:apt depmod:kmod mkfs.ext4:e2fsprogs cpio:cpio zstd:zstd xz:xz-utils ssh-keygen:openssh-client flock:util-linux $strict_needs; do
  PATH=$PATH:/usr/sbin:/sbin command -v "${need%%:*}" >/dev/null || missing="$missing ${need#*:}"
done
[ -z "$missing" ] || fail "programs are missing; install them with: apt-get install -y$missing"
export PATH=$PATH:/usr/sbin:/sbin

mkdir -p "$cache/base" "$cache/image" "$cache/client"
chmod 700 "$cache" "$cache/client"
exec 9>"$cache/lock"
flock -n 9 || {
  say 'another build is running, waiting for it'
  flock 9
}
work=
trap '[ -z "$work" ] || rm -rf "$work"' EXIT
# What a killed build left behind; the lock says that nobody is using it.
rm -rf "$cache"/{base,image}/.building-*

[ -f "$cache/client/id_ed25519" ] || ssh-keygen -q -t ed25519 -N '' -C cdktf-xen-lab -f "$cache/client/id_ed25519"
build_stage base "$base_key" base.sh "$here/packages.txt"
build_stage image "$image_key" image.sh "$cache/base/$base_key" "$here/modules.txt" "$strict" "$shims" "$stand_in" "$el6_root"
prune base 2 "$base_key"
prune image 3 "$image_key"
echo "$cache/image/$image_key"
