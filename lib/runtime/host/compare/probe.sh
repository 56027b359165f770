#!/bin/bash
# Whether each unit still is as its last apply left it. Reads a text of lines: `unit NAME`, `disk UNIT PATH` for a disk
# that the stack wants a guest to have, `identity UNIT` if the guest's disk is looked at. Prints for each unit, sorted:
#
#   unit NAME
#   reason TEXT    what is not as it was left, a line each
#   waits TEXT     what a deploy could not give a running guest, and its next boot will
#   unseen TEXT    what could not be looked at, and may hide something
#   sha256 HASH    of the manifest that was applied; missing if none was
#   by HASH        the runtime that applied it, if that is on record
#   word TEXT      what a plan sees, see host/base/token.sh; a line each
#   generation ID  what tells one deploy of the unit from the next, see host/base/token.sh; with the words
#
# It compares the facts of the host with the expectations on record. What must be there and could not be asked ends the
# whole answer. Sourced by host/observe.sh; never changes anything, never sends a frame.

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

# Sets `expectations` to those of some units that are on record, and `waiting_lines` to lines `UNIT TEXT` of what waits.
read_expectations() { # <unit>...
  local unit recorded files=() waiting='' line
  for unit in "$@"; do
    find_unit_record "$unit"
    if [ ! -s "$recorded/sha256" ] || [ ! -f "$recorded/expect/$unit" ]; then continue; fi
    files[${#files[@]}]=$recorded/expect/$unit
    has_waiting_changes "$unit" || continue
    add_waiting "$unit" "$recorded/waiting"
    while IFS= read -r line; do waiting_lines+="$unit $line"$'\n'; done <"$recorded/waiting"
  done
  [ ${#files[@]} -gt 0 ] || return 0
  expectations=$(in_chunks print_expectations 1 ${files[@]+"${files[@]}"}) ||
    fail 'the expectations on record can not be read: awk failed'
  [ -z "$waiting" ] || expectations=$(printf '%s\n' "$expectations" | awk -v waiting="$waiting" "$WAITING_AWK")
}

# Whether changes of the last apply wait for the next boot of the domain that runs now. Asks Xen only if they may.
has_waiting_changes() { # <unit>
  local domid id=''
  [ -s "$recorded/waiting" ] && [ -s "$recorded/running-domid" ] || return 1
  [ -n "${domains-}" ] || find_domains
  take_domain "${1#domU-}"
  read -r id <"$recorded/running-domid" || :
  [ -n "$domid" ] && [ "$id" = "$domid" ]
}

# Sets `facts`, and `differences`: the lines of compare_facts between line feeds.
look_at_host() { # <unit>...
  # shellcheck disable=SC2034  # find_scope sets wanted_files
  local expectations='' kinds said wanted_files=''
  facts=$'\n' differences=$'\n'
  read_expectations "$@"
  [ -n "$expectations" ] || return 0
  find_scope "$expectations"
  # The disk of a guest that runs is not read.
  case $asked in *$'\nidentity '*) kinds+=' domain' ;; esac
  # shellcheck disable=SC2086  # words
  said=$(collect_facts $kinds) || fail 'the facts of the host can not be collected'
  facts+=$said$'\n'
  said=$(compare_facts "$expectations" "$said") || fail 'the facts of the host can not be compared: awk failed'
  differences+=$said$'\n'
  refuse_unknown
}

# What must be there and is not known is neither there nor gone.
refuse_unknown() {
  local verdict sentence text=''
  while IFS=$'\t' read -r _ verdict _ sentence _; do
    [ "$verdict" = unknown ] || continue
    case $text in *"; $sentence"*) ;; *) text+="; $sentence" ;; esac
  done < <(printf '%s' "$differences")
  [ -z "$text" ] || fail "it is not known whether all is as it was left: ${text#; }"
}

# Prints the units that are on record and not described.
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

# Prints what differs in a unit: reasons as they are, others behind their word.
unit_differences() { # <unit>
  local rest=${differences#*$'\n'"$1"$'\t'} unit verdict sentence
  [ "$rest" != "$differences" ] || return 0
  while IFS=$'\t' read -r unit verdict _ sentence _; do
    [ "$unit" = "$1" ] || return 0
    case $verdict in
      idle) ;;
      unseen) printf 'unseen: %s\n' "$sentence" ;;
      *) printf '%s\n' "$sentence" ;;
    esac
  done < <(printf '%s\t%s' "$1" "$rest")
}

# Prints what waits for the next boot of a guest.
unit_waits() { # <unit>
  local line
  while IFS= read -r line; do
    case $line in "$1 "*) printf 'waits: %s\n' "${line#"$1 "}" ;; esac
  done < <(printf '%s' "$waiting_lines")
}

# Prints what is not as the words of the last deploy say, beside its expectations.
word_reasons() { # <unit>
  local words
  if ! read_words "$recorded/words/$1" || { [ "$1" != roster ] && [ ! -f "$recorded/expect/$1" ]; }; then
    echo 'its record is damaged, or of an older version: what it was deployed with is not known'
    return 0
  fi
  case $1 in
    roster) roster_reasons ${words[@]+"${words[@]}"} ;;
    domU-*)
      if has_word guest-os ${words[@]+"${words[@]}"} && ! is_running "$1"; then
        disk_reasons ${words[@]+"${words[@]}"}
      fi
      ;;
  esac
}

# Whether the domain of a guest is there, in any state.
is_running() { # <unit>
  case $facts in *$'\n'"domain ${1#domU-} state "*) true ;; *) false ;; esac
}

probe_unit() { # <unit>
  local unit=$1 recorded token='' reasons='' found hash newline=$'\n' generation
  find_unit_record "$unit"
  found=$(
    if [ -s "$recorded/sha256" ]; then
      unit_differences "$unit"
      unit_waits "$unit"
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
    reasons=$(printf '%s\n' "$found" | sed '/^$/d; /^waits: /d; /^unseen: /d' | sort)
    [ -z "$reasons" ] || printf '%s\n' "$reasons" | sed 's/^/reason /'
    printf '%s\n' "$found" | sed -n 's/^\(waits\|unseen\): /\1 /p'
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
  local mode=$1 asked=$2 word unit units='' facts differences waiting_lines=''
  while read -r word unit _; do [ "$word" != unit ] || units="$units $unit"; done <<<"$asked"
  # Asked here for all units at once.
  # shellcheck disable=SC2086  # names of units
  look_at_host $units
  for unit in $units; do probe_unit "$unit"; done
}
