#!/bin/bash
# What the target's host remembers of a copy, in a folder named after the target's path. Its files: `source` and
# `target` (lines as the stack has them), `size`, `id`, `phase` (begun, done), and `sums` (of the chunks that stand on
# the disk, a line each). `source-open` is there while the source's host has a snapshot for the copy. Sourced by
# host/copy/end.sh.
#
# It is written before the disk is made, so that after a crash our own disk can be told from disks of others.
# shellcheck disable=SC2034,SC2154  # shared with the target's end; names and paths are host/copy/end.sh's

find_copy_record() {
  local name=${TARGET_PATH#/}
  RECORD=$STATE/copies/${name//\//,}
  PHASE=none ID=''
  SOURCE="$SOURCE_HOST $SOURCE_GUEST $SOURCE_KIND $SOURCE_PATH"
  [ -f "$RECORD/phase" ] || return 0
  PHASE=$(<"$RECORD/phase")
  ID=$(<"$RECORD/id")
  case $PHASE in begun | 'done') ;; *) refuse_record phase "$PHASE" 'begun, done' ;; esac
  is_id "$ID" || refuse_record id "$ID" '16 hexadecimal digits'
}

# Whether a text can be the id of a copy: it becomes a tag of LVM and is compared with the environment of processes.
is_id() { # <text>
  [[ $1 =~ ^[0-9a-f]{16}$ ]]
}

refuse_record() { # <name> <value> <allowed>
  fail "the record of disk $TARGET_PATH is damaged: $RECORD/$1 says '$(shown "$2")', allowed: $3" \
    "put it right, or give the copy up: $(give_up_hint); rm -r $RECORD"
}

new_id() {
  ID=$(od -An -N8 -tx1 /dev/urandom | tr -d ' \n')
  is_id "$ID" || fail "/dev/urandom on $END_HOST gives no number for the copy"
}

# Writes the record as one folder, whole or not there.
begin_record() {
  local new=$RECORD.new said
  said=$({
    rm -rf "$new" "$RECORD" && mkdir -p "$new" &&
      printf '%s\n' "$SOURCE" >"$new/source" &&
      printf '%s\n' "$TARGET_KIND $TARGET_PATH" >"$new/target" &&
      printf '%s\n' "$ID" >"$new/id" &&
      printf '%s\n' "$SIZE $CHUNK" >"$new/size" &&
      : >"$new/sums" &&
      printf 'begun\n' >"$new/phase" &&
      sync &&
      mv -T "$new" "$RECORD"
  } 2>&1) || refuse_unwritten "$said"
}

# Writes one file of the record, whole or not at all.
set_record() { # <name> <value>
  local said
  said=$({ printf '%s\n' "$2" >"$RECORD/$1.new" && mv -f "$RECORD/$1.new" "$RECORD/$1"; } 2>&1) ||
    refuse_unwritten "$said"
}

forget_sums() {
  local said
  said=$({ : >"$RECORD/sums"; } 2>&1) || refuse_unwritten "$said"
}

refuse_unwritten() { # <what the shell says>
  fail "the record of disk $TARGET_PATH in $RECORD on $END_HOST can not be written: $(printf '%s' "$1" | plain)" \
    'make room there and deploy again, it goes on where it was'
}

# Refuses a copy of another source.
check_record_source() {
  local recorded
  recorded=$(<"$RECORD/source")
  [ "$recorded" != "$SOURCE" ] || return 0
  if [ "$PHASE" = 'done' ]; then
    fail "disk $TARGET_PATH is a copy of '$recorded' (host, guest, kind, path), the stack wants one of '$SOURCE'" \
      "if that is the same disk, moved: echo '$SOURCE' >$RECORD/source" \
      "for a new copy: remove or rename $TARGET_PATH yourself, then rm -r $RECORD"
  fi
  fail "disk $TARGET_PATH is an unfinished copy of '$recorded' (host, guest, kind, path), the stack wants one of '$SOURCE'" \
    "to give the unfinished one up: $(give_up_hint); rm -r $RECORD"
}

# Prints what a person types to give an unfinished copy up.
give_up_hint() { if [ "$TARGET_KIND" = file ]; then echo "rm -f $WORK"; else echo "lvremove $VG/$LV.copying"; fi; }
