#!/bin/bash
# What a host remembers of what was applied: a folder per unit, which is whole or not there. Sourced by
# host/base/common.sh.

# Records what was applied, as the last act of a run: drift is a difference from this record.
record() {
  if [ "$begun_here" = yes ]; then
    must "record $CDKTF_XEN_UNIT" complete_record
    return
  fi
  prepare_record
  commit_record || exit 1
}

# Records a unit that is deployed for the first time before its work begins, since a later removal needs its words. Such
# a record has no hash, so a plan sees that the unit is not on the host yet. It has no token, so the plan that was made
# is still valid.
begun_here=no
record_begun() {
  [ ! -d "$STATE/units/$CDKTF_XEN_UNIT" ] || return 0
  [ -d "$STATE/units" ] || must "make $STATE/units" mkdir -p "$STATE/units"
  must "record $CDKTF_XEN_UNIT" copy_record manifest words expect files keys
  must "record $CDKTF_XEN_UNIT" mv -T recorded "$STATE/units/$CDKTF_XEN_UNIT"
  begun_here=yes
}

# Completes a record that this run has begun.
complete_record() {
  local directory="$STATE/units/$CDKTF_XEN_UNIT"
  [ ! -d keep ] || cp -r keep/. "$directory/" || return 1
  seal_record "$directory"
}

# Makes a record whole: what the plan saw; the runtime that has applied the unit, which is no reason to apply it again,
# but a report can say it; and last the hash, without which the record is not put in place.
seal_record() { # <record>
  [ ! -s live ] || printf '%s' "$(<live)" >"$1/token" || return 1
  [ -z "${CDKTF_XEN_RUNTIME:-}" ] || printf '%s\n' "$CDKTF_XEN_RUNTIME" >"$1/runtime" || return 1
  sha256sum <manifest >"$1/sha256"
}

# Copies those of some files and folders that exist to the folder `recorded`.
copy_record() { # <path>...
  local part parts=()
  for part in "$@"; do
    [ ! -e "$part" ] || parts[${#parts[@]}]=$part
  done
  [ ! -e recorded ] || rm -rf recorded || return 1
  mkdir recorded && cp -r ${parts[@]+"${parts[@]}"} recorded/
}

# Writes the record beside its place, so that only renames are left to be done.
prepare_record() {
  must "prepare the record of $CDKTF_XEN_UNIT" write_record
}
write_record() {
  local token=() directory="$STATE/units/$CDKTF_XEN_UNIT"
  # The next plan has to see what this plan saw. Without a plan the token stays.
  [ -s live ] || token=("$directory/token")
  copy_record manifest words expect files keys keep/* ${token[@]+"${token[@]}"} || return 1
  # The old record of a bridge, for an undo by hand.
  case $CDKTF_XEN_UNIT in
    bridge-*)
      [ ! -e unit-before ] || rm -rf unit-before || return 1
      [ ! -d "$directory" ] || cp -r "$directory" unit-before || return 1
      ;;
  esac
  seal_record recorded
}

# Puts the record in place. If the power fails in between, the next run goes on from there. If it fails, says what, and
# is false.
commit_record() {
  local record="$STATE/units/$CDKTF_XEN_UNIT" next="$STATE/units/.new.$CDKTF_XEN_UNIT"
  [ -d "$STATE/units" ] || attempt "record $CDKTF_XEN_UNIT" mkdir -p "$STATE/units" || return 1
  settle_record "$CDKTF_XEN_UNIT" || return 1
  [ -s recorded/sha256 ] || return 0
  # A record that exists can't be replaced by one rename.
  [ -d "$record" ] || next=$record
  attempt "record $CDKTF_XEN_UNIT" mv -T recorded "$next" || return 1
  settle_record "$CDKTF_XEN_UNIT"
}

# A folder can't be renamed over another one, so for a while units/UNIT is not whole. Then units/.new.UNIT is the record
# wherever it exists. Each step from there to units/UNIT may be the last one before another run goes on. units/.old.UNIT
# is the rest of a record that was forgotten.
settle_record() { # <unit>
  local record="$STATE/units/$1" new="$STATE/units/.new.$1"
  if [ -d "$new" ]; then
    drop_folder "$record" && attempt "record $1" mv -T "$new" "$record" || return 1
  fi
  drop_folder "$STATE/units/.old.$1"
}
drop_folder() { # <folder>
  [ ! -d "$1" ] || attempt "take away $1" rm -rf "$1"
}

# Settles what other runs have left half-way: all records if this run holds the whole host, else our own. False if that
# fails.
settle_records() { # exclusive|shared
  local folder status=0
  if [ "$1" = shared ]; then
    settle_record "$CDKTF_XEN_UNIT"
    return
  fi
  for folder in "$STATE"/units/.new.* "$STATE"/units/.old.*; do
    [ ! -d "$folder" ] || settle_record "${folder##*/.???.}" || status=1
  done
  return "$status"
}

# Forgets a unit that is not ours any more. In one step: half a record would not say what becomes of a guest.
forget_record() { must "forget $1" take_record_away "$1"; } # <unit>
take_record_away() { # <unit>
  rm -f "$STATE/generation/$1" || return 1
  [ -d "$STATE/units/$1" ] || return 0
  mv -T "$STATE/units/$1" "$STATE/units/.old.$1" && rm -rf "$STATE/units/.old.$1"
}
