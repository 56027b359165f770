#!/bin/bash
# Writes a guest's network identity on its disk, from dom0, while the guest is down. So the MAC in its vif and the
# HWADDR inside it are one value. Sourced by host/unit/guest.sh after host/base/files.sh; reads DOMU and what
# guest_option has set.
# shellcheck disable=SC2034,SC2154  # shared with the files that are sourced here
#
#   plan_guest_identity    looks, refuses what must be refused, changes nothing
#   write_guest_identity   looks again and writes what differs
#   show_guest_identity    looks and shows what would be written, as a diff
#
. runtime/host/disk/refuse.sh
. runtime/host/disk/open.sh
. runtime/host/disk/partitions.sh
. runtime/host/disk/lvm.sh
. runtime/host/facts/saved-guests.sh
. runtime/host/disk/users.sh
. runtime/host/disk/filesystem.sh
. runtime/host/facts/xen.sh
. runtime/host/disk/tree.sh
. runtime/host/disk/files.sh
. runtime/host/disk/write.sh
. runtime/host/disk/keys.sh
. runtime/host/disk/ipv4.sh
. runtime/host/disk/nic-keys.sh
. runtime/host/disk/identity.sh

GUEST_OS='' ROOT_DISK='' ROOT='' GUEST_HOSTNAME=''
GUEST_NICS=()

# Sets what a word says about the guest's disk; false for a word that is not about the disk.
#   guest-os el5|el6
#   root-disk phy|file|raw,PATH       the disk that holds the guest's /
#   root whole|partition,N|lv,VG/LV   where on it
#   guest-hostname NAME
#   guest-nic DEVICE,MAC,ADDRESS|dhcp|none,PREFIX,GATEWAY|--,DNS1[/DNS2]|--   once per vif, in order
guest_option() { # <word> <value>
  case $1 in
    guest-os) GUEST_OS=$2 ;;
    root-disk) ROOT_DISK=$2 ;;
    root) ROOT=$2 ;;
    guest-hostname) GUEST_HOSTNAME=$2 ;;
    guest-nic) GUEST_NICS+=("$2") ;;
    *) return 1 ;;
  esac
}

# Reads all the words of a guest. Sets DOMU too, and passes over the words that are not about its disk.
read_guest_options() { # [<word> <value>]...
  DOMU='' GUEST_OS='' ROOT_DISK='' ROOT='' GUEST_HOSTNAME=''
  GUEST_NICS=()
  while [ $# -gt 0 ]; do
    if [ "$1" = domu ]; then DOMU=$2; else guest_option "$1" "$2" || :; fi
    shift 2
  done
}

# The options were checked at synth. They are checked again before anything is written to a disk.
check_guest_options() {
  local entry kind=${ROOT_DISK%%,*} value='(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])'
  local ip="$value\\.$value\\.$value\\.$value" hex='[0-9a-f][0-9a-f]'
  case $GUEST_OS in el5 | el6) ;; *) fail "the word guest-os is '$GUEST_OS', allowed: el5, el6" ;; esac
  case $kind in
    phy | file) ;;
    raw) kind='file' ;;
    *) fail "the word root-disk is '$ROOT_DISK', allowed: phy,PATH and file,PATH" \
      "an image of another format can be made a plain one: qemu-img convert -O raw" ;;
  esac
  [[ $ROOT =~ ^(whole|partition,[1-9][0-9]*|lv,[A-Za-z0-9+_.][A-Za-z0-9+_.-]*/[A-Za-z0-9+_.][A-Za-z0-9+_.-]*)$ ]] ||
    fail "the word root is '$ROOT', allowed: whole, partition,N, lv,VG/LV"
  [[ -z $GUEST_HOSTNAME || $GUEST_HOSTNAME =~ ^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$ ]] ||
    fail "the word guest-hostname is '$GUEST_HOSTNAME', allowed are letters, digits, dots and hyphens"
  local mac="$hex:$hex:$hex:$hex:$hex:$hex" nic_form
  nic_form="^eth[0-9]+,$mac,($ip|dhcp|none),([1-9]|[12][0-9]|3[0-2]),(--|$ip),(--|$ip(/$ip)?)\$"
  for entry in ${GUEST_NICS[@]+"${GUEST_NICS[@]}"}; do
    [[ $entry =~ $nic_form ]] ||
      fail "the word guest-nic is '$entry', allowed: ethN,MAC in lower case,ADDRESS or dhcp or none,PREFIX,GATEWAY or --,DNS1[/DNS2] or --"
  done
  disk_kind=$kind
  disk=$(readlink -f "${ROOT_DISK#*,}" || :)
  case $disk_kind in
    phy) [ -b "$disk" ] ||
      fail "disk ${ROOT_DISK#*,} of guest $DOMU is no block device on the host" 'make it, or mend the path' ;;
    file) [ -f "$disk" ] ||
      fail "disk ${ROOT_DISK#*,} of guest $DOMU is no file on the host" 'make it, or mend the path' ;;
  esac
}

# Sets up the work on a guest's disk: `write` for a deploy, `look` for a caller that changes nothing.
prepare_guest_disk() { # write|look
  check_guest_options
  need xl:xen xenstore-ls:xen-runtime xenstore-list:xen-runtime losetup:util-linux-ng blkid:util-linux-ng \
    blockdev:util-linux-ng dumpe2fs:e2fsprogs e2fsck:e2fsprogs debugfs:e2fsprogs diff:diffutils find:findutils
  GUEST_STATE=$STATE/guest-disk/$DOMU
  GUEST_ROOT=$GUEST_STATE/root
  rm -rf guest
  mkdir -p "$LOOK"
  lock_disk "$1"
  close_leftovers "$1"
  check_disk_users
}

release_guest_disk() { exec 6>&- 7>&-; }

# Looks at the disk. Writes the lists of changes, notes and leftovers, and the files as they are and as they should be.
# `recover` allows a journal to be replayed first. Without a replay, the last writes of the guest may not be visible.
look_at_guest() { # recover|no
  open_root ro
  check_filesystem
  if [ "$state" = dirty ] && [ "$1" = recover ]; then
    close_root ro
    open_disk_for_recovery
    open_root ro
    check_filesystem
  fi
  [ "$state" = clean ] || printf '%s\n' \
    'the guest was not shut down cleanly; before a change e2fsck -p will put its file system in order' >"$LOOK/dirty"
  forget_tree
  look_at_identity
  if [ -s "$LOOK/problems" ]; then : >"$LOOK/leftovers"; else leftover_files >"$LOOK/leftovers"; fi
  close_root ro
  [ ! -s "$LOOK/dirty" ] || cat "$LOOK/dirty" >>"$LOOK/notes"
  [ ! -s "$LOOK/problems" ] || refuse_disk "its files do not take the identity" "$(sort -u "$LOOK/problems")"
}

open_disk_for_recovery() {
  open_root rw
  recover_filesystem
  close_root rw
}

say_notes() {
  local line
  while IFS= read -r line; do say "note: $line"; done <"$LOOK/notes"
}

plan_guest_identity() {
  [ -n "$ROOT_DISK" ] || return 0
  prepare_guest_disk write
  look_at_guest no
  release_guest_disk
}

write_guest_identity() {
  [ -n "$ROOT_DISK" ] || return 0
  local looked_at
  prepare_guest_disk write
  look_at_guest recover
  say_notes
  if [ ! -s "$LOOK/changes" ] && [ ! -s "$LOOK/leftovers" ]; then
    say 'identity on the disk is right already'
    release_guest_disk
    return 0
  fi
  [ ! -s "$LOOK/changes" ] || backup_guest_files
  # The guest may have been started by hand meanwhile.
  check_disk_users
  looked_at=$uuid
  open_root rw
  check_filesystem
  [ "$state $uuid" = "clean $looked_at" ] ||
    refuse_disk 'its file system is not the one that was looked at a moment ago' 'deploy again'
  check_whole
  mount_root
  stage_guest_files
  commit_guest_files
  close_root rw
  release_guest_disk
  say "identity on the disk: $(nics_in_words)${GUEST_HOSTNAME:+, host name $GUEST_HOSTNAME}"
}

nics_in_words() {
  printf '%s\n' ${GUEST_NICS[@]+"${GUEST_NICS[@]}"} | awk -F, 'NF {
    how = $3 == "dhcp" ? "by DHCP" : $3 == "none" ? "without an address" : $3 "/" $4
    printf "%s%s %s %s", comma, $1, $2, how
    comma = ", "
  }'
}

show_guest_identity() {
  [ -n "$ROOT_DISK" ] || return 0
  local place old line
  prepare_guest_disk look
  look_at_guest no
  release_guest_disk
  say_notes
  [ -s "$LOOK/changes" ] || say 'identity on the disk is right already'
  while read -r place; do
    old=$OLD/$place
    [ -f "$old" ] || old=/dev/null
    while IFS= read -r line; do
      say "$line"
    done < <({ diff -u -L "a/$place" -L "b/$place" "$old" "$NEW/$place" || :; } |
      LC_ALL=C tr -d '\1-\10\13-\37\177')
  done <"$LOOK/changes"
}
