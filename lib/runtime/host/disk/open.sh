#!/bin/bash
# Opens the root file system of a guest that is down, and closes it again whatever happens. Sourced by host/disk/apply.sh.
#
# Every opening is noted before it is made, in a file that outlives this process: what a killed run leaves behind is
# closed by the next one. The mount point lies outside the runs' folders, since those are deleted with all they hold.
# shellcheck disable=SC2154  # disk disk_kind disk_sectors filesystem belong to the other files of the guest's disk

# Where the openings are noted, and where the root file system is mounted; set when the guest's name is known.
GUEST_STATE='' GUEST_ROOT=''
# One run at a time per disk, whatever the units are called; and one per guest, whatever its disk: what it has opened is
# noted under the guest's name. Who only looks does not wait, for a plan has other hosts to ask.
lock_disk() { # write|look
  local name file
  name=$(printf '%s' "$disk" | cksum)
  file=$STATE/lock.disk-${name%% *}
  exec 7>"$file" 6>"$STATE/lock.guest-$DOMU"
  if flock -n 6 && flock -n 7; then return 0; fi
  [ "$1" = write ] || refuse_disk 'another deploy is at work on it' 'when that has ended, look again'
  # Always in this order, so that nobody waits for somebody who waits for him.
  { flock -w 120 6 && flock -w 120 7; } ||
    fail "another deploy has held disk $disk of guest $DOMU for two minutes" "see 'fuser $file $STATE/lock.guest-$DOMU' on the host"
}

note_opening() {
  [ -d "$GUEST_STATE" ] || mkdir -p "$GUEST_STATE"
  printf '%s\n' "$*" >>"$GUEST_STATE/open"
}

have_device_mapper() { dmsetup version >/dev/null 2>&1; }

# Sets `device` to a loop device on LENGTH sectors from START of the disk.
attach_loop() { # <start> <sectors> ro|rw
  local start=$1 length=$2 mode=$3 options=() try=0
  options=(-o $((start * 512)))
  # A size that equals the whole needs no saying, and old kernels can't be told.
  [ "$length" = "$disk_sectors" ] || options+=(--sizelimit $((length * 512)))
  [ "$mode" = rw ] || options+=(-r)
  while :; do
    device=$(losetup -f 2>"$LOOK/loop-errors") || fail "no free loop device on the host: $(plain <"$LOOK/loop-errors")" \
      "see losetup -a; more come with 'options loop max_loop=64' in /etc/modprobe.d"
    note_opening "loop $device $((start * 512)) $disk"
    losetup ${options[@]+"${options[@]}"} "$device" "$disk" 2>"$LOOK/loop-errors" 7>&- 8>&- 9>&- && break
    # Somebody else may have been faster; then the next free one is tried.
    try=$((try + 1))
    if [ "$try" -ge 20 ] || [ ! -e "/sys/block/${device#/dev/}/loop/backing_file" ]; then
      refuse_disk "can not be attached: $(plain <"$LOOK/loop-errors")"
    fi
  done
  # losetup falls back to reading alone without a word that can be relied on.
  [ "$mode" = ro ] || [ "$(blockdev --getro "$device")" = 0 ] ||
    refuse_disk 'is read-only' 'is the image immutable (lsattr), or its file system mounted read-only?'
}

# Keeps Xen from starting a guest on a disk that is open for writing. It opens disks whoever else has them, and its
# script `block` only looks for the disk itself in /proc/mounts, or for a loop device on the whole of it: a mapping or a
# partition says nothing to it. So an empty file system is mounted that has the disk for its source.
claim_disk() {
  local source=$disk
  if [ "$disk_kind" = file ]; then
    attach_loop 0 "$disk_sectors" ro
    source=$device
  fi
  note_opening "mount $GUEST_STATE/claim"
  [ -d "$GUEST_STATE/claim" ] || mkdir "$GUEST_STATE/claim"
  mount -n -t tmpfs -o size=4k,mode=0 "$source" "$GUEST_STATE/claim" 2>"$LOOK/mount-errors" 7>&- 8>&- 9>&- </dev/null ||
    fail "can not mount a tmpfs on $GUEST_STATE/claim: $(plain <"$LOOK/mount-errors")" 'dmesg on the host says why'
}

# Sets `device` to the root file system's. For writing, a block device is mapped by device-mapper where there is one:
# that keeps dom0's own mounts and LVM away. Loop devices keep nobody away, but are read-only to the last when told.
attach_root() {
  local mode=$1 start length count base at=0
  count=$(grep -c . "$LOOK/pieces")
  read -r start length <"$LOOK/pieces"
  check_number "where $ROOT lies on $disk" "$start" "$length"
  if [ "$count" = 1 ] && { [ "$mode" = ro ] || [ "$disk_kind" = file ] || ! have_device_mapper; }; then
    attach_loop "$start" "$length" "$mode"
    return 0
  fi
  have_device_mapper ||
    refuse_disk "$ROOT lies on it in $count pieces, and the host has no device-mapper to join them" 'modprobe dm-mod; yum install device-mapper'
  base=$disk
  if [ "$disk_kind" = file ]; then
    attach_loop 0 "$disk_sectors" "$mode"
    base=$device
  fi
  while read -r start length; do
    check_number "where $ROOT lies on $disk" "$start" "$length"
    printf '%s %s linear %s %s\n' "$at" "$length" "$base" "$start"
    at=$((at + length))
  done <"$LOOK/pieces" >"$LOOK/table"
  local name=cdktf-xen-$DOMU readonly_map=()
  note_opening "map $name"
  [ "$mode" = rw ] || readonly_map=(--readonly)
  dmsetup create ${readonly_map[@]+"${readonly_map[@]}"} "$name" <"$LOOK/table" 2>"$LOOK/map-errors" 7>&- 8>&- 9>&- ||
    refuse_disk "device-mapper does not map it: $(plain <"$LOOK/map-errors")" 'is it in use?'
  find_map_node "$name"
  [ "$mode" = ro ] || [ "$(blockdev --getro "$device")" = 0 ] || refuse_disk 'is read-only'
}

# Sets `device` to a node of a mapping. Where udev is slow or absent, the node of that name may be an old one, with the
# number of somebody else's mapping by now; so numbers are compared.
find_map_node() {
  local major minor number try
  for try in 1 2 3 4 5; do
    read -r major minor < <(dmsetup info -c --noheadings --separator ' ' -o major,minor "$1")
    number=$(printf '%x:%x' "$major" "$minor")
    for device in "/dev/mapper/$1" "/dev/dm-$minor"; do
      if [ -b "$device" ] && [ "$(stat -L -c %t:%T "$device")" = "$number" ]; then return 0; fi
    done
    dmsetup mknodes "$1" >/dev/null 2>&1 || :
    [ "$try" = 1 ] || sleep 0.5
  done
  refuse_disk "its mapping $1 has no node under /dev" 'is udev running on the host?'
}

# Prints the options of what is mounted on a folder; false where nothing is.
mount_options() { # <folder>
  FOLDER=$1 awk '$2 == ENVIRON["FOLDER"] { options = $4; found = 1 } END { if (found) print options; exit !found }' /proc/mounts
}

# For writing alone: the look goes without dom0's kernel, see host/disk/tree.sh.
mount_root() {
  # A guest's file system may say `panic` for the case of errors; that would be dom0's panic.
  note_opening "mount $GUEST_ROOT"
  [ -d "$GUEST_ROOT" ] || mkdir "$GUEST_ROOT"
  # Without a word in mtab: a killed run would leave that behind.
  mount -n -t "$filesystem" -o nodev,nosuid,noexec,noatime,errors=remount-ro "$device" "$GUEST_ROOT" 2>"$LOOK/mount-errors" \
    7>&- 8>&- 9>&- </dev/null ||
    refuse_disk "the host can not mount its $filesystem: $(plain <"$LOOK/mount-errors")" "dmesg on the host says why"
  case $(mount_options "$GUEST_ROOT") in rw | rw,*) return 0 ;; esac
  refuse_disk 'the host mounts it read-only' 'dmesg on the host says why'
}

# Opens what holds the root file system, `ro` to look or `rw` to write, as `device`.
open_root() {
  trap 'close_openings || exit 1' EXIT
  trap 'exit 143' TERM INT
  # What is cached may be older than what the guest has written past the cache.
  [ "$disk_kind" != phy ] || blockdev --flushbufs "$disk"
  [ -s "$LOOK/pieces" ] || find_pieces
  [ "$1" = ro ] || claim_disk
  attach_root "$1"
}

# Undoes one opening, if it is still what was noted: a number of a loop device may have been given to others since.
close_opening() {
  local kind=$1 name=$2 offset=${3-} path=${4-} sysfs backing
  case $kind in
    mount) ! mount_options "$name" >/dev/null || umount -n "$name" ;;
    map)
      ! dmsetup info "$name" >/dev/null 2>&1 || dmsetup remove "$name" || return 1
      # The node goes too, where no udev takes care of that.
      [ ! -e "/dev/mapper/$name" ] || dmsetup mknodes "$name"
      ;;
    loop)
      sysfs=/sys/block/${name#/dev/}/loop
      [ -e "$sysfs/backing_file" ] || return 0
      backing=$(cat "$sysfs/backing_file" 2>/dev/null)
      [ "${backing% (deleted)}" = "$path" ] && [ "$(cat "$sysfs/offset" 2>/dev/null)" = "$offset" ] || return 0
      losetup -d "$name"
      # The kernel may put it off until its last user has gone.
      [ ! -e "$sysfs/backing_file" ]
      ;;
  esac
}

# Closes in reverse order. Somebody may be looking (updatedb, udev), so each is tried for a while; what stays open in
# the end forbids the guest's start.
close_openings() {
  local kind name offset path tries left=''
  [ -d "$GUEST_STATE" ] || return 0
  # Whoever was stopped between two of these steps comes here a second time.
  [ -f "$GUEST_STATE/open" ] || : >"$GUEST_STATE/open"
  while read -r kind name offset path; do
    tries=0
    until close_opening "$kind" "$name" "$offset" "$path" >"$GUEST_STATE/errors" 2>&1 7>&- 8>&- 9>&-; do
      tries=$((tries + 1))
      if [ "$tries" -ge 50 ]; then
        left="$left $name"
        break
      fi
      sleep 0.2
    done
    # Nothing below a mount can be closed before it.
    [ -z "$left" ] || break
  done < <(tac "$GUEST_STATE/open")
  if [ -n "$left" ]; then
    say "error: the disk of guest $DOMU is still open on the host:$left: $(plain <"$GUEST_STATE/errors")"
    say "  do not start the guest; find who uses it (fuser -m $GUEST_ROOT) and deploy again"
    return 1
  fi
  rm -f "$GUEST_STATE/open" "$GUEST_STATE/errors"
  rm -rf "$GUEST_STATE/lvm"
  [ ! -d "$GUEST_ROOT" ] || rmdir "$GUEST_ROOT"
  [ ! -d "$GUEST_STATE/claim" ] || rmdir "$GUEST_STATE/claim"
  rmdir "$GUEST_STATE"
}

# Closes, for a way that is not the way out.
close_root() {
  if ! close_openings; then
    trap - EXIT
    exit 1
  fi
  # The file's pages, and those of a block device, are on their way only once they are told to.
  if [ "$1" = rw ]; then
    dd if=/dev/null of="$disk" conv=notrunc,fsync 2>"$LOOK/sync-errors" || refuse_disk "can not be synced: $(plain <"$LOOK/sync-errors")"
  fi
  [ "$disk_kind" != phy ] || blockdev --flushbufs "$disk"
  trap - EXIT TERM INT
}

# What a run that was killed has left open. Who only looks leaves that to the next deploy.
close_leftovers() { # write|look
  [ -d "$GUEST_STATE" ] || return 0
  [ "$1" = write ] || refuse_disk 'an earlier run ended while it was open on the host' 'the next deploy of the guest closes it'
  say "an earlier run ended while the disk of guest $DOMU was open; closing it"
  close_openings || fail "what an earlier run opened can not be closed"
}
