#!/bin/bash
# Puts a unit's files in place. Sourced after common.sh.
# shellcheck disable=SC2034  # `changed` belongs to common.sh

readonly BACKUP="$STATE/backup/$CDKTF_XEN_RUN"

# Sets `target`: where a path of the bundle lies on the host. files/etc/x and keys/UNIT/etc/x are /etc/x.
find_target() {
  target=${1#*/}
  case $1 in keys/*) target=${target#*/} ;; esac
  target=/$target
}

# The target with the keys of a file set: the first line of each is replaced in place, later ones go, new ones come last.
merged_keys() {
  local keys=$1 target=$2
  [ -e "$target" ] || target=/dev/null
  awk '
    function key(line) {
      if (!match(line, /^[ \t]*[A-Za-z][A-Za-z0-9._\/-]*[ \t]*=/)) return ""
      line = substr(line, 1, RLENGTH - 1)
      gsub(/[ \t]/, "", line)
      return line
    }
    FILENAME == ARGV[1] { name = key($0); want[name] = $0; order[++count] = name; next }
    { name = key($0) }
    !(name in want) { print; next }
    !(name in done) { print want[name]; done[name] = 1 }
    END { for (i = 1; i <= count; i++) if (!(order[i] in done)) print want[order[i]] }
  ' "$keys" "$target"
}

# Sets `target`, and `wanted`: what the file shall be, the bundle's own or the host's with our keys in it.
find_wanted() {
  find_target "$1"
  wanted=$1
  case $1 in
    keys/*)
      wanted=merged/$1
      if [ ! -e "$wanted" ]; then
        mkdir -p "${wanted%/*}"
        merged_keys "$1" "$target" >"$wanted"
      fi
      ;;
  esac
}

# Prints the manifest's lines whose file on the host is not as desired.
differing_files() {
  local unit path mode owner sum target wanted
  while read -r unit path mode owner sum; do
    case $path in files/* | keys/*) ;; *) continue ;; esac
    find_wanted "$path"
    if [ ! -e "$target" ] || ! cmp -s "$wanted" "$target"; then
      printf '%s\n' "$unit $path $mode $owner $sum"
    elif [ "${path%%/*}" = files ] && [ "$(stat -c '0%a %U:%G' "$target")" != "$mode $owner" ]; then
      printf '%s\n' "$unit $path $mode $owner $sum"
    fi
  done <manifest
}

# Prints the files that this unit, or the one that it takes the place of, once wrote whole and no longer has. Only what
# still stands as it was written is ours to take away.
dropped_files() {
  local recorded=$1 path sum target
  [ -f "$recorded/manifest" ] || return 0
  while read -r _ path _ _ sum; do
    case $path in files/*) ;; *) continue ;; esac
    find_target "$path"
    ! grep -q " $path " manifest || continue
    [ ! -f "$target" ] || printf '%s\n' "$target"
  done <"$recorded/manifest"
}

# Copies what is about to change to a folder that initscripts do not read: there, a copy would be an interface.
backup_files() {
  local unit path rest target
  while read -r unit path rest; do
    find_target "$path"
    backup_file "$target"
  done <differing
  [ ! -f dropped ] || while read -r target; do backup_file "$target"; done <dropped
}

backup_file() {
  [ -d "$BACKUP${1%/*}" ] || mkdir -p "$BACKUP${1%/*}"
  if [ -e "$1" ]; then
    cp -p "$1" "$BACKUP$1"
  else
    printf '%s\n' "$1" >>"$BACKUP/absent"
  fi
}

# Sets `beside`: a name in the target's own folder, so that only a rename is left to be done. It begins with a dot:
# initscripts and Xen read names that begin with ifcfg- or stand in a folder of their own.
find_beside() { beside=${1%/*}/.cdktf-xen.$CDKTF_XEN_RUN.$2.${1##*/}; }

# What a run that was killed has left beside this unit's files: nobody else would ever take it away.
sweep_leftovers() {
  local path target left
  while read -r _ path _; do
    case $path in files/* | keys/*) ;; *) continue ;; esac
    find_target "$path"
    for left in "${target%/*}"/.cdktf-xen.*.???."${target##*/}"; do
      [ ! -e "$left" ] || rm -f "$left"
    done
  done <manifest
}

# Writes each file whole beside its place.
stage_files() {
  local unit path mode owner sum target wanted beside
  sweep_leftovers
  : >staged
  while read -r unit path mode owner sum; do
    find_wanted "$path"
    [ -d "${target%/*}" ] || mkdir -p "${target%/*}"
    find_beside "$target" new
    printf '%s %s\n' "$beside" "$target" >>staged
    if [ "${path%%/*}" = keys ] && [ -e "$target" ]; then
      cp -p "$target" "$beside" && cat "$wanted" >"$beside"
    else
      install -m "$mode" -o "${owner%%:*}" -g "${owner##*:}" "$wanted" "$beside"
    fi || { unstage && fail "cannot write $target (is the disk full?)"; }
  done <differing
}

# Takes away what lies beside the targets; what is not there any longer is no matter.
unstage() {
  local beside target
  [ ! -f staged ] || while read -r beside target; do
    rm -f "$beside"
    find_beside "$target" old
    rm -f "$beside"
  done <staged
  [ ! -f dropped ] || while read -r target; do
    find_beside "$target" old
    rm -f "$beside"
  done <dropped
}

# The renames: a file is the old one or the new one, never half of it.
commit_files() {
  local temporary target
  while read -r temporary target; do
    mv -f "$temporary" "$target"
    ! command -v restorecon >/dev/null 2>&1 || restorecon "$target" || :
    changed=yes
    say "wrote $target"
  done <staged
  [ ! -f dropped ] || while read -r target; do
    rm -f "$target"
    changed=yes
    say "took away $target (a copy is in $BACKUP)"
  done <dropped
}

install_files() {
  stage_files
  commit_files
}

# A second name for each file that is about to go, in its own folder: the way back is then a rename too, and needs no
# room on a disk that may be full by then.
keep_old_files() {
  local temporary target beside
  while read -r temporary target; do
    if [ ! -e "$target" ]; then continue; fi
    find_beside "$target" old
    ln -f "$target" "$beside" || cp -p "$target" "$beside"
  done < <(cat staged && sed 's/^/- /' dropped)
}

# The way back: what was there, and nothing where nothing was. May be cut off anywhere and begun again.
restore_files() {
  local target beside
  [ -d "$BACKUP" ] || return 0
  find "$BACKUP" -type f ! -path "$BACKUP/absent" | while read -r target; do
    target=${target#"$BACKUP"}
    if cmp -s "$BACKUP$target" "$target"; then continue; fi
    find_beside "$target" old
    { [ -e "$beside" ] && cmp -s "$BACKUP$target" "$beside" && mv -f "$beside" "$target"; } || cp -p "$BACKUP$target" "$target"
    say "restored $target"
  done
  [ ! -f "$BACKUP/absent" ] || while read -r target; do
    [ ! -e "$target" ] || { rm -f "$target" && say "removed $target"; }
  done <"$BACKUP/absent"
}
