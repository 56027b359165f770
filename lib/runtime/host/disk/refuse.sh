#!/bin/bash
# How all files that look at a guest's disk refuse it. Sourced before the others of the room.
# shellcheck disable=SC2034,SC2154  # the callers set disk and DOMU; the rest is for the room

# The folder for what a look finds, in the run's own folder.
readonly LOOK=guest/look

# Refuses with the disk's name in front. `disk_place` names the host (` on xen01`) when two hosts are talked about.
disk_place=''
refuse_disk() { # <what> [<why, or what to do>]...
  local what=$1
  shift
  fail "disk $disk of guest $DOMU$disk_place: $what" "$@"
}

# Prints text that a stranger has written, safe for a terminal: one line of printable characters.
# Reads all of it, so that the writer never meets a closed pipe, and starts no program: a look does this often.
plain() {
  local LC_ALL=C text='' part
  while IFS= read -r -d '' -n 4096 part || [ -n "$part" ]; do [ ${#text} -ge 4096 ] || text+=$part; done
  text=${text//[$'\n\t']/ }
  text=${text//[^ -~]/}
  text=${text:0:300}
  printf '%s\n' "${text%"${text##*[! ]}"}"
}
