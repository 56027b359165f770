#!/bin/bash
# lab-volume-group NAME MEBIBYTES: an LVM volume group on a sparse file, for guests on logical volumes.
# lab-volume-group --attach: at boot, brings all of them back.
set -euo pipefail
store=/var/lib/lab
if [ "${1:-}" = --attach ]; then
  for file in "$store"/*.vg; do
    [ -e "$file" ] || exit 0
    losetup -f "$file"
  done
  exec vgchange -q -ay
fi
[ $# = 2 ] || {
  echo 'usage: lab-volume-group NAME MEBIBYTES' >&2
  exit 2
}
mkdir -p "$store"
truncate -s "$2M" "$store/$1.vg"
device=$(losetup -f --show "$store/$1.vg")
pvcreate -q "$device"
vgcreate -q "$1" "$device"
