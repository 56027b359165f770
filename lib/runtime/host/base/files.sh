#!/bin/bash
# Puts a unit's files in place. Sourced after host/base/common.sh.
# shellcheck disable=SC2034,SC2154  # `changed` and `tool_said` belong to host/base/tell.sh

. runtime/host/base/wanted.sh

readonly BACKUP="$STATE/backup/$CDKTF_XEN_RUN"

is_there() { [ -e "$1" ] || [ -L "$1" ]; } # <path>

# Copies what is about to change to a folder that initscripts do not read: beside the original, a copy would be an
# interface. Lists in `foreign` the files that are not as a deploy had left them, so that messages can name them.
backup_files() {
  local path target
  : >foreign
  while read -r _ path _; do
    find_target "$path"
    backup_file "$target"
    case $path in files/*) note_foreign "$target" ;; esac
  done <differing
  [ ! -f dropped ] || while read -r target; do
    backup_file "$target"
    note_foreign "$target"
  done <dropped
}

backup_file() { # <path>
  if is_there "$1" && [ ! -f "$1" ] && [ ! -L "$1" ]; then
    fail "$1 is no file, but $(stat -c %F "$1")" 'somebody has made it; move it away and deploy again'
  fi
  must "keep a copy of $1 in $BACKUP" keep_copy "$1"
}
keep_copy() { # <path>
  [ -d "$BACKUP${1%/*}" ] || mkdir -p "$BACKUP${1%/*}" || return 1
  # Copies a link as a link.
  if is_there "$1"; then cp -pP "$1" "$BACKUP$1"; else printf '%s\n' "$1" >>"$BACKUP/absent"; fi
}

note_foreign() { # <path>
  if is_there "$1" && ! is_as_left "$1"; then printf '%s\n' "$1" >>foreign; fi
}

# Sets `kept`: words that say where the old file is, if people have to know.
find_kept() { # <path>
  local path
  kept=''
  [ ! -f foreign ] || while IFS= read -r path; do
    [ "$path" != "$1" ] || kept=" (what was there, not as a deploy had left it, is in $BACKUP$1)"
  done <foreign
}

# Moves a file, link or folder of others out of the way.
set_aside() { # <path>
  must "set $1 aside" move_to_backup "$1"
  changed=yes
  say "set aside $1, which is not as a deploy had left it: it is now $BACKUP$1"
}
move_to_backup() { mkdir -p "$BACKUP${1%/*}" && mv -T "$1" "$BACKUP$1"; } # <path>

# Sets `beside`: a name in the target's own folder, so that only a rename is left to be done. It begins with a dot, so
# initscripts and Xen do not read it.
find_beside() { beside=${1%/*}/.cdktf-xen.$CDKTF_XEN_RUN.$2.${1##*/}; } # <target> new|old

# Removes what killed runs have left beside this unit's files.
sweep_leftovers() {
  local path target left
  while read -r _ path _; do
    case $path in files/* | keys/*) ;; *) continue ;; esac
    find_target "$path"
    for left in "${target%/*}"/.cdktf-xen.*.???."${target##*/}"; do
      ! is_there "$left" || must "take away $left" rm -f "$left"
    done
  done <manifest
}

# Writes each file whole beside its place.
stage_files() {
  local path mode owner target wanted beside
  sweep_leftovers
  : >staged
  while read -r _ path mode owner _; do
    find_wanted "$path"
    find_beside "$target" new
    printf '%s %s\n' "$beside" "$target" >>staged
    try_command stage_file || give_up_staging "cannot write $target: $tool_said"
  done <differing
}
# shellcheck disable=SC2154  # stage_files' own
stage_file() {
  [ -d "${target%/*}" ] || mkdir -p "${target%/*}" || return 1
  if [ "${path%%/*}" = keys ] && [ -e "$target" ]; then
    cp -p "$target" "$beside" && cat "$wanted" >"$beside"
  else
    install -m "$mode" -o "${owner%%:*}" -g "${owner##*:}" "$wanted" "$beside"
  fi
}

give_up_staging() { # <why>
  unstage || :
  fail "$1"
}

# Removes what lies beside the targets. Goes on if one of them can't be removed, and is false then.
unstage() {
  local beside target status=0
  [ ! -f staged ] || while read -r beside target; do
    attempt "take away $beside" rm -f "$beside" || status=1
    find_beside "$target" old
    attempt "take away $beside" rm -f "$beside" || status=1
  done <staged
  [ ! -f dropped ] || while read -r target; do
    find_beside "$target" old
    attempt "take away $beside" rm -f "$beside" || status=1
  done <dropped
  return "$status"
}

# Renames a file: it is the old one or the new one, never half of it.
put_in_place() { # <beside> <target>
  # -T: never into a folder of that name.
  mv -fT "$1" "$2" || return 1
  ! command -v restorecon >/dev/null 2>&1 || restorecon "$2" || :
}

# Puts all that is staged in place. Stops at the first error, and is false then.
commit_files() {
  local temporary target kept
  while read -r temporary target; do
    attempt "write $target" put_in_place "$temporary" "$target" || return 1
    changed=yes
    find_kept "$target"
    say "wrote $target$kept"
  done <staged
  [ ! -f dropped ] || while read -r target; do
    attempt "take away $target" rm -f "$target" || return 1
    changed=yes
    find_kept "$target"
    say "took away $target${kept:- (a copy is in $BACKUP)}"
  done <dropped
}

install_files() {
  stage_files
  commit_files || {
    unstage || :
    [ "$changed" = no ] ||
      say "  what was written before that stays, and is in $BACKUP as it was; deploy again once the cause is gone"
    exit 1
  }
}

# Gives each file that is about to go a second name in its own folder. The way back is then a rename too, and needs no
# room on a disk that may be full.
keep_old_files() {
  local target
  while read -r _ target; do keep_old_file "$target"; done <staged
  [ ! -f dropped ] || while read -r target; do keep_old_file "$target"; done <dropped
}
keep_old_file() { # <path>
  local beside
  is_there "$1" || return 0
  find_beside "$1" old
  ln -f "$1" "$beside" 2>/dev/null || must "keep $1 for the way back" cp -pP "$1" "$beside"
}

# Whether two files have the same text, mode and owner, or two links lead to the same place.
is_same_file() { # <file> <other>
  if [ -L "$1" ] || [ -L "$2" ]; then
    [ -L "$1" ] && [ -L "$2" ] && [ "$(readlink "$1")" = "$(readlink "$2")" ]
  else
    cmp -s "$1" "$2" && [ "$(stat -c '%a %u %g' "$1")" = "$(stat -c '%a %u %g' "$2")" ]
  fi
}

# The way back for files: restores what was there, and removes what was not. May be cut off anywhere and begun again.
# Restores all that it can, and is false if anything could not be restored.
restore_files() {
  local target status=0
  [ -d "$BACKUP" ] || return 0
  while read -r target; do
    case $target in
      "$BACKUP"/*) restore_file "${target#"$BACKUP"}" || status=1 ;;
      *)
        say "error: cannot list $BACKUP"
        status=1
        ;;
    esac
  done < <(find "$BACKUP" \( -type f -o -type l \) ! -path "$BACKUP/absent" || echo failed)
  [ ! -f "$BACKUP/absent" ] || while read -r target; do
    is_there "$target" || continue
    if attempt "remove $target" rm -f "$target"; then say "removed $target"; else status=1; fi
  done <"$BACKUP/absent"
  return "$status"
}

restore_file() { # <path>
  local beside
  if is_same_file "$BACKUP$1" "$1"; then return 0; fi
  find_beside "$1" old
  if ! is_there "$beside" || ! is_same_file "$BACKUP$1" "$beside"; then
    # If there is no room for the old file, the new one stays whole.
    attempt "restore $1" cp -pP --remove-destination "$BACKUP$1" "$beside" || return 1
  fi
  attempt "restore $1" put_in_place "$beside" "$1" || return 1
  say "restored $1"
}
