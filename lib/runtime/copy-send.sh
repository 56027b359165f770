#!/bin/bash
# The source's end of a copy: reads chunk by chunk, sends what the other end does not have. Sent by carry-copy.sh.
# shellcheck disable=SC2034,SC2154  # names and paths come from carry-copy.sh, the rest from the files that are sent with it

send_copy() {
  begin_end
  hear "$PATIENCE"
  [ "$word" = copy ] || fail "the target's host says '$word', expected: copy ID"
  ID=$index
  if [ "$1" = left ]; then
    close_left
    exit 0
  fi
  mark_reader
  open_source
  changed=yes
  tell size "$SIZE" "$moment"
  send_chunks
  check_source_again
  tell end "$(sum_of_sums sums)"
  hear "$PATIENCE"
  [ "$word" != 'done' ] || close_source
}

# Reads one chunk ahead: while a chunk goes out, from the cache, the next one is read and summed.
send_chunks() {
  local i length sum
  : >sums
  exec 9< <(sum_ahead 0)
  for ((i = 0; i < COUNT; i++)); do
    find_length "$i"
    sum=''
    read -r sum <&9 || :
    exec 9<&-
    [ -n "$sum" ] || cannot_read sum-errors
    [ $((i + 1)) -eq "$COUNT" ] || exec 9< <(sum_ahead $((i + 1)))
    printf '%s\n' "$sum" >>sums
    find_zero_sum
    hear "$PATIENCE"
    if [ "$word" = "$sum" ]; then
      tell same "$i" "$sum"
    elif [ "$sum" = "$ZERO_SUM" ]; then
      tell zero "$i" "$sum"
    else
      tell data "$i" "$sum"
      read_chunk "$FROM" "$i" 2>send-errors || cannot_read send-errors
    fi
  done
}

sum_ahead() {
  trap - EXIT ERR
  sum_chunk "$FROM" "$1"
}

# dd also ends when the other end has gone, or when it was told to.
cannot_read() {
  local attributes bytes percent origin tags
  if [ -n "$SNAPSHOT" ] && find_volume_facts "$SOURCE_VG" "$SNAPSHOT" && is_overflowed; then fail_overflowed; fi
  ! grep -q 'reading\|opening\|open ' "$1" || fail "disk $SOURCE_PATH of guest $DOMU on $SOURCE_HOST can not be read: $(complaint "$1")" 'dmesg on the host says why; what was copied is kept'
  exit "$GONE"
}

# A snapshot is kept while a copy may go on; an end that says why takes it away.
after_failure() {
  [ -n "$SNAPSHOT" ] && [ "$FROM" = "/dev/$SOURCE_VG/$SNAPSHOT" ] && drop_snapshot
}

close_source() {
  if [ -n "$SNAPSHOT" ] && ! drop_snapshot; then
    say "note: the snapshot $SOURCE_VG/$SNAPSHOT on $SOURCE_HOST can not be removed ($(lvm_says)); the next deploy tries again"
    return 0
  fi
  tell closed
}

# What a copy has left that was whole before this end had heard of it.
close_left() {
  local attributes bytes percent origin tags
  DOMU=$SOURCE_GUEST disk_kind=$SOURCE_KIND disk=$SOURCE_PATH
  find_source_volume
  end_stale_readers
  if [ -n "$SNAPSHOT" ]; then find_volume_facts "$SOURCE_VG" "$SNAPSHOT" && has_tag "cdktf-xen-copy-$ID" || SNAPSHOT=''; fi
  close_source
}
