#!/bin/bash
# Files inside a guest's root: found without leaving it, read as text that somebody else has written, replaced whole.
# Sourced by guest-apply.sh.
# shellcheck disable=SC2034  # found is read by guest-identity.sh, changed belongs to common.sh

# What the changed files were and shall be, in the run's own folder on the host.
readonly OLD=guest/old NEW=guest/new

# A line for the end of the look: all problems of a guest are told at once.
problem() { printf '%s\n' "$*" >>"$LOOK/problems"; }
note() { printf '%s\n' "$*" >>"$LOOK/notes"; }

# Sets `place` to where a path of the guest leads, links followed as the guest would. An absolute link is meant from
# the guest's root; the host's own files are never reached. False, with a problem noted, where that can't be.
find_place() {
  local rest=$1 part target links=0
  place=''
  while [ -n "$rest" ]; do
    part=${rest%%/*}
    case $rest in */*) rest=${rest#*/} ;; *) rest='' ;; esac
    case $part in
      '' | .) ;;
      ..)
        if [ -z "$place" ]; then
          problem "/$1 is a link that leads out of the guest's root: put the file itself there"
          return 1
        fi
        case $place in */*) place=${place%/*} ;; *) place='' ;; esac
        ;;
      *)
        if [ -L "$GUEST_ROOT/${place:+$place/}$part" ]; then
          links=$((links + 1))
          if [ "$links" -gt 20 ]; then
            problem "/$1 is a link that leads in a circle: put the file itself there"
            return 1
          fi
          target=$(readlink "$GUEST_ROOT/${place:+$place/}$part")
          case $target in /*) place='' ;; esac
          rest=$target${rest:+/$rest}
        else
          place=${place:+$place/}$part
        fi
        ;;
    esac
  done
}

# Finds a file of ours and copies it to OLD; sets `place` and `found`. A link within the folder that the file belongs
# to is what some admins make; anything further away is no configuration of the network.
take_file() {
  local path=$1 home=$2
  found=no
  find_place "$path" || return 1
  case $place in
    "$home"/*) ;;
    *)
      problem "/$path is a link to /$(printf '%s' "$place" | plain), outside /$home: put the file itself there"
      return 1
      ;;
  esac
  [ -e "$GUEST_ROOT/$place" ] || return 0
  read_guest_file "$path" "$place" || return 1
  found=yes
}

# Copies one file of the guest to OLD, if it is text. A device, a pipe or a sparse terabyte is not opened.
read_guest_file() {
  local path=$1 place=$2
  if [ ! -f "$GUEST_ROOT/$place" ] || [ "$(stat -c %s "$GUEST_ROOT/$place")" -gt 262144 ]; then
    problem "/$path is no plain file of less than 256 KiB: put a plain one there, or remove it"
    return 1
  fi
  mkdir -p "$OLD/${place%/*}"
  if ! cp -p "$GUEST_ROOT/$place" "$OLD/$place"; then
    problem "/$path can not be read, see the log"
    return 1
  fi
  if [ -n "$(LC_ALL=C tr -d '\11\12\15\40-\176\200-\377' <"$OLD/$place" | head -c 1 | od -An -tx1)" ]; then
    problem "/$path holds bytes that are no text: restore it from a backup, or remove it"
    return 1
  fi
}

# Lines of PLACE as they shall be are read from stdin. Line ends of DOS are an error to initscripts; they go.
want_file() {
  local place=$1 flags
  mkdir -p "$NEW/${place%/*}"
  cat >"$NEW/$place"
  if [ -f "$OLD/$place" ]; then
    ! cmp -s "$OLD/$place" "$NEW/$place" || return 0
    # A last line without its end is no reason to write.
    ! { cat "$OLD/$place" && echo; } | cmp -s - "$NEW/$place" || return 0
  fi
  printf '%s\n' "$place" >>"$LOOK/changes"
  # Some admins keep kudzu away from their files like this.
  flags=$(lsattr -d "$GUEST_ROOT/$place" 2>/dev/null || :)
  case ${flags%% *} in *[ia]*) problem "/$place is protected (lsattr: ${flags%% *}): chattr -i -a it in the guest" ;; esac
}

# Prints a text file with LF at the end of each line.
with_line_feeds() { if [ -f "$1" ]; then tr -d '\r' <"$1"; fi; }

# Names a temporary file that no program of the guest reads, and that a later run recognises as ours.
temporary_of() { echo "${1%/*}/.cdktf-xen.${1##*/}.new"; }

# The temporary files of runs that were killed.
leftover_files() {
  local directory file
  for directory in etc/sysconfig/network-scripts etc/sysconfig/networking/devices etc/sysconfig etc/udev/rules.d; do
    if [ -L "$GUEST_ROOT/${directory%/*}" ] || [ -L "$GUEST_ROOT/$directory" ]; then continue; fi
    for file in "$GUEST_ROOT/$directory"/.cdktf-xen.*.new; do
      if [ -f "$file" ] && [ ! -L "$file" ]; then printf '%s\n' "${file#"$GUEST_ROOT/"}"; fi
    done
  done
}

# Copies what will be changed to the host: beside the guest's files a copy would be an interface.
backup_guest_files() {
  local place directory=$BACKUP/guest/$DOMU
  mkdir -p "$directory"
  while read -r place; do
    if [ -f "$OLD/$place" ]; then
      mkdir -p "$directory/${place%/*}"
      cp -p "$OLD/$place" "$directory/$place"
    else
      printf '%s\n' "$place" >>"$directory/absent"
    fi
  done < <(cat "$LOOK/changes" "$LOOK/kept")
  say "what was there before lies in $directory"
}

# Writes every file whole beside its place, on the disk to the last byte, so that only renames are left to be done.
stage_guest_files() {
  local place temporary model
  : >"$LOOK/staged"
  while read -r place; do
    temporary=$(temporary_of "$place")
    printf '%s\n' "$temporary" >>"$LOOK/staged"
    model=$GUEST_ROOT/$place
    [ -e "$model" ] || model=$(model_for "$place")
    # The model gives owner, mode and SELinux label.
    {
      if [ -n "$model" ]; then cp -p --preserve=all "$model" "$GUEST_ROOT/$temporary"; else install -m 644 /dev/null "$GUEST_ROOT/$temporary"; fi &&
        keep_label "$model" "$GUEST_ROOT/$temporary" &&
        dd if="$NEW/$place" of="$GUEST_ROOT/$temporary" conv=fsync
    } 2>"$LOOK/write-errors" || unstage_guest_files "can not write /$place: $(grep -v ' records \| copied' "$LOOK/write-errors" | plain)"
  done <"$LOOK/changes"
}

# A file of the same folder, for one that is new.
model_for() {
  local file
  for file in "$GUEST_ROOT/${1%/*}"/ifcfg-lo "$GUEST_ROOT/${1%/*}"/[0-9]*.rules; do
    if [ -f "$file" ] && [ ! -L "$file" ]; then
      echo "$file"
      return 0
    fi
  done
}

# cp keeps the label only where the host itself has SELinux on.
keep_label() {
  local label
  [ -n "$1" ] && command -v getfattr >/dev/null 2>&1 || return 0
  label=$(getfattr -h --absolute-names -e hex -n security.selinux "$1" 2>/dev/null | sed -n 's/^security\.selinux=//p')
  [ -z "$label" ] || setfattr -h -n security.selinux -v "$label" "$2"
}

unstage_guest_files() {
  local temporary
  while read -r temporary; do rm -f "$GUEST_ROOT/$temporary"; done <"$LOOK/staged"
  refuse_disk "$@"
}

# system-config-network keeps the same file under several names, and copies from them at times. Prints the others.
other_names() {
  local file
  for file in "$GUEST_ROOT"/etc/sysconfig/networking/devices/"${1##*/}" "$GUEST_ROOT"/etc/sysconfig/networking/profiles/*/"${1##*/}"; do
    if [ ! -L "$file" ] && [ "$file" -ef "$GUEST_ROOT/$1" ] && [ "$file" != "$GUEST_ROOT/$1" ]; then printf '%s\n' "${file#"$GUEST_ROOT/"}"; fi
  done
}

# The renames: each file is the old one or the new one, never half of it. Then what is there is compared with what
# was meant, byte by byte.
commit_guest_files() {
  local place name
  while read -r place; do
    other_names "$place" >"$LOOK/names"
    rename_over "$(temporary_of "$place")" "$place"
    say "wrote /$place on the guest's disk"
    while IFS= read -r name; do
      ln "$GUEST_ROOT/$place" "$GUEST_ROOT/$(temporary_of "$name")" 2>"$LOOK/write-errors" || :
      rename_over "$(temporary_of "$name")" "$name"
    done <"$LOOK/names"
  done <"$LOOK/changes"
  while read -r place; do
    cmp -s "$NEW/$place" "$GUEST_ROOT/$place" || refuse_disk "/$place reads otherwise than it was written" 'dmesg on the host says why'
  done <"$LOOK/changes"
}

rename_over() {
  mv -f "$GUEST_ROOT/$1" "$GUEST_ROOT/$2" 2>"$LOOK/write-errors" || unstage_guest_files "can not write /$2: $(plain <"$LOOK/write-errors")"
  changed=yes
}
