#!/bin/bash
# The disk that a copy is read from. If another program may write it meanwhile, it is read from a snapshot. Sourced by
# host/copy/end.sh.
# shellcheck disable=SC2034,SC2154  # names and paths are host/copy/end.sh's, the rest is shared with what that sources

# FROM: what is read. SNAPSHOT: the name of a snapshot. `moment`: what the other end is told about it.
FROM='' SNAPSHOT='' moment=plain

# Marks the processes that read for this copy by their environment: copies of one original do not exclude each other.
mark_reader() { export CDKTF_XEN_COPY=$ID; }

harmless_environment='CDKTF_XEN_COPY=[0-9a-f]\{16\}'

# Whether a process reads for this copy. Compares the whole entry as fixed text, so that an id never matches another
# process.
reads_for_this_copy() { # <pid>
  grep -zFxqs "CDKTF_XEN_COPY=$ID" "/proc/$1/environ"
}

open_source() {
  local domid
  need xl:xen xenstore-ls:xen-runtime xenstore-list:xen-runtime losetup:util-linux-ng blockdev:util-linux-ng \
    find:findutils timeout:coreutils sha256sum:coreutils
  DOMU=$SOURCE_GUEST disk_kind=$SOURCE_KIND
  disk=$(readlink -f "$SOURCE_PATH" || :)
  case $disk_kind in
    phy) [ -b "$disk" ] || fail "disk $SOURCE_PATH of guest $DOMU is no block device on $SOURCE_HOST" \
      "make it, or mend the path of the original's disk" ;;
    file) [ -f "$disk" ] || fail "disk $SOURCE_PATH of guest $DOMU is no file on $SOURCE_HOST" \
      "make it, or mend the path of the original's disk" ;;
    *) fail "disk $SOURCE_PATH has the kind '$disk_kind', allowed: phy, file" ;;
  esac
  find_domain "$DOMU"
  FROM=$disk
  find_source_volume
  # A copy that was begun from a snapshot goes on with it, even if the guest is down now.
  if [ -n "$SNAPSHOT" ] && find_snapshot; then
    say "goes on with the snapshot $SOURCE_VG/$SNAPSHOT on $SOURCE_HOST"
  elif [ -n "$domid" ]; then
    { [ -n "$SNAPSHOT" ] && [ "$SNAPSHOT_MIB" -gt 0 ]; } || refuse_running "$domid"
    check_guest_not_saved
    begin_snapshot
    say "note: guest $DOMU runs (domain $domid): its disk is copied from a snapshot, as a power cut at this moment would leave it"
  else
    SNAPSHOT=''
    check_disk_users
  fi
  # The cache may be older than what the guest has written to the device directly.
  if [ "$disk_kind" = phy ]; then
    blockdev --flushbufs "$FROM"
    set_size "$(blockdev --getsize64 "$FROM" || :)"
  else
    set_size "$(stat -c %s "$FROM" || :)"
  fi
}

refuse_running() { # <domain id>
  local cure="or leave it running: give the original's disk on LVM, and the copy snapshotMiB"
  case $SOURCE_KIND in
    phy) [ -z "$SOURCE_VG" ] || cure='or leave it running: set snapshotMiB, and it is copied from a snapshot' ;;
  esac
  fail "disk $SOURCE_PATH: guest $DOMU on $SOURCE_HOST runs (domain $1), what is read under a running guest is no file system" \
    "shut it down first: xl shutdown $DOMU" "$cure"
}

# Sets SOURCE_VG, SOURCE_LV and SNAPSHOT, the name for a snapshot, if the disk is a volume. The name belongs to this
# copy alone, so several copies of one original can run at the same time.
find_source_volume() {
  local name
  SOURCE_VG='' SOURCE_LV=''
  if [ "$SOURCE_KIND" != phy ] || ! command -v lvs >/dev/null 2>&1; then return 0; fi
  read -r SOURCE_VG SOURCE_LV < <(lvm_tool lvs --noheadings -o vg_name,lv_name "$SOURCE_PATH" || :) || return 0
  name=$(printf '%s' "$CDKTF_XEN_HOST $TARGET_PATH" | sha256sum)
  SNAPSHOT=$SOURCE_LV.cdktf-xen-copy-${name:0:8}
}

# Whether an earlier attempt of this copy has left its snapshot.
find_snapshot() {
  local attributes bytes percent origin tags
  find_volume_facts "$SOURCE_VG" "$SNAPSHOT" || return 1
  is_own_snapshot ||
    fail "$SOURCE_VG/$SNAPSHOT on $SOURCE_HOST is no snapshot of ours" \
      "if nobody needs it: lvremove $SOURCE_VG/$SNAPSHOT"
  if ! has_tag "cdktf-xen-copy-$ID"; then
    say "note: $SOURCE_VG/$SNAPSHOT on $SOURCE_HOST is of a copy that was given up, it is taken away"
    drop_snapshot || fail "lvremove $SOURCE_VG/$SNAPSHOT failed on $SOURCE_HOST: $(lvm_says)"
    return 1
  fi
  end_stale_readers
  FROM=/dev/$SOURCE_VG/$SNAPSHOT moment=snapshot
  ! is_overflowed || fail_overflowed
}

# Reads what find_volume_facts has set.
is_own_snapshot() { has_tag cdktf-xen-copy && [ "${origin// /}" = "$SOURCE_LV" ]; }

begin_snapshot() {
  local free extent
  find_room "$SOURCE_VG"
  [ "$free" -ge $((SNAPSHOT_MIB * 1048576)) ] ||
    fail "volume group $SOURCE_VG on $SOURCE_HOST has $(amount "$free") free, the snapshot of a running guest's disk shall have $(amount $((SNAPSHOT_MIB * 1048576)))" \
      "shut the guest down first (xl shutdown $DOMU), make room, or set a smaller snapshotMiB"
  make_snapshot "$SOURCE_VG" "$SOURCE_LV" "$SNAPSHOT" "$SNAPSHOT_MIB" "$ID"
  FROM=/dev/$SOURCE_VG/$SNAPSHOT moment=snapshot
  [ -b "$FROM" ] || fail "the snapshot has no node $FROM on $SOURCE_HOST" 'is udev running?'
}

# Kills processes that still read for this copy. The other end holds its lock, so a lost connection has left them
# behind.
end_stale_readers() {
  local directory
  for directory in /proc/[0-9]*; do
    if reads_for_this_copy "${directory#/proc/}"; then kill -KILL "${directory#/proc/}" 2>/dev/null || :; fi
  done
}

drop_snapshot() { remove_volume "$SOURCE_VG" "$SNAPSHOT"; }

fail_overflowed() {
  fail "the snapshot $SOURCE_VG/$SNAPSHOT on $SOURCE_HOST has overflowed: guest $DOMU has written more meanwhile than it had room for; it is of no use any longer and is taken away" \
    "deploy again with a larger snapshotMiB, or shut the guest down first: xl shutdown $DOMU"
}

# Fails if what was read may not be of one moment.
check_source_again() {
  local attributes bytes percent origin tags
  if [ -n "$SNAPSHOT" ]; then
    find_volume_facts "$SOURCE_VG" "$SNAPSHOT" ||
      fail "the snapshot $SOURCE_VG/$SNAPSHOT on $SOURCE_HOST is gone" 'somebody has removed it; deploy again'
    ! is_overflowed || fail_overflowed
    return 0
  fi
  check_guest_down
  check_backends
  check_mounts
  check_loops
  [ "$disk_kind" != phy ] || check_holders
}
