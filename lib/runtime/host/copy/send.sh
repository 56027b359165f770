#!/bin/bash
# The source's end of a copy: reads chunk by chunk, and sends what the other end does not have. Sourced by
# host/copy/end.sh.
# shellcheck disable=SC2034,SC2154  # names and paths are host/copy/end.sh's, the rest is shared with what that sources

send_copy() { # ready|left
  OTHER_END="the target's host $CDKTF_XEN_HOST"
  begin_end
  after_failure=drop_unfinished_snapshot
  hear_end "$PATIENCE" copy
  ID=$index
  if [ "$1" = left ]; then
    close_finished_copy
    exit 0
  fi
  mark_reader
  open_source
  changed=yes
  tell_end size "$SIZE" "$moment"
  send_chunks
  check_source_again
  tell_end_in_time end "$(sum_of_sums sums)"
  hear_end "$PATIENCE" 'done'
  close_source
}

# Sends a line with a time limit: the other end may have stopped reading, and the pipes may be full.
tell_end_in_time() { printf '%s\n' "$*" | timeout "$PATIENCE" cat 2>/dev/null || exit "$GONE"; } # <word>...

# Reads one chunk ahead: while a chunk is sent, from the cache, the next one is read and summed.
send_chunks() {
  local i length sum
  : >sums || fail "no room in $NOTES on $END_HOST" 'make room there and deploy again'
  exec 9< <(sum_ahead 0)
  for ((i = 0; i < COUNT; i++)); do
    find_length "$i"
    sum=''
    read -r sum <&9 || :
    exec 9<&-
    [ -n "$sum" ] || end_unreadable sum-errors
    [ $((i + 1)) -eq "$COUNT" ] || exec 9< <(sum_ahead $((i + 1)))
    append sums "$sum"
    find_zero_sum
    hear_end "$PATIENCE" offer
    if [ "$word" = "$sum" ]; then
      tell_end_in_time same "$i" "$sum"
    elif [ "$sum" = "$ZERO_SUM" ]; then
      tell_end_in_time zero "$i" "$sum"
    else
      tell_end_in_time data "$i" "$sum"
      # The source waits as long as the target's end may take for a chunk.
      limit_dd=$(((CHUNK / 4194304 + 1) * STALL + PATIENCE))
      read_chunk "$FROM" "$i" 2>send-errors || end_unreadable send-errors
      limit_dd=''
    fi
  done
}

sum_ahead() { # <index>
  trap - EXIT ERR
  sum_chunk "$FROM" "$1"
}

# Ends the copy after dd has failed. If dd did not fail at reading, the other end has gone.
end_unreadable() { # <file with what dd said>
  local attributes bytes percent origin tags
  if [ -n "$SNAPSHOT" ] && find_volume_facts "$SOURCE_VG" "$SNAPSHOT" && is_overflowed; then fail_overflowed; fi
  ! grep -q 'reading\|opening\|open ' "$1" ||
    fail "disk $SOURCE_PATH of guest $DOMU on $SOURCE_HOST can not be read: $(complaint "$1")" \
      'dmesg on the host says why; what was copied is kept'
  exit "$GONE"
}

# Drops the snapshot after an error that was told. Else it is kept, since the copy may go on.
drop_unfinished_snapshot() {
  if [ -z "$SNAPSHOT" ] || [ "$FROM" != "/dev/$SOURCE_VG/$SNAPSHOT" ]; then return 0; fi
  drop_snapshot || say_left_snapshot
}

close_source() {
  if [ -n "$SNAPSHOT" ] && ! drop_snapshot; then
    say_left_snapshot
    return 0
  fi
  tell_end closed
}

say_left_snapshot() {
  say "note: the snapshot $SOURCE_VG/$SNAPSHOT on $SOURCE_HOST can not be removed ($(lvm_says));" \
    'the next deploy tries again'
}

# Cleans up after a copy that was whole before the source had heard of it.
close_finished_copy() {
  local attributes bytes percent origin tags
  DOMU=$SOURCE_GUEST disk_kind=$SOURCE_KIND disk=$SOURCE_PATH
  find_source_volume
  end_stale_readers
  if [ -n "$SNAPSHOT" ]; then
    { find_volume_facts "$SOURCE_VG" "$SNAPSHOT" && is_own_snapshot && has_tag "cdktf-xen-copy-$ID"; } || SNAPSHOT=''
  fi
  close_source
}
