#!/bin/bash
# Shows what an apply of a unit would change in files, on the host and on its guest's disk, as diffs. Changes nothing.
# host/run.sh sources it instead of the unit's own program.
set -euo pipefail
. runtime/both/words.sh
. runtime/host/base/common.sh
. runtime/host/base/files.sh

# Shows one file as it is and as it would be. A key file is shown as a whole file with our keys in it.
show_file() { # <path in the bundle> <mode> <owner>
  local path=$1 mode=$2 owner=$3 target wanted line now=/dev/null
  find_wanted "$path"
  if is_there "$target" && [ ! -f "$target" ]; then
    say "$target is no file, but $(stat -c %F "$target"): a deploy would refuse to replace it"
    return 0
  fi
  [ ! -f "$target" ] || now=$target
  while IFS= read -r line; do
    say "$line"
  done < <({ diff -u -L "a$target" -L "b$target" "$now" "$wanted" || :; } | tr -d '\1-\10\13-\37\177')
  if [ "$now" = /dev/null ]; then
    say "$target would be new, mode $mode, owner $owner"
  elif [ "${path%%/*}" = files ] && [ "$(stat -c '0%a %U:%G' "$target")" != "$mode $owner" ]; then
    say "$target would get mode and owner $mode $owner, it has $(stat -c '0%a %U:%G' "$target")"
  fi
}

show_disk() { # [<word> <value>]...
  local DOMU domid
  read_guest_options "$@"
  find_domain "$DOMU"
  if [ -n "$domid" ]; then
    say "guest $DOMU runs (domain $domid): its disk is looked at, and written, only while it is down"
  else
    show_guest_identity
  fi
}

lock shared
differing_files >differing
while read -r _ path mode owner _; do show_file "$path" "$mode" "$owner"; done <differing
case $CDKTF_XEN_UNIT in
  bridge-*) dropped_files "$STATE/units/$CDKTF_XEN_UNIT" |
    while read -r target; do say "$target would be taken away"; done ;;
esac
[ -s differing ] || say 'the files on the host are as they shall be'
if has_word guest-os "$@"; then
  . runtime/host/disk/apply.sh
  show_disk "$@"
fi
