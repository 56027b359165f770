#!/bin/bash
# Finds all other users of a guest's disk, since two writers destroy a file system. Looks for guests in Xen, for dom0's
# mounts, mappings, loop devices and processes, and for a saved guest. Sourced by host/disk/apply.sh.
# shellcheck disable=SC2154  # disk disk_kind belong to host/disk/apply.sh

# Whether a path is the disk itself, under any name.
is_disk() { # <path>
  if [ "$disk_kind" = phy ]; then
    [ -b "$1" ] && [ "$(stat -L -c %t:%T "$1" 2>/dev/null)" = "$disk_number" ]
  else
    [ -f "$1" ] && [ "$1" -ef "$disk" ]
  fi
}

check_disk_users() {
  disk_number=$(stat -L -c %t:%T "$disk")
  { is_hex "${disk_number%:*}" && is_hex "${disk_number#*:}"; } ||
    fail "the number of device $disk (stat) is '$(shown "$disk_number")'"
  check_guest_down
  check_backends
  check_mounts
  check_loops
  [ "$disk_kind" != phy ] || check_holders
  check_processes
}

check_guest_down() {
  local domid
  find_domain "$DOMU"
  [ -z "$domid" ] || refuse_disk "the guest runs (domain $domid)" "shut it down first: xl shutdown $DOMU"
  check_guest_not_saved
}

# A saved guest that is restored goes on with its old idea of the disk, and destroys what was written meanwhile.
check_guest_not_saved() {
  local file
  file=$(saved_file "$DOMU")
  [ -z "$file" ] || refuse_disk "the guest is saved in $file, with this disk mounted" \
    "restore it and shut it down (xl restore $file; xl shutdown $DOMU), or remove the file and lose what was in its memory"
}

# Refuses a disk that dom0 serves to a domain; compares path and number. Reads `domains`, which check_guest_down has
# set.
check_backends() {
  local kind id node params path domain_name
  find_backends
  while read -r kind id _ node params; do
    [ "$kind" = disk ] || continue
    if [ "$disk_kind" != phy ] || [ "$node" != "$disk_number" ]; then
      find_path "$params"
      if [ -z "$path" ] || ! is_disk "$path"; then continue; fi
    fi
    take_name "$id" || continue
    refuse_disk "guest $domain_name (domain $id) has it attached" \
      "shut that guest down, or detach the disk: xl block-list $id"
  done < <(printf '%s\n' "$backends")
}

# Sets `path` of a disk's params, which may have a driver's name in front (`aio:/images/web1.img`).
find_path() { # <params, with xenstore's escapes>
  path=$1
  case $path in *\\*) path=$(printf '%b' "$path") ;; esac
  case $path in */*) path=/${path#*/} ;; *) path='' ;; esac
}

check_mounts() {
  local source place
  while read -r source place _; do
    case $source in /dev/*) ;; *) continue ;; esac
    is_disk "$source" && refuse_mounted "$(printf '%b' "$place" | plain)"
    [ "$disk_kind" = phy ] && is_partition "$source" &&
      refuse_disk "the host has its partition $source mounted on $(printf '%b' "$place" | plain)" 'umount it'
  done < <(cat /proc/mounts /proc/swaps)
  return 0
}

# A mount of ours is the claim of a run that was killed, for this disk under another guest's name.
refuse_mounted() { # <folder>
  case $1 in
    "$STATE"/guest-disk/*/claim)
      local other=${1%/claim}
      other=${other##*/}
      refuse_disk "an earlier run ended while guest $other had it open" "deploy guest $other again, that closes it"
      ;;
  esac
  refuse_disk "the host has it mounted on $1" 'umount it'
}

# Whether a device is a partition of the disk; works for whole disks whose table the kernel has read.
is_partition() { # <device>
  local directory
  [ -b "$1" ] || return 1
  for directory in /sys/dev/block/$((0x${disk_number%:*})):$((0x${disk_number#*:}))/*/; do
    [ -f "$directory/partition" ] &&
      [ "$(cat "$directory/dev")" = "$(($(stat -L -c '0x%t' "$1"))):$(($(stat -L -c '0x%T' "$1")))" ] && return 0
  done
  return 1
}

check_loops() {
  local entry name path
  for entry in /sys/block/loop*/loop/backing_file; do
    [ -e "$entry" ] || continue
    path=$(cat "$entry" 2>/dev/null) || continue
    is_disk "$path" || continue
    name=/dev/${entry#/sys/block/}
    name=${name%%/loop/*}
    refuse_disk "the host has it attached to $name" \
      "$(awk -v device="$name" '$1 == device { print "which is mounted on " $2 }' /proc/mounts)" \
      "if no guest uses it: umount it, then losetup -d $name"
  done
}

# Refuses a disk with mappings on top of it or of its partitions: kpartx, or a volume group of the guest in dom0.
check_holders() {
  local holder name
  for holder in /sys/dev/block/$((0x${disk_number%:*})):$((0x${disk_number#*:}))/{,*/}holders/*; do
    [ -e "$holder" ] || continue
    name=$(cat "$holder/dm/name" 2>/dev/null || echo "${holder##*/}")
    refuse_disk "the host has $name on top of it" \
      "if no guest uses it: 'kpartx -d $disk', or 'vgchange -an' for the guest's volume group"
  done
}

# A pattern of grep for a whole line. Processes with such a line in their environment may have the disk open.
harmless_environment=''
is_harmless() { # <pid>
  [ -n "$harmless_environment" ] && grep -zxqs "$harmless_environment" "/proc/$1/environ"
}

# Processes such as tapdisk, qemu, or a copy that is still being made. udev opens devices for a moment, so a process is
# refused only at the second look.
check_processes() {
  local found try stranger status
  for try in 1 2; do
    stranger='' status=0
    # A process that ends meanwhile is no error; a look that takes too long is.
    timeout 30 find -L /proc/[0-9]*/fd -maxdepth 1 -samefile "$disk" >"$LOOK/open-files" 2>/dev/null || status=$?
    case $status in
      0 | 1) ;;
      *) refuse_disk "who has it open can not be found out (find ends with exit status $status)" 'deploy again' ;;
    esac
    while read -r found; do
      found=${found#/proc/}
      found=${found%%/*}
      is_harmless "$found" || stranger=$found
    done <"$LOOK/open-files"
    [ -n "$stranger" ] || return 0
    [ "$try" = 2 ] || sleep 1
  done
  refuse_disk "process $stranger has it open ($(tr '\0' ' ' <"/proc/$stranger/cmdline" 2>/dev/null | plain))" \
    'wait for it, or end it'
}
