#!/bin/bash
# The target's end of a copy: receives chunks, and trusts a chunk only after it was read back. Sourced by
# host/copy/end.sh.
# shellcheck disable=SC2030,SC2031,SC2034,SC2153,SC2154  # shared with host/copy/end.sh and what that sources

# The chunk that is being read back, and the sum that it must have.
pending='' pending_sum=''
# Bytes that were zeros, and bytes that stood there already.
zeros=0 kept=0

receive_copy() {
  OTHER_END="the source's host $SOURCE_HOST"
  begin_end
  lock_target
  look_at_target
  # If the copy is done, nothing below is needed.
  if [ "$PHASE" = 'done' ]; then
    say "disk $TARGET_PATH is already there, copied from $SOURCE_HOST:$SOURCE_PATH"
    [ -e "$RECORD/source-open" ] || { tell_end 'done' && exit 0; }
    tell_end left
    tell_end copy "$ID"
    await_closed
  fi
  need truncate:coreutils timeout:coreutils cmp:diffutils blockdev:util-linux-ng sha256sum:coreutils
  tell_end ready
  tell_end copy "$ID"
  hear_end "$PATIENCE" size
  set_size "$index"
  make_target
  PHASE=begun
  [ "$rest" != snapshot ] || set_record source-open "$SOURCE_HOST"
  exec 7<>"$WORK"
  DIRECT=iflag=direct
  # Not every file system can read directly.
  dd if="$WORK" of=/dev/null bs=4096 count=1 iflag=direct 2>sum-errors || DIRECT=''
  [ $((BLOCK % 4096)) -eq 0 ] || DIRECT=''
  offer_sums 7>&- 8>&- &
  BESIDE=$!
  receive_chunks
  finish_copy
}

# Tells the source for each recorded chunk what stands on the disk. It is read again, since the record may be wrong.
offer_sums() {
  local index here sum
  trap - EXIT ERR
  awk -v count="$COUNT" '{ have[$1] } END { for (i = 0; i < count; i++) print i, (i in have) ? "yes" : "no" }' \
    "$RECORD/sums" |
    while read -r index here; do
      is_number "$index" || exit 0
      sum=-
      [ "$here" = no ] || sum=$(sum_chunk "$WORK" "$index" ${DIRECT:+"$DIRECT"})
      printf '%s\n' "${sum:--}" 2>/dev/null || exit 0
    done
}

receive_chunks() {
  local i length
  begun=$SECONDS told_at=$SECONDS
  : >sums || fail "no room in $NOTES on $END_HOST" 'make room and deploy again, it goes on where it was'
  for ((i = 0; i < COUNT; i++)); do
    find_length "$i"
    hear_end "$STALL" chunk
    [ "$index" = "$i" ] ||
      fail "disk $TARGET_PATH: chunk $index came from $SOURCE_HOST where chunk $i was expected" \
        'deploy again, it goes on where it was'
    case $word in
      data)
        write_chunk - "$length" $((i * CHUNK))
        check_read_back
        read_back "$i" "$rest"
        ;;
      zero)
        zeros=$((zeros + length))
        if cmp -s -n "$length" -i "$((i * CHUNK)):0" "$WORK" /dev/zero; then
          pass_chunk
          check_read_back
          keep_chunk "$i" "$rest"
        else
          write_chunk /dev/zero "$length" $((i * CHUNK))
          check_read_back
          read_back "$i" "$rest"
        fi
        ;;
      same)
        kept=$((kept + length))
        pass_chunk
        check_read_back
        keep_chunk "$i" "$rest"
        ;;
    esac
    progress $((i * CHUNK + length))
  done
  check_read_back
}

# Writes a chunk at the place of descriptor 7, in pieces, so that a stalled transfer is noticed. Descriptor 7 stays open
# for all chunks: each close of a written device would wake udev.
write_chunk() { # <file, or - for what arrives> <bytes> <bytes of the disk before it>
  local from=$1 left=$2 before=$3 piece count status
  while [ "$left" -gt 0 ]; do
    piece=$BLOCK count=$((4194304 / BLOCK))
    [ "$count" -gt 0 ] || count=1
    [ $((left / BLOCK)) -ge "$count" ] || count=$((left / BLOCK))
    [ "$count" -gt 0 ] || { piece=$left count=1; }
    status=0
    if [ "$from" = - ]; then
      timeout "$STALL" dd bs="$piece" count="$count" iflag=fullblock >&7 2>write-errors 8>&- || status=$?
    else
      dd if="$from" bs="$piece" count="$count" >&7 2>write-errors 8>&- || status=$?
    fi
    [ "$status" -ne 124 ] || fail "disk $TARGET_PATH: nothing has arrived for $STALL s; what was written is kept" \
      'deploy again, it goes on where it was'
    [ "$status" -eq 0 ] ||
      fail "disk $TARGET_PATH can not be written: $(complaint write-errors); what was written is kept" \
        'mend that (room?) and deploy again, it goes on where it was'
    left=$((left - piece * count))
    before=$((before + piece * count))
    progress "$before"
  done
}

# Moves descriptor 7 over a chunk, unless it is the last.
pass_chunk() {
  [ "$length" -lt "$CHUNK" ] || dd if=/dev/null bs="$BLOCK" seek=$((CHUNK / BLOCK)) count=0 >&7 2>write-errors
}

# Writes a chunk to the disk and reads it from there, while the next one arrives.
read_back() { # <index> <sum>
  pending=$1 pending_sum=$2
  exec 9< <(
    trap - EXIT ERR
    exec 8>&-
    dd if=/dev/null conv=fsync >&7 2>sum-errors && sum_chunk "$WORK" "$pending" ${DIRECT:+"$DIRECT"}
  )
}

check_read_back() {
  local sum=''
  [ -n "$pending" ] || return 0
  read -r sum <&9 || :
  exec 9<&-
  [ "$sum" = "$pending_sum" ] ||
    fail "disk $TARGET_PATH: chunk $pending reads as sha256 ${sum:-nothing: $(complaint sum-errors)}, sent was $pending_sum" \
    'it was damaged on the way, or the disk does not keep what it is given; deploy again, it is sent anew'
  keep_chunk "$pending" "$pending_sum"
  pending=''
}

keep_chunk() { # <index> <sum>
  append sums "$2"
  append "$RECORD/sums" "$1 $2"
}

# Prints a line every five seconds.
progress() { # <bytes of the disk>
  local took=$((SECONDS - begun)) rate
  [ $((SECONDS - told_at)) -ge 5 ] || return 0
  told_at=$SECONDS
  rate=$(($1 / took))
  [ "$rate" -gt 0 ] || rate=1
  say "disk $TARGET_PATH: $(amount "$1" "$SIZE") ($(($1 * 100 / SIZE)) %), $((rate / 1048576)) MiB/s, $(((SIZE - $1) / rate)) s left"
}

finish_copy() {
  local notes=''
  hear_end "$PATIENCE" end
  [ "$index" = "$(sum_of_sums sums)" ] ||
    fail "disk $TARGET_PATH: the sha256 over all of it is not the source's ($index)" \
      'deploy again, it is compared chunk by chunk'
  clear_tail
  exec 7>&-
  name_target
  [ "$kept" -eq 0 ] || notes="$(amount "$kept") were there already"
  [ "$zeros" -eq 0 ] || notes="${notes:+$notes, }$(amount "$zeros") of zeros not sent"
  say "disk $TARGET_PATH: copied $(amount "$SIZE") from $SOURCE_HOST:$SOURCE_PATH in $((SECONDS - begun)) s${notes:+ ($notes)}, sha256 verified"
  printf 'done\n' 2>/dev/null || :
  await_closed
}

# Waits until the source's host has closed the source. If it does not say so, the next deploy closes it; the copy is
# whole in any case.
await_closed() {
  listen "$PATIENCE" || exit 0
  [ "$heard" != closed ] || rm -f "$RECORD/source-open" ||
    say "note: $RECORD/source-open on $END_HOST can not be removed, the next deploy tries again"
  exit 0
}
