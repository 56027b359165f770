#!/bin/bash
# Writes files on a guest's root that is mounted for that. Sourced by host/disk/apply.sh.
# shellcheck disable=SC2034,SC2154  # `changed` belongs to host/base/tell.sh
#
# The guest's root may have put a link, a pipe or a device wherever a name can stand. So each step of the way to a file is
# looked at, and has to be a folder; what is made has a name that nobody can know, and is made anew or not at all; and a
# file takes the place of another by its name alone, which follows nothing. Nobody else is there meanwhile: the guest is
# down, and the disk is claimed.

# Refuses to go on where a step to a file is no folder, though the look has found one there.
walk_to() { # <place>
  local rest=${1%/*}/ way=$GUEST_ROOT
  while [ -n "$rest" ]; do
    way=$way/${rest%%/*}
    rest=${rest#*/}
    if [ -L "$way" ] || [ ! -d "$way" ]; then
      unstage_guest_files "${way#"$GUEST_ROOT"} on it is not the folder that was looked at a moment ago" 'deploy again'
    fi
  done
}

is_plain_file() { [ ! -L "$1" ] && [ -f "$1" ]; }

# Sets `temporary` to a new, empty file beside a place. Its name begins with a dot: no program of the guest reads it, and
# a later run recognises it as ours.
make_beside() { # <place>
  walk_to "$1"
  temporary=$(mktemp "$GUEST_ROOT/${1%/*}/.cdktf-xen.XXXXXXXXXX" 2>"$LOOK/write-errors") ||
    unstage_guest_files "can not write /$1: $(plain <"$LOOK/write-errors")"
  printf '%s\n' "$temporary" >>"$LOOK/made"
}

remove_leftovers() {
  local place
  while IFS= read -r place; do
    walk_to "$place"
    rm -f "$GUEST_ROOT/$place"
  done <"$LOOK/leftovers"
}

# Writes every file whole beside its place, on the disk to the last byte, so that only renames are left to be done.
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
        keep_label "$model" "$temporary" &&
        dd if="$NEW/$place" of="$temporary" conv=fsync
    } 2>"$LOOK/write-errors" || unstage_guest_files "can not write /$place: $(grep -v ' records \| copied' "$LOOK/write-errors" | plain)"
  done <"$LOOK/changes"
}

# Sets `model`, which gives owner, mode and SELinux label: the file itself, or one of the same folder where it is new.
find_model() { # <place>
  local file
  for file in "$GUEST_ROOT/$1" "$GUEST_ROOT/${1%/*}"/ifcfg-lo "$GUEST_ROOT/${1%/*}"/[0-9]*.rules; do
    model=$file
    if is_plain_file "$file" && [ "$(stat -c %s "$file")" -le 262144 ]; then return 0; fi
  done
  model=''
}

# cp keeps the label only where the host itself has SELinux on.
keep_label() { # <from> <to>
  local label
  [ -n "$1" ] && command -v getfattr >/dev/null 2>&1 || return 0
  label=$(getfattr -h --absolute-names -e hex -n security.selinux "$1" 2>/dev/null | sed -n 's/^security\.selinux=//p')
  [ -z "$label" ] || setfattr -h -n security.selinux -v "$label" "$2"
}

# Takes away what was made, and refuses.
unstage_guest_files() { # <what> <more>...
  local temporary
  [ ! -f "$LOOK/made" ] || while IFS= read -r temporary; do rm -f "$temporary"; done <"$LOOK/made"
  refuse_disk "$@"
}

# system-config-network keeps the same file under several names, and copies from them at times. Prints the others.
other_names() { # <place>
  local file
  for file in "$GUEST_ROOT"/etc/sysconfig/networking/devices/"${1##*/}" "$GUEST_ROOT"/etc/sysconfig/networking/profiles/*/"${1##*/}"; do
    case ${file#"$GUEST_ROOT/"} in *[!A-Za-z0-9._:+@/-]* | "$1") continue ;; esac
    if is_plain_file "$file" && [ "$file" -ef "$GUEST_ROOT/$1" ]; then printf '%s\n' "${file#"$GUEST_ROOT/"}"; fi
  done
}

# The renames: each file is the old one or the new one, never half of it. Then what is there is compared with what
# was meant, byte by byte.
commit_guest_files() {
  local staged temporary place name
  while read -r staged place; do
    walk_to "$place"
    other_names "$place" >"$LOOK/names"
    rename_over "$staged" "$place"
    say "wrote /$place on the guest's disk"
    while IFS= read -r name; do
      make_beside "$name"
      ln -f "$GUEST_ROOT/$place" "$temporary" 2>"$LOOK/write-errors" ||
        unstage_guest_files "can not write /$name: $(plain <"$LOOK/write-errors")"
      rename_over "$temporary" "$name"
    done <"$LOOK/names"
  done <"$LOOK/staged"
  while read -r place; do
    if ! is_plain_file "$GUEST_ROOT/$place" || ! cmp -s "$NEW/$place" "$GUEST_ROOT/$place"; then
      refuse_disk "/$place reads otherwise than it was written" 'dmesg on the host says why'
    fi
  done <"$LOOK/changes"
}

# -T: where a folder has the name, it is not moved into it.
rename_over() { # <temporary> <place>
  mv -f -T "$1" "$GUEST_ROOT/$2" 2>"$LOOK/write-errors" || unstage_guest_files "can not write /$2: $(plain <"$LOOK/write-errors")"
  changed=yes
}
