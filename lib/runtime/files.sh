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

# Copies what is about to change to a folder that initscripts do not read: there, a copy would be an interface.
backup_files() {
  local unit path rest target
  while read -r unit path rest; do
    find_target "$path"
    [ -d "$BACKUP${target%/*}" ] || mkdir -p "$BACKUP${target%/*}"
    if [ -e "$target" ]; then
      cp -p "$target" "$BACKUP$target"
    else
      printf '%s\n' "$target" >>"$BACKUP/absent"
    fi
  done <differing
}

# Writes each file whole beside its place, under a name that nobody reads, so that only a rename is left to be done.
stage_files() {
  local unit path mode owner sum target wanted temporary
  : >staged
  while read -r unit path mode owner sum; do
    find_wanted "$path"
    [ -d "${target%/*}" ] || mkdir -p "${target%/*}"
    temporary=${target%/*}/.cdktf-xen.$CDKTF_XEN_RUN.${target##*/}
    printf '%s %s\n' "$temporary" "$target" >>staged
    if [ "${path%%/*}" = keys ] && [ -e "$target" ]; then
      cp -p "$target" "$temporary" && cat "$wanted" >"$temporary"
    else
      install -m "$mode" -o "${owner%%:*}" -g "${owner##*:}" "$wanted" "$temporary"
    fi || unstage "cannot write $target (is the disk full?)"
  done <differing
}

unstage() {
  local temporary target
  while read -r temporary target; do rm -f "$temporary"; done <staged
  fail "$1"
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
}

install_files() {
  stage_files
  commit_files
}

# The way back: what was there, and nothing where nothing was.
restore_files() {
  local target
  [ -d "$BACKUP" ] || return 0
  (cd "$BACKUP" && find . -type f ! -path ./absent) | while read -r target; do
    target=${target#.}
    cp -p "$BACKUP$target" "$target"
    say "restored $target"
  done
  [ ! -f "$BACKUP/absent" ] || while read -r target; do rm -f "$target" && say "removed $target"; done <"$BACKUP/absent"
}
