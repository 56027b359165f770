#!/bin/bash
# The disk that a copy is written to. It gets its final name when it is whole. Until then it has another name, so that
# no guest starts on half a copy. Sourced by host/copy/end.sh.
#
#   file   /images/web1-test.img   is made as /images/.web1-test.img.cdktf-xen-copy
#   phy    /dev/vg0/web1-test      is made as /dev/vg0/web1-test.copying, tagged cdktf-xen-copy-ID
# shellcheck disable=SC2034,SC2153,SC2154  # shared with host/copy/end.sh and what that sources

# Sets WORK, and for a volume VG and LV.
find_target_names() {
  local name=${TARGET_PATH##*/}
  case $TARGET_KIND in
    file) WORK=${TARGET_PATH%/*}/.$name.cdktf-xen-copy ;;
    phy)
      [[ $TARGET_PATH =~ ^/dev/[A-Za-z0-9+_.][A-Za-z0-9+_.-]*/[A-Za-z0-9+_.][A-Za-z0-9+_.-]*$ &&
        $TARGET_PATH != /dev/mapper/* ]] ||
        fail "disk $TARGET_PATH can not be made, allowed for a copy: a logical volume (/dev/VG/LV) or a file" \
          'name another disk in the stack'
      VG=${TARGET_PATH#/dev/}
      VG=${VG%/*}
      LV=$name
      WORK=$TARGET_PATH.copying
      ;;
    *) fail "disk $TARGET_PATH has the kind '$TARGET_KIND', allowed: phy, file" ;;
  esac
}

# Locks the disk: one deploy at a time writes it. A second deploy waits, and then finds the disk done or goes on with
# it.
lock_target() {
  local name
  [ -d "$STATE/copies" ] || mkdir -p "$STATE/copies" || fail "$STATE/copies on $END_HOST can not be made"
  name=$(printf '%s' "$TARGET_PATH" | cksum)
  name=$STATE/lock.copy-${name%% *}
  exec 8>"$name"
  if flock -n 8; then return 0; fi
  say "another deploy copies to disk $TARGET_PATH, waiting for it"
  flock -w "$PATIENCE" 8 || fail "another deploy has held disk $TARGET_PATH for $PATIENCE s" \
    "when it has ended, deploy again; holder: see 'fuser $name' on the host"
}

target_exists() {
  if [ -e "$TARGET_PATH" ] || [ -L "$TARGET_PATH" ]; then return 0; fi
  [ "$TARGET_KIND" = phy ] && find_volume_facts "$VG" "$LV"
}

# Whether the disk with the final name is this copy: the run was cut off after the rename.
is_named() {
  if [ "$TARGET_KIND" = file ]; then
    [ "$WORK" -ef "$TARGET_PATH" ]
  else
    find_volume_facts "$VG" "$LV" && has_tag "cdktf-xen-copy-$ID"
  fi
}

work_exists() { if [ "$TARGET_KIND" = file ]; then [ -e "$WORK" ]; else find_volume_facts "$VG" "$LV.copying"; fi; }

refuse_existing() { # <path> <what it is>
  fail "$2 exists and is not a copy of ours from $SOURCE_HOST:$SOURCE_PATH: nothing is ever copied over it" \
    'if nobody needs it, remove it or rename it yourself and deploy again; or name another path in the stack' \
    "$(if [ "$TARGET_KIND" = file ]; then echo "rename: mv $1 $1.old"; else echo "rename: lvrename $VG ${1##*/} ${1##*/}.old"; fi)"
}

# Sets PHASE to none, begun or done, and refuses what must be refused.
look_at_target() {
  find_target_names
  find_copy_record
  [ "$PHASE" = none ] || check_record_source
  if [ "$PHASE" = 'done' ]; then
    target_exists ||
      fail "disk $TARGET_PATH was copied from $SOURCE_HOST:$SOURCE_PATH and is gone since: somebody has removed it" \
      "to have it copied anew: rm -r $RECORD on the host, then deploy again"
    drop_second_name
    return 0
  fi
  [ "$TARGET_KIND" = file ] || find_room "$VG"
  [ "$TARGET_KIND" = phy ] || [ -d "${TARGET_PATH%/*}/" ] ||
    fail "folder ${TARGET_PATH%/*} for disk $TARGET_PATH does not exist" \
      "make it, or mount what belongs there: mkdir -p ${TARGET_PATH%/*}"
  if target_exists; then
    if [ "$PHASE" = none ] || ! is_named; then refuse_existing "$TARGET_PATH" "disk $TARGET_PATH"; fi
    finish_record
  elif [ "$PHASE" = none ]; then
    ! work_exists || refuse_existing "$WORK" "$WORK, the place of an unfinished copy,"
    new_id
  elif work_exists && [ "$TARGET_KIND" = phy ] && ! has_tag "cdktf-xen-copy-$ID"; then
    refuse_existing "$WORK" "$WORK, the place of an unfinished copy,"
  fi
}

# Makes the disk for SIZE bytes, or finds what an earlier attempt has made.
make_target() {
  local size='' attributes bytes=0 percent origin tags outgrown=no
  # An unfinished disk of another size is ours. It is removed once it is known that its room is enough.
  [ "$PHASE" = none ] || size=$(<"$RECORD/size")
  if [ "$TARGET_KIND" = phy ] && [ -n "$size" ] && [ "${size% *}" != "$SIZE" ] && work_exists; then
    outgrown=yes
    check_number "the size of volume $VG/$LV.copying (lvs)" "${bytes// /}"
    check_volume_room "$VG" "$SIZE" "disk $TARGET_PATH" "${bytes// /}"
    remove_volume "$VG" "$LV.copying" || fail "lvremove $VG/$LV.copying failed: $(lvm_says)"
    size=''
  fi
  [ "$outgrown" = yes ] || check_target_room
  if [ "$PHASE" = none ]; then
    begin_record
  elif [ "$size" != "$SIZE $CHUNK" ]; then
    forget_sums
    set_record size "$SIZE $CHUNK"
  fi
  changed=yes
  if [ "$TARGET_KIND" = file ]; then
    { : >>"$WORK" && truncate -s "$SIZE" "$WORK"; } 2>make-errors || fail "$WORK can not be made: $(plain <make-errors)"
  elif ! work_exists; then
    forget_sums
    make_volume "$VG" "$LV.copying" "$SIZE" "cdktf-xen-copy-$ID"
  fi
  [ "$TARGET_KIND" = file ] || [ -b "$WORK" ] ||
    fail "volume $VG/$LV.copying has no node $WORK" "is it active? lvchange -ay $VG/$LV.copying; is udev running?"
}

# Fails if the file's folder, or the volume's group, has no room for what is still to come.
check_target_room() {
  local free='' blocks=0 block=0 needed place=${TARGET_PATH%/*}
  if [ "$TARGET_KIND" = phy ]; then
    work_exists || check_volume_room "$VG" "$SIZE" "disk $TARGET_PATH" 0
    return 0
  fi
  if [ -e "$WORK" ]; then
    blocks=$(stat -c %b "$WORK")
    check_number "the number of blocks of $WORK (stat)" "$blocks"
    block=$(stat -c %B "$WORK")
    check_number "the size of a block of $WORK (stat)" "$block"
  fi
  needed=$((SIZE - blocks * block))
  read -r _ _ _ free _ place < <(df -Pk "$place/" | tail -n 1) || :
  check_number "the free space of the file system at $place (df)" "$free"
  # In bytes it must still be a number for bash, and some file systems report a huge number that means no limit.
  [ "${#free}" -le 14 ] || free=99999999999999
  [ $((free * 1024)) -ge "$needed" ] ||
    fail "the file system at $place has $(amount $((free * 1024))) free, disk $TARGET_PATH needs $(amount "$needed"): $(amount $((needed - free * 1024))) are missing" \
      'make room, or name another path in the stack; then deploy again'
}

# Writes zeros behind the source's end, up to the end of the last extent: old data of others must not reach the guest.
clear_tail() {
  local whole at=$SIZE left
  [ "$TARGET_KIND" = phy ] || return 0
  whole=$(blockdev --getsize64 "$WORK" || :)
  check_number "the size of $WORK (blockdev)" "$whole"
  [ "$whole" -ge "$SIZE" ] || fail "volume $VG/$LV.copying has $whole bytes, its source $SIZE" \
    "give it up and deploy again: $(give_up_hint); rm -r $RECORD"
  while [ "$at" -lt "$whole" ]; do
    left=$((whole - at))
    # First bytes to the next sector, then sectors to the next block, then blocks to the end.
    if [ $((at % 512)) -gt 0 ]; then
      zero_blocks 1 "$at" $((512 - at % 512))
    elif [ $((at % 65536)) -gt 0 ] || [ "$left" -lt 65536 ]; then
      zero_blocks 512 "$at" $((($(smaller $((65536 - at % 65536)) "$left")) / 512))
    else
      zero_blocks 65536 "$at" $((left / 65536))
    fi
  done
}

smaller() { # <number> <number>
  if [ "$1" -lt "$2" ]; then echo "$1"; else echo "$2"; fi
}

# Writes zeros, and moves `at` behind them.
zero_blocks() { # <bytes of a block> <first byte> <blocks>
  dd if=/dev/zero of="$WORK" bs="$1" seek=$(($2 / $1)) count="$3" conv=notrunc,fsync 2>write-errors ||
    fail "$WORK can not be written: $(complaint write-errors)"
  at=$((at + $1 * $3))
}

# Gives the whole disk its final name. Fails if that name was taken meanwhile.
name_target() {
  if [ "$TARGET_KIND" = file ]; then
    ln -T "$WORK" "$TARGET_PATH" 2>make-errors || fail "$WORK can not become $TARGET_PATH: $(plain <make-errors)"
    ! command -v restorecon >/dev/null 2>&1 || restorecon "$TARGET_PATH" >/dev/null 2>&1 || :
    finish_record
  else
    rename_volume "$VG" "$LV.copying" "$LV"
    finish_record
  fi
}

finish_record() {
  PHASE='done'
  set_record phase 'done'
  drop_second_name
}

# Removes the name that the file was made under.
drop_second_name() {
  if [ "$TARGET_KIND" != file ] || [ ! "$WORK" -ef "$TARGET_PATH" ]; then return 0; fi
  rm -f "$WORK" 2>make-errors ||
    say "note: $WORK, the name that disk $TARGET_PATH was made under, can not be removed: $(plain <make-errors)"
}
