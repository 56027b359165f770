#!/bin/bash
# Finds partitions and logical volumes on a guest's disk, as pieces in sectors of 512 bytes. Activates and changes
# nothing. Sourced by host/disk/apply.sh.
# shellcheck disable=SC2154  # disk disk_kind belong to host/disk/apply.sh
#
# The tables are read byte by byte: EL6's sfdisk knows no GPT, and each release prints in a form of its own. LVM only
# reads its metadata, and the pieces are then mapped as they are. So a guest's volume group may have the name, or even
# the UUIDs, of a volume group of dom0.

# Sets `bytes` to the bytes of COUNT sectors of 512, as decimal numbers: od prints only digits, for any content.
read_sectors() { # <sector> [<count>]
  bytes=()
  read -r -d '' -a bytes < <(dd if="$disk" bs=512 skip="$1" count="${2:-1}" 2>/dev/null | od -An -v -tu1) || :
}

# Sets `number` to the little-endian number of LENGTH bytes at a place of `bytes`.
read_number() { # <index> [<length>]
  local i
  number=0
  for ((i = $1 + ${2:-4} - 1; i >= $1; i--)); do number=$((number * 256 + bytes[i])); done
}

# Sets `disk_sectors`, and `sector`: how many sectors of 512 bytes one sector of the disk is.
measure_disk() {
  sector=1
  if [ "$disk_kind" = phy ]; then
    disk_sectors=$(blockdev --getsize64 "$disk")
    sector=$(blockdev --getss "$disk")
    check_number "the size of a sector of $disk (blockdev)" "$sector"
    sector=$((sector / 512))
  else
    disk_sectors=$(stat -L -c %s "$disk")
  fi
  check_number "the size of $disk" "$disk_sectors"
  disk_sectors=$((disk_sectors / 512))
}

# Writes the file `partitions`: number, start, size. Empty if there is no table.
read_partitions() {
  local i at start size
  : >"$LOOK/partitions"
  read_sectors 0
  [ "${#bytes[@]}" = 512 ] && [ "${bytes[510]} ${bytes[511]}" = '85 170' ] || return 0
  for ((i = 0; i < 4; i++)); do
    if [ "${bytes[446 + 16 * i + 4]}" = 238 ]; then
      read_gpt
      return 0
    fi
  done
  local extended=''
  for ((i = 0; i < 4; i++)); do
    at=$((446 + 16 * i))
    read_number $((at + 8))
    start=$((number * sector))
    read_number $((at + 12))
    size=$((number * sector))
    case ${bytes[at + 4]} in
      0) ;;
      5 | 15 | 133) extended=$start ;;
      *) add_partition $((i + 1)) "$start" "$size" ;;
    esac
  done
  [ -z "$extended" ] || read_logical_partitions "$extended"
}

# Reads a chain of tables with one partition each. On a damaged disk the chain may be a ring.
read_logical_partitions() { # <sector>
  local first=$1 here=$1 next=5 start
  while [ "$next" -le 60 ]; do
    [ "$here" -lt "$disk_sectors" ] || return 0
    read_sectors "$here"
    [ "${#bytes[@]}" = 512 ] && [ "${bytes[510]} ${bytes[511]}" = '85 170' ] || return 0
    read_number 454
    start=$((here + number * sector))
    read_number 458
    [ "${bytes[450]}" = 0 ] || add_partition "$next" "$start" $((number * sector))
    next=$((next + 1))
    read_number 470
    [ "$number" -gt 0 ] || return 0
    here=$((first + number * sector))
  done
}

# The header is in the disk's second sector. The copy at the end is for repair tools.
read_gpt() {
  local table count length i at start kind
  read_sectors "$sector"
  [ "${bytes[*]:0:8}" = '69 70 73 32 80 65 82 84' ] ||
    refuse_disk 'its GPT is damaged' 'repair it with gdisk, whose copy at the end of the disk is probably whole'
  read_number 72 8
  table=$((number * sector))
  read_number 80
  count=$number
  read_number 84
  length=$number
  if [ "$count" -gt 128 ] || [ "$length" != 128 ]; then
    refuse_disk "its GPT has $count entries of $length bytes, at most 128 of 128 bytes are understood"
  fi
  read_sectors "$table" $((count * length / 512))
  for ((i = 0; i < count; i++)); do
    at=$((i * length))
    [ "${#bytes[@]}" -ge $((at + length)) ] || return 0
    kind=${bytes[*]:at:16}
    [ "$kind" != '0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0' ] || continue
    read_number $((at + 32)) 8
    start=$number
    read_number $((at + 40)) 8
    add_partition $((i + 1)) $((start * sector)) $(((number - start + 1) * sector))
  done
}

# Leaves out a partition that begins or ends outside the disk.
add_partition() { # <number> <start> <sectors>
  if [ "$2" -gt 0 ] && [ "$3" -gt 0 ] && [ "$2" -lt "$disk_sectors" ] && [ "$3" -le $((disk_sectors - $2)) ]; then
    printf '%s\n' "$1 $2 $3" >>"$LOOK/partitions"
  else
    say "note: partition $1 of $disk reaches beyond its end (sector $2, $3 sectors, the disk has $disk_sectors)"
  fi
}

# Sets `content` to what blkid sees in a piece of the disk, or to nothing.
find_content() { # <start> <sectors>
  content=$(blkid -p -O $(($1 * 512)) -S $(($2 * 512)) -o value -s TYPE "$disk" 2>/dev/null || :)
}

# Prints what the disk has, for messages.
describe_disk() {
  local number start size content found=''
  while read -r number start size; do
    check_number "a partition of $disk" "$start" "$size"
    find_content "$start" "$size"
    found="$found${found:+, }partition $number ($((size / 2048)) MiB, ${content:-unknown})"
  done <"$LOOK/partitions"
  [ -n "$found" ] || { find_content 0 "$disk_sectors" &&
    found="no partition table, ${content:-nothing that blkid knows} on the whole disk"; }
  echo "the disk has: $found"
}

# Writes the file `pieces`: start and length of what ROOT names, in order.
find_pieces() {
  local number start size
  measure_disk
  read_partitions
  case $ROOT in
    whole)
      [ ! -s "$LOOK/partitions" ] || refuse_disk "it has a partition table, the stack says root 'whole'" \
        "$(describe_disk)" "name the partition that holds the guest's /"
      printf '0 %s\n' "$disk_sectors" >"$LOOK/pieces"
      ;;
    partition,*)
      while read -r number start size; do
        check_number "a partition of $disk" "$number"
        if [ "$number" = "${ROOT#*,}" ]; then
          printf '%s %s\n' "$start" "$size" >"$LOOK/pieces"
          return 0
        fi
      done <"$LOOK/partitions"
      refuse_disk "it has no partition ${ROOT#*,}" "$(describe_disk)"
      ;;
    lv,*) find_volume "${ROOT#*,}" ;;
  esac
}
