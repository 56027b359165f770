#!/bin/bash
# What a host remembers of what was applied: a folder a unit, which is whole or not there. Sourced by host/base/common.sh.

# Remembers what was applied, as the last act: drift is seen against this.
record() {
  if [ "$begun_here" = yes ]; then
    must "record $CDKTF_XEN_UNIT" complete_record
    return
  fi
  prepare_record
  commit_record || exit 1
}

# A unit that is deployed for the first time is on record before it is begun: retiring it later takes its words. Such a
# record has no hash, so a plan sees that the unit is not on the host yet; and no token, so the plan is still the one that
# was made.
begun_here=no
record_begun() {
  [ ! -d "$STATE/units/$CDKTF_XEN_UNIT" ] || return 0
  [ -d "$STATE/units" ] || must "make $STATE/units" mkdir -p "$STATE/units"
  must "record $CDKTF_XEN_UNIT" copy_record manifest words files keys
  must "record $CDKTF_XEN_UNIT" mv -T recorded "$STATE/units/$CDKTF_XEN_UNIT"
  begun_here=yes
}

# The rest of a record that this run has begun. The hash comes last.
complete_record() {
  local directory="$STATE/units/$CDKTF_XEN_UNIT"
  [ ! -d keep ] || cp -r keep/. "$directory/" || return 1
  [ ! -s live ] || printf '%s' "$(<live)" >"$directory/token" || return 1
  name_runtime "$directory" || return 1
  sha256sum <manifest >"$directory/sha256"
}

# Which runtime has applied the unit: no reason to apply it again, but a plan's reader can be told.
name_runtime() { # <record>
  [ -z "${CDKTF_XEN_RUNTIME:-}" ] || printf '%s\n' "$CDKTF_XEN_RUNTIME" >"$1/runtime"
}

# Copies what there is of some files and folders to the folder `recorded`.
copy_record() { # <path>...
  local part parts=()
  for part in "$@"; do
    [ ! -e "$part" ] || parts[${#parts[@]}]=$part
  done
  [ ! -e recorded ] || rm -rf recorded || return 1
  mkdir recorded && cp -r ${parts[@]+"${parts[@]}"} recorded/
}

# Writes the record beside the work, so that only renames are left to be done.
prepare_record() {
  must "prepare the record of $CDKTF_XEN_UNIT" write_record
}
write_record() {
  local token=() directory="$STATE/units/$CDKTF_XEN_UNIT"
  # What the plan saw is what the next plan has to see. Without a plan the token stays.
  [ -s live ] || token=("$directory/token")
  copy_record manifest words files keys keep/* ${token[@]+"${token[@]}"} || return 1
  [ ! -s live ] || printf '%s' "$(<live)" >recorded/token || return 1
  name_runtime recorded || return 1
  # For whoever takes the change of a bridge back by hand.
  case $CDKTF_XEN_UNIT in
    bridge-*)
      [ ! -e unit-before ] || rm -rf unit-before || return 1
      [ ! -d "$directory" ] || cp -r "$directory" unit-before || return 1
      ;;
  esac
  # Last: a record without it is not whole, and is not put in place.
  sha256sum <manifest >recorded/sha256
}

# Where the power goes in between, the next one goes on from there. Says what fails, and is false then.
commit_record() {
  local record="$STATE/units/$CDKTF_XEN_UNIT" next="$STATE/units/.new.$CDKTF_XEN_UNIT"
  [ -d "$STATE/units" ] || attempt "record $CDKTF_XEN_UNIT" mkdir -p "$STATE/units" || return 1
  settle_record "$CDKTF_XEN_UNIT" || return 1
  [ -s recorded/sha256 ] || return 0
  # Only one that is there already takes more than a rename.
  [ -d "$record" ] || next=$record
  attempt "record $CDKTF_XEN_UNIT" mv -T recorded "$next" || return 1
  settle_record "$CDKTF_XEN_UNIT"
}

# A folder can't be renamed over another one, so there is a while without the whole of units/UNIT. What counts then is
# units/.new.UNIT: wherever that is, it is the record, and each step from there to units/UNIT may be the last one before
# somebody else goes on. units/.old.UNIT is what is left of a record that was forgotten.
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

# What others have left half-way: all of them for whoever holds the whole host, else our own. False where that fails.
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

# A unit is ours no longer. In one step: half a record would not say what becomes of a guest.
forget_record() { must "forget $1" take_record_away "$1"; } # <unit>
take_record_away() { # <unit>
  rm -f "$STATE/generation/$1" || return 1
  [ -d "$STATE/units/$1" ] || return 0
  mv -T "$STATE/units/$1" "$STATE/units/.old.$1" && rm -rf "$STATE/units/.old.$1"
}
