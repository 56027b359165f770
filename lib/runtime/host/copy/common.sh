#!/bin/bash
# What both ends of a disk's copy share, on the hosts. Sourced by host/copy/end.sh after host/base/common.sh and
# host/disk, whose `say` it replaces: here standard output belongs to the other end, and people read standard error.
#
# The ends talk in lines; data follows its own line. T is the target's host, S the source's:
#   T done | left | ready     to join_ends: nothing to do, only to clean up at the source, or a copy to be made
#   T copy ID                 which copy this is, the same over all its attempts: 16 hexadecimal digits
#   S size BYTES plain|snapshot
#   T SUM or -                a line for each chunk: what stands there already, read from the disk
#   S same|zero INDEX SUM, or data INDEX SUM and the bytes
#   S end SUM                 over the list of all sums; without it a copy is never taken for whole
#   T done, S closed
#
# The ends do not trust each other, since a stranger may control a host. Each line is checked against its form before it
# is used, and cleaned before it is printed.
# shellcheck disable=SC2034,SC2154  # shared with what host/copy/end.sh sources

# BESIDE: the process that an end runs in the background. after_failure: what it calls after an error that it has told.
BESIDE='' after_failure=''
disk_place=" on $SOURCE_HOST"

say() { printf '%s\n' "$CDKTF_XEN_HOST $CDKTF_XEN_UNIT: $*" >&2 2>/dev/null || :; } # <text>...

# Sends a line to the other end.
tell_end() { printf '%s\n' "$*" 2>/dev/null || exit "$GONE"; } # <word>...

# Sets `heard` to the other end's next line; false if none comes in time. No line of ours is longer than 120 bytes, so
# no more is read.
listen() { # <seconds>
  heard=''
  IFS= read -r -n 120 -t "$1" heard 2>/dev/null || return 1
}

# Sets `word`, `index` and `rest` from the other end's next line. Ends the copy if the line does not have the expected
# form.
hear_end() { # <seconds> copy|size|offer|chunk|end|done
  local form number='(0|[1-9][0-9]{0,17})' sum='[0-9a-f]{64}'
  listen "$1" || exit "$GONE"
  case $2 in
    copy) form='copy [0-9a-f]{16}' ;;
    size) form='size [1-9][0-9]{0,17} (plain|snapshot)' ;;
    offer) form="(-|$sum)" ;;
    chunk) form="(same|zero|data) $number $sum" ;;
    end) form="end $sum" ;;
    done) form='done' ;;
  esac
  [[ $heard =~ ^($form)$ ]] ||
    fail "disk $TARGET_PATH: $OTHER_END says '$(shown "$heard")', expected: a line '$2'" \
      'deploy again, it goes on where it was; if that does not help, see what answers on that host'
  # A here-document would be a file in /tmp, which may be full.
  word=${heard%% *} index='' rest=''
  case $heard in *' '*) index=${heard#* } ;; esac
  case $index in *' '*) rest=${index#* } index=${index%% *} ;; esac
}

# Adds a line to a file; fails if the disk is full.
append() { # <file> <line>
  local said
  said=$({ printf '%s\n' "$2" >>"$1"; } 2>&1) ||
    fail "$1 on $END_HOST can not be written: $(printf '%s' "$said" | plain)" \
      'make room and deploy again, it goes on where it was'
}

# Makes a folder for notes on the way. What a killed end leaves there is small, and /tmp is cleaned.
begin_end() {
  trap '' PIPE
  trap 'say "error: unexpected failure on $END_HOST, line $LINENO: $BASH_COMMAND"' ERR
  umask 077
  NOTES=$(mktemp -d /tmp/cdktf-xen-copy.XXXXXX)
  cd "$NOTES" || exit
  mkdir -p "$LOOK"
  trap 'finish_end $?' EXIT
  trap 'exit 143' TERM INT HUP
}

finish_end() { # <exit status>
  trap - ERR EXIT
  [ -z "$BESIDE" ] || kill "$BESIDE" 2>/dev/null || :
  [ "$1" != 1 ] || [ -z "$after_failure" ] || "$after_failure" || :
  cd / && rm -rf "$NOTES"
  exit "$1"
}

# Prints `1.2 GiB`, and with a second number `1.2 of 8.0 GiB`.
amount() { # <bytes> [<bytes of the whole>]
  local unit=1073741824 name=GiB whole=${2-$1} text=''
  [ "$whole" -ge $unit ] || { unit=1048576 name=MiB; }
  [ "$whole" -ge $unit ] || { unit=1024 name=KiB; }
  [ $# -lt 2 ] || text="$(tenths "$1" $unit) of "
  printf '%s%s %s' "$text" "$(tenths "$whole" $unit)" "$name"
}

# Divides first: bytes times ten may be more than bash can count.
tenths() { # <bytes> <bytes of the unit>
  local whole=$(($1 / $2)) tenth=$((($1 % $2 * 10 + $2 / 2) / $2))
  [ "$tenth" -lt 10 ] || { whole=$((whole + 1)) tenth=0; }
  printf '%d.%d' "$whole" "$tenth"
}
