#!/bin/bash
# On the host, read-only: whether each unit still is as its last apply left it. Reads names of units, a line each; prints
# for each `unit NAME`, then either nothing more and `token TOKEN`, or `reason TEXT` lines before it. Sourced by observe.sh's
# far end after bridge-options.sh, bridge-state.sh, lan-probe.sh and drift-token.sh; never writes, never sends a frame.

# The lines of a file that mean something, whoever has formatted it: no comments, no blanks at the ends, no empty ones.
meaningful_lines() { sed 's/^[[:space:]]*//; s/[[:space:]]*$//; /^#/d; /^$/d' "$1" | sort; }

# What a line is about: values may be secret, and a plan is read by many.
subject_of() { sed 's/[[:space:]]*[=[].*//' | tr -cd 'A-Za-z0-9_./ \n-' | cut -c 1-60; }

# Files that are ours as a whole: path, mode and owner as recorded, text as it was applied.
file_reasons() {
  local recorded=$1 path=$2 mode=$3 owner=$4 target name
  target=/${path#files/}
  if [ ! -e "$target" ]; then
    echo "$target: is gone"
    return 0
  fi
  [ "$(stat -c '0%a %U:%G' "$target")" = "$mode $owner" ] || echo "$target: has mode and owner $(stat -c '0%a %U:%G' "$target"), not $mode $owner"
  cmp -s "$recorded/$path" "$target" && return 0
  { meaningful_lines "$recorded/$path" | comm -23 - <(meaningful_lines "$target") && meaningful_lines "$target" |
    comm -23 - <(meaningful_lines "$recorded/$path"); } | subject_of | sort -u | while IFS= read -r name; do
    echo "$target: ${name:-something} was changed"
  done
}

# Keys that are ours inside a file of others.
key_reasons() {
  local recorded=$1 path=$2 target=${2#keys/*/} line key
  target=/$target
  while IFS= read -r line; do
    key=${line%%[ =]*}
    [ -f "$target" ] && meaningful_lines "$target" | grep -Fxq "$line" || echo "$target: $key was changed"
  done <"$recorded/$path"
}

recorded_files() {
  local recorded=$1 path mode owner
  while read -r _ path mode owner _; do
    case $path in
      files/*) file_reasons "$recorded" "$path" "$mode" "$owner" ;;
      keys/*) key_reasons "$recorded" "$path" ;;
    esac
  done <"$recorded/manifest"
}

# What a recorded apply script calls: here it asks instead of applying.
# shellcheck disable=SC2317
apply-bridge() {
  read_bridge_options "$@"
  bridge_problems
}
# shellcheck disable=SC2317
apply-host() { :; }
# shellcheck disable=SC2317
apply-domu() { :; }

rollback_reasons() {
  [ -f "$ROLLED_BACK" ] && grep -Fxq "unit $1" "$ROLLED_BACK" || return 0
  echo "rollback $(sed -n 's/^id //p' "$ROLLED_BACK"), $(sed -n 's/^when //p' "$ROLLED_BACK"), waits to be acknowledged (acknowledgeRollback)"
  sed -n 's/^why \(.\)/rolled back: \1/p' "$ROLLED_BACK" | cut -c 1-200
}

probe_unit() {
  local unit=$1 recorded=$STATE/units/$1 token='' reasons
  [ ! -f "$recorded/token" ] || token=$(<"$recorded/token")
  reasons=$(
    if [ -f "$recorded/sha256" ]; then
      recorded_files "$recorded"
      # shellcheck source=/dev/null  # rendered, one call
      . "$recorded/apply/$unit.sh"
    else
      echo 'not on the host yet'
    fi
    rollback_reasons "$unit"
  )
  reasons=$(printf '%s\n' "$reasons" | grep -v '^$' | sort)
  echo "unit $unit"
  live_word "$token" "$reasons" | sed 's/^/word /'
}

probe_units() {
  local unit
  while read -r unit; do [ -z "$unit" ] || probe_unit "$unit"; done
}
