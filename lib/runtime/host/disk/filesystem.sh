#!/bin/bash
# Whether a guest's root file system may be written: it must be of a known kind, and clean. Sourced by
# host/disk/apply.sh.
# shellcheck disable=SC2034,SC2154  # device disk_sectors belong to host/disk/open.sh, changed to host/base/tell.sh

# Prints how a person can reach the file system by hand, for messages.
commands_by_hand() { # <command>
  local start length
  read -r start length <"$LOOK/pieces"
  if [ "$(grep -c . "$LOOK/pieces")" != 1 ] || ! is_number "$start" || ! is_number "$length"; then
    echo "with the disk attached to a rescue guest: $1 on $ROOT"
  elif [ "$start" = 0 ] && [ "$length" = "$disk_sectors" ]; then
    echo "on the host: $1 $disk"
  else
    echo "on the host: LOOP=\$(losetup -f); losetup -o $((start * 512)) --sizelimit $((length * 512)) \$LOOP $disk; $1 \$LOOP; losetup -d \$LOOP"
  fi
}

# Sets `filesystem` to its kind, `uuid`, and `state` to clean or dirty.
check_filesystem() {
  local status=0 words line recovery=''
  filesystem=$(blkid -p -o value -s TYPE "$device" 2>/dev/null || :)
  case $filesystem in
    ext2 | ext3 | ext4) ;;
    '') refuse_disk "$ROOT holds no file system that blkid knows" "$(describe_disk)" ;;
    LVM2_member) refuse_disk "$ROOT is an LVM physical volume" \
      "name the volume that holds the guest's /: root 'lv,VG/LV'" ;;
    *) refuse_disk "$ROOT holds $(printf '%s' "$filesystem" | plain), only ext2, ext3 and ext4 are written" \
      "$(describe_disk)" ;;
  esac
  dumpe2fs -h "$device" >"$LOOK/superblock" 2>"$LOOK/superblock-errors" || status=$?
  [ "$status" = 0 ] ||
    refuse_disk "the host's dumpe2fs can not read its $filesystem: $(plain <"$LOOK/superblock-errors")" \
    'a newer e2fsprogs is needed if the guest has made it with a newer one'
  # A label may hold the end of a line, so a line that is there twice counts with both its values.
  state='' uuid=''
  while IFS= read -r line; do
    case $line in
      # The name of the journal's device would mean a device of dom0.
      'Journal device:'*) refuse_disk "its $filesystem keeps its journal on another device, which is not followed" ;;
      'Filesystem state:'*) state+=" ${line#*:}" ;;
      'Filesystem UUID:'*) uuid+=" ${line#*:}" ;;
      'Filesystem features:'*' needs_recovery' | 'Filesystem features:'*' needs_recovery '*) recovery=needed ;;
    esac
  done <"$LOOK/superblock"
  words=$(printf '%s' "$state" | plain)
  words=${words#"${words%%[! ]*}"}
  case $words in
    clean) if [ "$recovery" = needed ]; then state=dirty; else state=clean; fi ;;
    'not clean') state=dirty ;;
    *) refuse_disk "the state of its $filesystem is '$words'" \
      "check it, then deploy again; $(commands_by_hand 'e2fsck -f')" ;;
  esac
}

# Puts a file system in order that the guest has not unmounted. e2fsck replays the journal. Without a journal it checks
# everything, which takes long. It mends what is safe to mend; a person has to do the rest.
recover_filesystem() {
  local status=0
  say "the guest was not shut down cleanly: putting its $filesystem in order (e2fsck -p)"
  changed=yes
  e2fsck -p "$device" >"$LOOK/e2fsck" 2>&1 </dev/null || status=$?
  cat "$LOOK/e2fsck"
  [ "$status" -le 1 ] || refuse_disk "e2fsck -p ended with exit status $status: $(tail -n 2 "$LOOK/e2fsck" | plain)" \
    "check it, then deploy again; $(commands_by_hand 'e2fsck -f')" 'the identity was not written'
  check_filesystem
  [ "$state" = clean ] ||
    refuse_disk "it is not clean after e2fsck -p" "check it, then deploy again; $(commands_by_hand 'e2fsck -f')"
}

# Refuses a file system with any error before dom0's kernel mounts it. A file system that contradicts itself may reach
# bugs of the kernel, and loses data when it is written to.
check_whole() {
  local status=0
  e2fsck -f -n "$device" >"$LOOK/e2fsck" 2>&1 </dev/null 7>&- 8>&- 9>&- || status=$?
  cat "$LOOK/e2fsck"
  [ "$status" = 0 ] || refuse_disk \
    "e2fsck finds its $filesystem damaged: $(grep -v '^e2fsck \|^Pass ' "$LOOK/e2fsck" | head -n 2 | plain)" \
    "check it, then deploy again; $(commands_by_hand 'e2fsck -f')"
}
