#!/bin/bash
# Opens the root file system of a guest that is down, and closes it again in any case. Sourced by host/disk/apply.sh.
#
# Every opening is noted before it is made, in a file that outlives this process. So the next run closes what a killed
# run has left open. The mount point lies outside the runs' folders, since those are deleted with all that they hold.
# shellcheck disable=SC2154  # disk disk_kind disk_sectors filesystem belong to the other files of the guest's disk

# The folder where openings are noted, and the mount point of the root file system. Set when the guest's name is known.
GUEST_STATE='' GUEST_ROOT=''
# Locks the disk under one name for all units, and the guest, since openings are noted under the guest's name. A caller
# that only looks does not wait, since a plan has other hosts to ask.
lock_disk() { # write|look
  local name file
  name=$(printf '%s' "$disk" | cksum)
  file=$STATE/lock.disk-${name%% *}
  exec 7>"$file" 6>"$STATE/lock.guest-$DOMU"
  if flock -n 6 && flock -n 7; then return 0; fi
  [ "$1" = write ] || refuse_disk 'another deploy is at work on it' 'when that has ended, look again'
  # Always in this order, so that two runs never wait for each other.
  { flock -w 120 6 && flock -w 120 7; } ||
    fail "another deploy has held disk $disk of guest $DOMU for two minutes" \
      "see 'fuser $file $STATE/lock.guest-$DOMU' on the host"
}

note_opening() { # <kind> <name> [<offset> <path>]
  [ -d "$GUEST_STATE" ] || mkdir -p "$GUEST_STATE"
  printf '%s\n' "$*" >>"$GUEST_STATE/open"
}

have_device_mapper() { dmsetup version >/dev/null 2>&1; }

# Sets `device` to a loop device on LENGTH sectors from START of the disk.
attach_loop() { # <start> <sectors> ro|rw
  local start=$1 length=$2 mode=$3 options=() try=0
  options=(-o $((start * 512)))
  # Old kernels can't be told a size; it is not needed for the whole disk.
  [ "$length" = "$disk_sectors" ] || options+=(--sizelimit $((length * 512)))
  [ "$mode" = rw ] || options+=(-r)
  while :; do
    device=$(losetup -f 2>"$LOOK/loop-errors") ||
      fail "no free loop device on the host: $(plain <"$LOOK/loop-errors")" \
      "see losetup -a; more come with 'options loop max_loop=64' in /etc/modprobe.d"
    note_opening "loop $device $((start * 512)) $disk"
    losetup ${options[@]+"${options[@]}"} "$device" "$disk" 2>"$LOOK/loop-errors" 7>&- 8>&- 9>&- && break
    # Another program may have taken the device meanwhile, and may be done with it by now. Then try the next free one.
    try=$((try + 1))
    if [ -e "/sys/block/${device#/dev/}/loop/backing_file" ] || grep -q busy "$LOOK/loop-errors"; then
      sleep 0.1
      [ "$try" -ge 20 ] || continue
    fi
    refuse_disk "can not be attached: $(plain <"$LOOK/loop-errors")"
  done
  # losetup may fall back to read-only, and does not always say so.
  [ "$mode" = ro ] || [ "$(blockdev --getro "$device")" = 0 ] ||
    refuse_disk 'is read-only' 'is the image immutable (lsattr), or its file system mounted read-only?'
}

# Keeps Xen from starting a guest on a disk that is open for writing. Xen itself opens a disk that others have open. Its
# script `block` looks only for the disk itself in /proc/mounts, and for a loop device on the whole disk; it sees
# neither mappings nor partitions. So an empty file system is mounted that has the disk for its source.
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

# Sets `device` to a device that holds the root file system. For writing, a block device is mapped by device-mapper if
# the host has it: a mapping keeps dom0's own mounts and LVM away. A loop device does not, but a read-only one stays
# read-only.
attach_root() { # ro|rw
  local mode=$1 start length count base at=0
  count=$(grep -c . "$LOOK/pieces")
  read -r start length <"$LOOK/pieces"
  check_number "where $ROOT lies on $disk" "$start" "$length"
  if [ "$count" = 1 ] && { [ "$mode" = ro ] || [ "$disk_kind" = file ] || ! have_device_mapper; }; then
    attach_loop "$start" "$length" "$mode"
    return 0
  fi
  have_device_mapper ||
    refuse_disk "$ROOT lies on it in $count pieces, and the host has no device-mapper to join them" \
      'modprobe dm-mod; yum install device-mapper'
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

# Sets `device` to a node of a mapping. The numbers are compared: if udev is slow or absent, the node may be an old one
# whose number belongs to another mapping now.
find_map_node() { # <mapping>
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

# Prints the options of what is mounted on a folder; false if nothing is.
mount_options() { # <folder>
  FOLDER=$1 awk '
    $2 == ENVIRON["FOLDER"] { options = $4; found = 1 }
    END { if (found) print options; exit !found }
  ' /proc/mounts
}

# Mounts the root for writing. A look needs no mount, see host/disk/tree.sh.
mount_root() {
  # A guest's file system may ask for a panic on errors; that would be a panic of dom0.
  note_opening "mount $GUEST_ROOT"
  [ -d "$GUEST_ROOT" ] || mkdir "$GUEST_ROOT"
  # -n: a killed run would leave its line in mtab.
  mount -n -t "$filesystem" -o nodev,nosuid,noexec,noatime,errors=remount-ro "$device" \
    "$GUEST_ROOT" 2>"$LOOK/mount-errors" \
    7>&- 8>&- 9>&- </dev/null ||
    refuse_disk "the host can not mount its $filesystem: $(plain <"$LOOK/mount-errors")" "dmesg on the host says why"
  case $(mount_options "$GUEST_ROOT") in rw | rw,*) return 0 ;; esac
  refuse_disk 'the host mounts it read-only' 'dmesg on the host says why'
}

# Sets `device` to what holds the root file system, `ro` to look or `rw` to write.
open_root() { # ro|rw
  trap 'close_openings || exit 1' EXIT
  trap 'exit 143' TERM INT
  # The cache may be older than what the guest has written to the device directly.
  [ "$disk_kind" != phy ] || blockdev --flushbufs "$disk"
  [ -s "$LOOK/pieces" ] || find_pieces
  [ "$1" = ro ] || claim_disk
  attach_root "$1"
}

# Undoes one opening if it is still as noted: the loop device may belong to another program now.
close_opening() { # <kind> <name> [<offset> <path>]
  local kind=$1 name=$2 offset=${3-} path=${4-} sysfs backing
  case $kind in
    mount) ! mount_options "$name" >/dev/null || umount -n "$name" ;;
    map)
      ! dmsetup info "$name" >/dev/null 2>&1 || dmsetup remove "$name" || return 1
      # Removes the node too, for hosts without udev.
      [ ! -e "/dev/mapper/$name" ] || dmsetup mknodes "$name"
      ;;
    loop)
      sysfs=/sys/block/${name#/dev/}/loop
      [ -e "$sysfs/backing_file" ] || return 0
      { backing=$(<"$sysfs/backing_file"); } 2>/dev/null
      { [ "${backing% (deleted)}" = "$path" ] && [ "$(<"$sysfs/offset")" = "$offset" ]; } 2>/dev/null || return 0
      losetup -d "$name"
      # The kernel may detach it only when its last user has gone.
      [ ! -e "$sysfs/backing_file" ]
      ;;
  esac
}

# Closes in reverse order. Another program may look at the device (updatedb, udev), so each closing is tried for a
# while. What stays open at the end forbids the guest's start.
close_openings() {
  local kind name offset path tries left=''
  [ -d "$GUEST_STATE" ] || return 0
  # A run that was stopped in the middle of this function runs it a second time.
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
    # What is mounted must be closed before the devices below it.
    [ -z "$left" ] || break
  done < <(tac "$GUEST_STATE/open")
  if [ -n "$left" ]; then
    say "error: the disk of guest $DOMU is still open on the host:$left: $(plain <"$GUEST_STATE/errors")"
    say "  do not start the guest; find who uses it (fuser -m $GUEST_ROOT) and deploy again"
    return 1
  fi
  rm -f "$GUEST_STATE/open" "$GUEST_STATE/errors"
  [ ! -d "$GUEST_STATE/lvm" ] || rm -rf "$GUEST_STATE/lvm"
  [ ! -d "$GUEST_ROOT" ] || rmdir "$GUEST_ROOT"
  [ ! -d "$GUEST_STATE/claim" ] || rmdir "$GUEST_STATE/claim"
  rmdir "$GUEST_STATE"
}

# Closes in the middle of a run.
close_root() { # ro|rw
  if ! close_openings; then
    trap - EXIT
    exit 1
  fi
  # The pages of a file or a block device are written only when that is asked for.
  if [ "$1" = rw ]; then
    dd if=/dev/null of="$disk" conv=notrunc,fsync 2>"$LOOK/sync-errors" ||
      refuse_disk "can not be synced: $(plain <"$LOOK/sync-errors")"
  fi
  [ "$disk_kind" != phy ] || blockdev --flushbufs "$disk"
  trap - EXIT TERM INT
}

# Closes what a killed run has left open. A caller that only looks leaves that to the next deploy.
close_leftovers() { # write|look
  [ -d "$GUEST_STATE" ] || return 0
  [ "$1" = write ] ||
    refuse_disk 'an earlier run ended while it was open on the host' 'the next deploy of the guest closes it'
  say "an earlier run ended while the disk of guest $DOMU was open; closing it"
  close_openings || fail "what an earlier run opened can not be closed"
}
