#!/bin/bash
# Files inside a guest's root: found without leaving it, and read as text that a stranger has written.
# host/disk/write.sh writes them. Sourced by host/disk/apply.sh.
# shellcheck disable=SC2034,SC2154  # host/disk/identity.sh reads found; host/disk/tree.sh sets inode kind size

# Copies of the changed files as they were and as they should be, in the run's own folder on the host.
readonly OLD=guest/old NEW=guest/new

# Adds a line to what is told at the end of the look, so that all problems of a guest are told at once.
problem() { printf '%s\n' "$*" >>"$LOOK/problems"; } # <text>...
note() { printf '%s\n' "$*" >>"$LOOK/notes"; } # <text>...

# Sets `place` to where a path of the guest leads, and `inode`, `kind` and `size` of what is there. Links are followed
# as the guest would: an absolute link starts at the guest's root. False, with a problem noted, if the path leads
# nowhere.
find_place() { # <path>
  local rest=$1 part target here links=0 folders=2
  place='' inode=2 kind=folder size=0
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
        folders=${folders% *}
        inode=${folders##* } kind=folder
        [ "$inode" != - ] || inode='' kind=none
        ;;
      *)
        here=${folders##* }
        [ "$kind" = folder ] && [ "$here" != - ] || here=''
        look_up "$here" "$part"
        if [ "$kind" = link ]; then
          links=$((links + 1))
          if [ "$links" -gt 20 ]; then
            problem "/$1 is a link that leads in a circle: put the file itself there"
            return 1
          fi
          if ! target=$(target_of "$inode" "$size"); then
            problem "/$1 goes through a link that can not be read: put the file itself there"
            return 1
          fi
          case $target in /*) place='' folders=2 ;; esac
          rest=$target${rest:+/$rest}
          inode=${folders##* } kind=folder
        else
          place=${place:+$place/}$part
          folders="$folders ${inode:--}"
        fi
        ;;
    esac
  done
}

# Finds a file of ours and copies it to OLD; sets `place` and `found`. The file may be a link within the folder that it
# belongs to, as some admins make it. A link to any other folder is refused.
take_file() { # <path> <folder that it belongs to>
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
  # The place becomes a word in a line later.
  case $place in
    *[!A-Za-z0-9._:+@/-]*)
      problem "/$path is a link to /$(printf '%s' "$place" | plain), allowed in a name are letters, digits and . _ : + @ -: put the file itself there"
      return 1
      ;;
  esac
  [ "$kind" != none ] || return 0
  read_guest_file "$path" "$place" || return 1
  found=yes
}

# Whether the folder of a file is there.
has_folder_of() { # <place>
  local place inode kind size
  find_place "${1%/*}" && [ "$kind" = folder ]
}

# Copies one file of the guest to OLD if it is text; reads what find_place has set. Never opens a device, a pipe or a
# huge sparse file.
read_guest_file() { # <path> <place>
  local path=$1 place=$2 text
  if [ "$kind" != 'file' ] || [ "$size" -gt 262144 ]; then
    problem "/$path is no plain file of less than 256 KiB: put a plain one there, or remove it"
    return 1
  fi
  [ -d "$OLD/${place%/*}" ] || mkdir -p "$OLD/${place%/*}"
  if ! copy_out "$inode" "$size" "$OLD/$place"; then
    problem "/$path can not be read ($(plain <"$LOOK/tree-errors")): restore it from a backup, or remove it"
    return 1
  fi
  is_text "$OLD/$place" || {
    problem "/$path holds bytes that are no text: restore it from a backup, or remove it"
    return 1
  }
}

# Whether a file has no control characters but tabs and the ends of lines.
is_text() { # <file>
  ! IFS= read -r -d '' -n 1 < <(LC_ALL=C tr -d '\11\12\15\40-\176\200-\377' <"$1")
}

# Notes a problem if a file that is to be changed is protected. Some admins protect their files from kudzu in this way.
check_protection() { # <place>
  local place inode kind size protection
  find_place "$1" && [ "$kind" = 'file' ] || return 0
  protection=$(protection_of "$inode")
  [ -z "$protection" ] || problem "/$1 is protected (lsattr: $protection): chattr -i -a it in the guest"
}

# Reads from stdin what a file should hold. No CR at the ends of lines: to initscripts it is an error.
want_file() { # <place>
  local place=$1
  [ -d "$NEW/${place%/*}" ] || mkdir -p "$NEW/${place%/*}"
  cat >"$NEW/$place"
  if [ -f "$OLD/$place" ]; then
    ! cmp -s "$OLD/$place" "$NEW/$place" || return 0
    # A missing line feed at the end of the file is no reason to write it.
    ! { cat "$OLD/$place" && echo; } | cmp -s - "$NEW/$place" || return 0
  fi
  printf '%s\n' "$place" >>"$LOOK/changes"
  check_protection "$place"
}

# Prints a text file with LF at the end of each line.
with_line_feeds() { # <file>
  local LC_ALL=C text
  [ -f "$1" ] || return 0
  IFS= read -r -d '' text <"$1" || :
  case $text in *$'\r'*) tr -d '\r' <"$1" ;; *) printf '%s' "$text" ;; esac
}

# Prints the places of temporary files that killed runs have left, one a line.
leftover_files() {
  local folder line name
  for folder in $NETWORK_SCRIPTS etc/sysconfig/networking/devices etc/sysconfig etc/udev/rules.d; do
    find_place "$folder" || continue
    if [ "$kind" != folder ] || [ "$place" != "$folder" ]; then continue; fi
    list_folder "$inode"
    while IFS= read -r line; do
      name=${line#*/}
      case $line in
        */*[!A-Za-z0-9._:+@-]*) ;;
        *' 10'????' '*/.cdktf-xen.*) printf '%s\n' "$folder/$name" ;;
      esac
    done <"$LOOK/tree/$inode"
  done
}

# Copies the files that will change to the host. Beside the guest's files a copy would be an interface.
backup_guest_files() {
  local place directory=$BACKUP/guest/$DOMU
  mkdir -p "$directory"
  while read -r place; do
    if [ -f "$OLD/$place" ]; then
      mkdir -p "$directory/${place%/*}"
      cp "$OLD/$place" "$directory/$place"
    else
      printf '%s\n' "$place" >>"$directory/absent"
    fi
  done < <(cat "$LOOK/changes" "$LOOK/kept")
  say "what was there before lies in $directory"
}
