#!/bin/bash
# What a unit's files should be on the host, and which of them are not. Sourced after host/base/common.sh.

. runtime/host/base/key-lines.sh
. runtime/host/base/keys.sh
. runtime/host/base/same.sh

# Sets `target`: where a path of the bundle lies on the host. files/etc/x and keys/UNIT/etc/x are /etc/x.
find_target() { # <path in the bundle>
  target=${1#*/}
  case $1 in keys/*) target=${target#*/} ;; esac
  target=/$target
}

# Sets `target`, and `wanted`: the file whose text the target should have. That is the bundle's own file, or the host's
# file with our keys in it. If the host's file has our keys already, it is that file itself.
find_wanted() { # <path in the bundle>
  local reader
  find_target "$1"
  wanted=$1
  case $1 in keys/*) ;; *) return 0 ;; esac
  wanted=merged/${target//\//+}
  [ ! -e "$wanted" ] || return 0
  find_reader "$target"
  if [ -f "$target" ] && has_our_lines "$reader" "$1" "$target"; then
    wanted=$target
  else
    must "set the keys of $target" write_merged "$reader" "$1" "$target" "$wanted"
  fi
}
# If this fails, the run ends, and no file of it is installed.
write_merged() { # <reader> <keys> <target> <wanted>
  local now=$3
  # Reading a pipe would never end.
  [ -f "$now" ] || now=/dev/null
  [ -d merged ] || mkdir merged || return 1
  set_keys "$1" "$2" "$now" >"$4"
}

# Prints `PATH MODE OWNER` of all files on the host that are ours as a whole, with one program.
stat_targets() {
  local path target paths=()
  while read -r _ path _; do
    case $path in files/*) ;; *) continue ;; esac
    find_target "$path"
    [ ! -f "$target" ] || paths[${#paths[@]}]=$target
  done <manifest
  [ ${#paths[@]} -eq 0 ] || stat -c '%n 0%a %U:%G' ${paths[@]+"${paths[@]}"} || :
}

# Prints the manifest's lines whose file on the host is not as desired.
differing_files() {
  local unit path mode owner sum target wanted has
  has=$'\n'$(stat_targets)$'\n'
  while read -r unit path mode owner sum; do
    case $path in files/* | keys/*) ;; *) continue ;; esac
    find_wanted "$path"
    if [ -f "$target" ] && is_same_text "$wanted" "$target"; then
      # Mode and owner of a file of others are theirs.
      case $path$has in keys/* | *$'\n'"$target $mode $owner"$'\n'*) continue ;; esac
    fi
    printf '%s\n' "$unit $path $mode $owner $sum"
  done <manifest
}

# Prints the files that the unit, or the unit that it replaces, once wrote whole and no longer has.
dropped_files() { # <record>
  local recorded=$1 path target kept=' '
  [ -f "$recorded/manifest" ] || return 0
  while read -r _ path _; do kept="$kept$path "; done <manifest
  while read -r _ path _; do
    case $path in files/*) ;; *) continue ;; esac
    find_target "$path"
    case $kept in *" $path "*) continue ;; esac
    [ ! -f "$target" ] || printf '%s\n' "$target"
  done <"$recorded/manifest"
}

# Whether a file is as the last deploy of a unit left it.
is_as_recorded() { # <path> <unit>
  local path sum has
  if [ -L "$1" ] || [ ! -f "$1" ] || [ ! -f "$STATE/units/$2/manifest" ]; then return 1; fi
  while read -r _ path _ _ sum; do
    [ "$path" = "files$1" ] || continue
    has=$(sha256sum <"$1") && [ "$sum" = "${has%% *}" ]
    return
  done <"$STATE/units/$2/manifest"
  return 1
}

# Whether a file is as this unit left it, or the unit that it replaces.
is_as_left() { # <path>
  is_as_recorded "$1" "$CDKTF_XEN_UNIT" || { [ -n "${FROM:-}" ] && is_as_recorded "$1" "bridge-$FROM"; }
}
