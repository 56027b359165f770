#!/bin/bash
# A disk as a row of chunks of CHUNK bytes, the last one shorter. Sourced by host/copy/end.sh.
# shellcheck disable=SC2034,SC2154  # CHUNK is host/copy/end.sh's, the rest is shared with the ends

# Set when the source's size is known.
SIZE=0 COUNT=0
ZERO_SUM='' ZERO_LENGTH=0
# Seconds that dd may take for a chunk, or nothing. Set where dd has to wait for the other end.
limit_dd=''

# Sets SIZE, COUNT, and BLOCK: what dd moves at a time. BLOCK divides a chunk.
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

# Prints chunk INDEX of FILE; further words are options of dd. FILE may be longer than the disk that it holds. What is
# left after the last whole block is read without these options, since O_DIRECT needs whole blocks.
read_chunk() { # <file> <index> [<dd's words>...]
  local file=$1 index=$2 length start blocks left
  shift 2
  find_length "$index"
  start=$((index * CHUNK / BLOCK))
  blocks=$((length / BLOCK))
  left=$((length % BLOCK))
  if [ "$blocks" -gt 0 ]; then
    ${limit_dd:+timeout "$limit_dd"} dd if="$file" bs="$BLOCK" skip="$start" count="$blocks" ${1+"$@"} || return
  fi
  [ "$left" -gt 0 ] || return 0
  start=$((start * BLOCK + blocks * BLOCK))
  if [ $((left / 512)) -gt 0 ]; then
    ${limit_dd:+timeout "$limit_dd"} dd if="$file" bs=512 skip=$((start / 512)) count=$((left / 512)) || return
  fi
  if [ $((left % 512)) -gt 0 ]; then
    ${limit_dd:+timeout "$limit_dd"} dd if="$file" bs=1 skip=$((start + left / 512 * 512)) count=$((left % 512))
  fi
}

# Prints the chunk's sha256, or nothing if the chunk can't be read; dd's errors go to the file sum-errors.
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

# Prints the sum over all sums, which are the lines of a file.
sum_of_sums() { # <file>
  local sum
  sum=$(sha256sum <"$1")
  printf '%s\n' "${sum%% *}"
}

# Prints what dd complains of, without its counts.
complaint() { # <file>
  { grep -v 'records in$\|records out$\|copied,' "$1" || :; } | plain
}
