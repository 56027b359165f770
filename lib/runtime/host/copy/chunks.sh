#!/bin/bash
# A disk as a row of chunks of CHUNK bytes, the last one shorter. Sourced by host/copy/end.sh.
# shellcheck disable=SC2034,SC2154  # CHUNK is host/copy/end.sh's, the rest is shared with the ends

# Set when the source's size is known.
SIZE=0 COUNT=0
ZERO_SUM='' ZERO_LENGTH=0
# How long dd may take for a chunk, in seconds, where that is for somebody else to say; else nothing.
limit_dd=''

# Sets SIZE and COUNT; BLOCK, what dd moves at a time, divides a chunk.
set_size() { # <bytes>
  check_number "the size of disk $SOURCE_PATH on $SOURCE_HOST" "$1"
  [ "$1" -gt 0 ] ||
    fail "disk $SOURCE_PATH of guest $SOURCE_GUEST on $SOURCE_HOST is empty, there is nothing to be copied"
  SIZE=$1
  COUNT=$(((SIZE + CHUNK - 1) / CHUNK))
  BLOCK=1048576
  [ $((CHUNK % BLOCK)) -eq 0 ] || BLOCK=$CHUNK
}

# Sets `length`.
find_length() { # <index>
  length=$((SIZE - $1 * CHUNK))
  [ "$length" -le "$CHUNK" ] || length=$CHUNK
}

# Chunk INDEX of FILE on standard output; more words are dd's. FILE may be longer than the disk that it holds. What is
# left after the last block is no matter for O_DIRECT.
read_chunk() { # <file> <index> [<dd's words>...]
  local file=$1 index=$2 length start blocks left
  shift 2
  find_length "$index"
  start=$((index * CHUNK / BLOCK))
  blocks=$((length / BLOCK))
  left=$((length % BLOCK))
  if [ "$blocks" -gt 0 ]; then ${limit_dd:+timeout "$limit_dd"} dd if="$file" bs="$BLOCK" skip="$start" count="$blocks" ${1+"$@"} || return; fi
  [ "$left" -gt 0 ] || return 0
  start=$((start * BLOCK + blocks * BLOCK))
  if [ $((left / 512)) -gt 0 ]; then ${limit_dd:+timeout "$limit_dd"} dd if="$file" bs=512 skip=$((start / 512)) count=$((left / 512)) || return; fi
  if [ $((left % 512)) -gt 0 ]; then ${limit_dd:+timeout "$limit_dd"} dd if="$file" bs=1 skip=$((start + left / 512 * 512)) count=$((left % 512)); fi
}

# The chunk's sha256, nothing where it can't be read; what dd says goes to the file sum-errors.
sum_chunk() { # <file> <index> [<dd's words>...]
  local sum
  ! sum=$(read_chunk "$@" 2>sum-errors | sha256sum) || printf '%s\n' "${sum%% *}"
}

# Sets ZERO_SUM for a chunk of `length` bytes.
find_zero_sum() {
  [ "$ZERO_LENGTH" != "$length" ] || return 0
  ZERO_LENGTH=$length
  ZERO_SUM=$(head -c "$length" /dev/zero | sha256sum)
  ZERO_SUM=${ZERO_SUM%% *}
}

# The sum over all sums, which are lines of a file.
sum_of_sums() { # <file>
  local sum
  sum=$(sha256sum <"$1")
  printf '%s\n' "${sum%% *}"
}

# What dd complains of, without its counts.
complaint() { # <file>
  { grep -v 'records in$\|records out$\|copied,' "$1" || :; } | plain
}
