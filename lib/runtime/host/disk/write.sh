#!/bin/bash
# Writes files on a guest's root that is mounted for that. Sourced by host/disk/apply.sh.
# shellcheck disable=SC2034,SC2154  # `changed` belongs to host/base/tell.sh
#
# The guest's root may have a link, a pipe or a device under any name. So each folder on the way to a file is looked at.
# A new file gets a name that can't be guessed, and must not exist. It then takes the place of the old file by a rename,
# which follows no link. Nothing else writes meanwhile: the guest is down, and the disk is claimed.

# Refuses to go on if a folder on the way to a file is no folder any more.
check_way_to() { # <place>
  local rest=${1%/*}/ way=$GUEST_ROOT
  while [ -n "$rest" ]; do
    way=$way/${rest%%/*}
    rest=${rest#*/}
    if [ -L "$way" ] || [ ! -d "$way" ]; then
      unstage_and_refuse "${way#"$GUEST_ROOT"} on it is not the folder that was looked at a moment ago" 'deploy again'
    fi
  done
}

is_plain_file() { [ ! -L "$1" ] && [ -f "$1" ]; } # <path>

# Sets `temporary` to a new, empty file beside a place. Its name begins with a dot, so no program of the guest reads it,
# and a later run recognises it as ours.
make_beside() { # <place>
  check_way_to "$1"
  temporary=$(mktemp "$GUEST_ROOT/${1%/*}/.cdktf-xen.XXXXXXXXXX" 2>"$LOOK/write-errors") ||
    unstage_and_refuse "can not write /$1: $(plain <"$LOOK/write-errors")"
  printf '%s\n' "$temporary" >>"$LOOK/made"
}

remove_leftovers() {
  local place
  while IFS= read -r place; do
    check_way_to "$place"
    rm -f "$GUEST_ROOT/$place"
  done <"$LOOK/leftovers"
}

# Writes every file whole beside its place, and to the disk, so that only renames are left to be done.
stage_guest_files() {
  local place temporary model
  : >"$LOOK/made"
  : >"$LOOK/staged"
  remove_leftovers
  while read -r place; do
    make_beside "$place"
    printf '%s %s\n' "$temporary" "$place" >>"$LOOK/staged"
    find_model "$place"
    {
      { [ -z "$model" ] || cp -p --preserve=all "$model" "$temporary"; } &&
        { [ -n "$model" ] || chmod 644 "$temporary"; } &&
        copy_label "$model" "$temporary" &&
        dd if="$NEW/$place" of="$temporary" conv=fsync
    } 2>"$LOOK/write-errors" ||
      unstage_and_refuse "can not write /$place: $(grep -v ' records \| copied' "$LOOK/write-errors" | plain)"
  done <"$LOOK/changes"
}

# Sets `model`, the file that gives owner, mode and SELinux label: the file itself, or one of the same folder if it is
# new.
find_model() { # <place>
  local file
  for file in "$GUEST_ROOT/$1" "$GUEST_ROOT/${1%/*}"/ifcfg-lo "$GUEST_ROOT/${1%/*}"/[0-9]*.rules; do
    model=$file
    if is_plain_file "$file" && [ "$(stat -c %s "$file")" -le 262144 ]; then return 0; fi
  done
  model=''
}

# Copies the SELinux label; cp does that only if the host itself has SELinux on.
copy_label() { # <from> <to>
  local label
  [ -n "$1" ] && command -v getfattr >/dev/null 2>&1 || return 0
  label=$(getfattr -h --absolute-names -e hex -n security.selinux "$1" 2>/dev/null | sed -n 's/^security\.selinux=//p')
  [ -z "$label" ] || setfattr -h -n security.selinux -v "$label" "$2"
}

# Removes the files that were made, and refuses.
unstage_and_refuse() { # <what> <more>...
  local temporary
  [ ! -f "$LOOK/made" ] || while IFS= read -r temporary; do rm -f "$temporary"; done <"$LOOK/made"
  refuse_disk "$@"
}

# Prints the other names of a file. system-config-network keeps one file under several names, and copies from them at
# times.
other_names() { # <place>
  local file
  for file in "$GUEST_ROOT"/etc/sysconfig/networking/devices/"${1##*/}" \
    "$GUEST_ROOT"/etc/sysconfig/networking/profiles/*/"${1##*/}"; do
    case ${file#"$GUEST_ROOT/"} in *[!A-Za-z0-9._:+@/-]* | "$1") continue ;; esac
    if is_plain_file "$file" && [ "$file" -ef "$GUEST_ROOT/$1" ]; then printf '%s\n' "${file#"$GUEST_ROOT/"}"; fi
  done
}

# Renames each file: it is the old one or the new one, never half of it. Then compares what is there with what was
# meant, byte by byte.
commit_guest_files() {
  local staged temporary place name
  while read -r staged place; do
    check_way_to "$place"
    other_names "$place" >"$LOOK/names"
    rename_over "$staged" "$place"
    say "wrote /$place on the guest's disk"
    while IFS= read -r name; do
      make_beside "$name"
      ln -f "$GUEST_ROOT/$place" "$temporary" 2>"$LOOK/write-errors" ||
        unstage_and_refuse "can not write /$name: $(plain <"$LOOK/write-errors")"
      rename_over "$temporary" "$name"
    done <"$LOOK/names"
  done <"$LOOK/staged"
  while read -r place; do
    if ! is_plain_file "$GUEST_ROOT/$place" || ! cmp -s "$NEW/$place" "$GUEST_ROOT/$place"; then
      refuse_disk "/$place reads otherwise than it was written" 'dmesg on the host says why'
    fi
  done <"$LOOK/changes"
}

# -T: if a folder has the name, the file is not moved into it.
rename_over() { # <temporary> <place>
  mv -f -T "$1" "$GUEST_ROOT/$2" 2>"$LOOK/write-errors" ||
    unstage_and_refuse "can not write /$2: $(plain <"$LOOK/write-errors")"
  changed=yes
}
