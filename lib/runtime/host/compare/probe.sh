#!/bin/bash
# Whether each unit still is as its last apply left it. Reads a text of lines: `unit NAME`, `disk UNIT PATH` for a disk
# that the stack wants a guest to have, `identity UNIT` if the guest's disk is looked at. Prints for each unit, sorted:
#
#   unit NAME
#   reason TEXT    what is not as it was left, a line each
#   waits TEXT     what a deploy could not give a running guest, and its next boot will
#   sha256 HASH    of the manifest that was applied; missing if none was
#   by HASH        the runtime that applied it, if that is on record
#   word TEXT      what a plan sees, see host/base/token.sh; a line each
#   generation ID  what tells one deploy of the unit from the next, see host/base/token.sh; with the words
#
# Sourced by host/observe.sh; never changes anything, never sends a frame.

# Sets `recorded`, the folder of a unit's record; see settle_record in host/base/record.sh.
find_unit_record() { # <unit>
  recorded=$STATE/units/.new.$1
  [ -d "$recorded" ] || recorded=$STATE/units/$1
}

# Prints the names of all units of a kind that are on record.
recorded_units() { # <kind>
  local unit
  for unit in "$STATE"/units/"$1"-*; do [ ! -d "$unit" ] || printf '%s\n' "${unit##*/}"; done
  for unit in "$STATE"/units/.new."$1"-*; do
    [ ! -d "$unit" ] || [ -d "$STATE/units/${unit##*/.new.}" ] || printf '%s\n' "${unit##*/.new.}"
  done
}

# Prints the lines of a file that mean something: no comments, no blanks at the ends, no empty lines.
meaningful_lines() { sed 's/^[[:space:]]*//; s/[[:space:]]*$//; /^#/d; /^$/d' "$1" | sort; } # <file>

# Prints `PATH MODE OWNER` of all files that are ours as a whole, with one program, in the order in which file_reasons
# reads them.
stat_all() { # <units>
  local unit path paths=() at=0 recorded
  for unit in $1; do
    find_unit_record "$unit"
    [ ! -f "$recorded/manifest" ] || while read -r _ path _; do
      case $path in files/*) paths[${#paths[@]}]=/${path#files/} ;; esac
    done <"$recorded/manifest"
  done
  while [ "$at" -lt ${#paths[@]} ]; do
    stat -c '%n 0%a %U:%G' "${paths[@]:at:500}" 2>/dev/null || :
    at=$((at + 500))
  done
}

# Prints what differs in a file that is ours as a whole: path, mode and owner as recorded, text as it was applied.
file_reasons() { # <record> <path in it> <mode> <owner>
  local recorded=$1 path=$2 mode=$3 owner=$4 target name has
  target=/${path#files/}
  if [ ! -e "$target" ]; then
    echo "$target: is gone"
    return 0
  fi
  # Reading a pipe would never end.
  if [ ! -f "$target" ]; then
    echo "$target: is no file any more"
    return 0
  fi
  # If a file came or went meanwhile, the lines no longer belong to the files.
  if ! read -r name has <&7 || [ "$name" != "$target" ]; then has=$(stat -c '0%a %U:%G' "$target"); fi
  [ "$has" = "$mode $owner" ] || echo "$target: has mode and owner $has, not $mode $owner"
  is_same_text "$recorded/$path" "$target" && return 0
  { meaningful_lines "$recorded/$path" | comm -23 - <(meaningful_lines "$target") && meaningful_lines "$target" |
    comm -23 - <(meaningful_lines "$recorded/$path"); } | subject_of | sort -u | while IFS= read -r name; do
    echo "$target: ${name:-something} was changed"
  done
}

# Prints our keys inside a file of others that differ, as the program that reads the file has them.
key_reasons() { # <record> <path in it>
  local recorded=$1 path=$2 target=/${2#keys/*/} name reader now
  now=$target
  [ -f "$now" ] || now=/dev/null
  find_reader "$target"
  has_our_lines "$reader" "$recorded/$path" "$now" || wrong_keys "$reader" "$recorded/$path" "$now" |
    while IFS= read -r name; do echo "$target: $name was changed"; done
}

recorded_files() { # <record>
  local recorded=$1 path mode owner
  while read -r _ path mode owner _; do
    case $path in
      files/*) file_reasons "$recorded" "$path" "$mode" "$owner" ;;
      keys/*) key_reasons "$recorded" "$path" ;;
    esac
  done <"$recorded/manifest"
}

# Asks the kernel once for all bridges, with one program. Sets `all_addresses` and `all_routes`. The route is asked for
# last: EL6's ip ends as soon as it has listed routes.
ask_kernel() {
  local line
  while IFS= read -r line; do
    case $line in
      default*) all_routes+=$line$'\n' ;;
      [0-9]*:*) all_addresses+=$line$'\n' ;;
    esac
  done < <(ip -4 -o -batch - 2>/dev/null <<<$'addr show\nroute show default')
}

# Prints what is not as the words of the last deploy say.
word_reasons() { # <unit>
  local words
  read_words "$recorded/words/$1" || {
    echo 'its record is damaged, or of an older version: what it was deployed with is not known'
    return 0
  }
  case $1 in
    bridge-*) bridge_reasons ${words[@]+"${words[@]}"} ;;
    roster) roster_reasons ${words[@]+"${words[@]}"} ;;
    domU-*) guest_reasons "$recorded" ${words[@]+"${words[@]}"} ;;
  esac
}
bridge_reasons() { # [<word> <value>]...
  read_bridge_options "$@"
  [ -z "$odd_words" ] || echo "is described in words that are not understood:$odd_words"
  bridge_problems
  # A plan drops the cures, which stand behind a tab.
  foreign_problems && gateway_problems && route_problems
}
roster_reasons() { # [<word> <value>]...
  local listed=' ' unit
  while [ $# -gt 0 ]; do
    case $1 in guest) listed="${listed}domU-$2 " ;; bridge) listed="${listed}bridge-$2 " ;; esac
    shift 2
  done
  while read -r unit; do
    case $listed in
      *" $unit "*) ;;
      *) wanted_units | grep -Fxq "$unit" || echo "$unit is on record and not described" ;;
    esac
  done < <(recorded_units domU && recorded_units bridge)
}

# Prints the units that the stack describes.
wanted_units() { sed -n 's/^unit //p' <<<"$asked"; }

rollback_reasons() { # <unit>
  [ -f "$ROLLED_BACK" ] && grep -Fxq "unit $1" "$ROLLED_BACK" || return 0
  echo "rollback $(sed -n 's/^id //p' "$ROLLED_BACK"), $(sed -n 's/^when //p' "$ROLLED_BACK"), waits to be acknowledged (acknowledgeRollback)"
  sed -n 's/^why \(.\)/rolled back: \1/p' "$ROLLED_BACK" | cut -c 1-200
}

# Whether a guest's words give it a disk.
has_disk() { # <path> <word> <value>...
  local path=$1
  shift
  while [ $# -gt 0 ]; do
    if [ "$1" = disk ] && [ "${2#*,}" = "$path" ]; then return 0; fi
    shift 2
  done
  return 1
}

# Prints a reason if a new guest has the disks of an old one that is not described any longer.
rename_reason() { # <unit>
  local unit=$1 path other recorded words
  while read -r path; do
    for other in $(recorded_units domU); do
      if wanted_units | grep -Fxq "$other"; then continue; fi
      find_unit_record "$other"
      read_words "$recorded/words/$other" || continue
      has_disk "$path" ${words[@]+"${words[@]}"} || continue
      echo "has the disk $path of guest ${other#domU-}, which leaves the stack: a new name is a new guest, with another MAC; the old one is retired first"
      return 0
    done
  done < <(awk -v unit="$unit" '$1 == "disk" && $2 == unit { print $3 }' <<<"$asked")
}

probe_unit() { # <unit>
  local unit=$1 recorded token='' reasons='' found hash newline=$'\n' generation
  find_unit_record "$unit"
  found=$(
    if [ -s "$recorded/sha256" ]; then
      recorded_files "$recorded"
      word_reasons "$unit"
    else
      echo 'not on the host yet'
      rename_reason "$unit"
    fi
    rollback_reasons "$unit"
  )
  echo "unit $unit"
  if [ -n "$found" ]; then
    # A change that waits is no drift: the deploy has said so.
    reasons=$(printf '%s\n' "$found" | sed '/^$/d; /^waits: /d; s/\t.*//' | sort)
    [ -z "$reasons" ] || printf '%s\n' "$reasons" | sed 's/^/reason /'
    printf '%s\n' "$found" | sed -n 's/^waits: /waits /p'
  fi
  [ ! -s "$recorded/sha256" ] || { read -r hash _ <"$recorded/sha256" && echo "sha256 $hash"; }
  [ ! -s "$recorded/runtime" ] || { read -r hash _ <"$recorded/runtime" && echo "by $hash"; }
  [ "$mode" = words ] || return 0
  [ ! -f "$recorded/token" ] || token=$(<"$recorded/token")
  [ -z "$reasons" ] || token=$(word_for_plan "$token" "$reasons")
  printf 'word %s\n' "${token//$newline/${newline}word }"
  read_generation "$unit"
  echo "generation $generation"
}

probe_units() { # words|report <what is asked>
  local mode=$1 asked=$2 word unit units='' known_guest='' all_addresses='' all_routes='' ifcfgs='' all_ifcfgs
  while read -r word unit _; do [ "$word" != unit ] || units="$units $unit"; done <<<"$asked"
  # Asked here for all units, since a unit's own subshell can't hand its results on. Xen is asked only if a guest was
  # deployed, so that a host without Xen can be planned for.
  for unit in $units; do
    case $unit in domU-*) [ ! -s "$STATE/units/$unit/sha256" ] || known_guest=yes ;; esac
  done
  [ -z "$known_guest" ] || ask_about_guests
  case $units in
    *' bridge-'*)
      ask_kernel
      read_ifcfgs
      # shellcheck disable=SC2034  # read_ifcfgs reads it
      all_ifcfgs=$ifcfgs
      ;;
  esac
  exec 7< <(stat_all "$units")
  for unit in $units; do probe_unit "$unit"; done
}
