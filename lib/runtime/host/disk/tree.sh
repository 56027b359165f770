#!/bin/bash
# A guest's root file system as debugfs reads it: found, listed and copied out, and never mounted by dom0's kernel.
# debugfs knows only the files of the file system that it was given, so no link or node in it can lead to a file of
# dom0. Sourced by host/disk/apply.sh; reads `device`, which host/disk/open.sh has opened read-only.
# shellcheck disable=SC2034,SC2154  # host/disk/open.sh sets `device`; host/disk/files.sh reads what is set here
#
# A stranger may have written everything in it: names, links and sizes too.

# The longest answer that is taken: a listing of some ten thousand names.
readonly TREE_ANSWER=2097152
# Seconds for one question; a damaged file system may lead debugfs in circles.
readonly TREE_SECONDS=60

# Asks debugfs. Its exit status means nothing; its errors go to $LOOK/tree-errors. `-c` does not read the bitmaps, which
# are needed only for writing.
ask_tree() { # <request>
  timeout "$TREE_SECONDS" debugfs -c -R "$1" "$device" 2>"$LOOK/tree-errors" </dev/null 7>&- 8>&- 9>&- |
    head -c $((TREE_ANSWER + 1))
}

forget_tree() { rm -rf "$LOOK/tree" && mkdir -p "$LOOK/tree"; }

# Writes the file $LOOK/tree/INODE, a line `INODE MODE SIZE/NAME` for each entry of a folder: no name holds a slash. The
# lines that are left over go to INODE.odd: debugfs prints names as they are, and a name may hold the end of a line.
list_folder() { # <inode>
  local list=$LOOK/tree/$1 status=0
  [ ! -f "$list" ] || return 0
  { ask_tree "ls -l -p <$1>" || :; } | awk -F/ -v odd="$list.odd" -v most="$TREE_ANSWER" '
    { bytes += length($0) + 1 }
    NF == 8 && $1 == "" && $8 == "" && $2 ~ /^[1-9][0-9]*$/ && $3 ~ /^[0-7]+$/ && $6 != "" && $7 ~ /^[0-9]*$/ {
      print $2 " " $3 " " ($7 == "" ? 0 : $7) "/" $6
      if ($6 == ".") has_itself = 1
      next
    }
    $0 != "" { print >odd }
    # Each folder has itself for its first entry.
    END { exit bytes > most ? 3 : !has_itself }
  ' >"$list" || status=$?
  case $status in
    0) ;;
    3) refuse_disk "a folder of its root has too many names to be read" ;;
    *)
      refuse_disk "a folder of its root can not be read: $(plain <"$LOOK/tree-errors")" \
        "check it; $(commands_by_hand 'e2fsck -f')"
      ;;
  esac
}

# Sets `inode`, `kind` (folder, file, link, other or none) and `size` of a name in a folder.
look_up() { # <inode of the folder> <name>
  local list before mode
  inode='' kind=none size=0
  [ -n "$1" ] || return 0
  list_folder "$1"
  list=$'\n'$(<"$LOOK/tree/$1")$'\n'
  before=${list%%"/$2"$'\n'*}
  [ "$before" != "$list" ] || return 0
  before=${before##*$'\n'}
  inode=${before%% *} size=${before##* } mode=${before#* }
  mode=${mode%% *}
  if ! is_number "$inode" || ! is_number "$size"; then
    refuse_disk "its root has an entry that can not be: inode '$inode', size '$size'"
  fi
  case $mode in
    04????) kind=folder ;;
    10????) kind='file' ;;
    12????) kind='link' ;;
    *) kind=other ;;
  esac
}

# Prints the names in a folder, one a line.
entries_of() { # <inode>
  list_folder "$1"
  sed 's,^[^/]*/,,' "$LOOK/tree/$1"
}

# Prints where a link leads. A short target is in the inode itself, a long one in a block.
target_of() { # <inode> <size>
  local target
  [ "$2" -le 4095 ] || return 1
  target=$(ask_tree "stat <$1>" | sed -n 's/^Fast_link_dest: //p; s/^Fast link dest: "\(.*\)"$/\1/p' || :)
  [ -n "$target" ] || target=$(ask_tree "cat <$1>" || :)
  # A target that holds the end of a line, or a NUL, is shorter than its size says.
  [ -n "$target" ] && [ ${#target} = "$2" ] && printf '%s\n' "$target"
}

# Copies the content of a plain file; false if not all of it can be read.
copy_out() { # <inode> <size> <to>
  ask_tree "cat <$1>" >"$3" || :
  [ "$(stat -c %s "$3")" = "$2" ]
}

# Prints the attributes of chattr that protect a file from changes, from the inode's flags: i, a or both.
protection_of() { # <inode>
  local flags
  flags=$(ask_tree "stat <$1>" | sed -n 's/.* Flags: 0x\([0-9a-fA-F]*\).*/\1/p' | head -n 1 || :)
  case $flags in
    *[2367abefABEF]?) printf a ;;
  esac
  case $flags in
    *[13579bdfBDF]?) printf i ;;
  esac
}
