#!/bin/bash
# How everything that looks at a guest's disk refuses it. Sourced before the others of the room.
# shellcheck disable=SC2034,SC2154  # disk and DOMU belong to whoever looks; the rest is for the room

# What a look finds, in the run's own folder.
readonly LOOK=guest/look

# Refuses with the disk's name in front, and where it is while two hosts are talked about (` on xen01`).
disk_place=''
refuse_disk() {
  local what=$1
  shift
  fail "disk $disk of guest $DOMU$disk_place: $what" "$@"
}

# Text that somebody else has written, fit for a terminal: one line, nothing but printable characters.
plain() { tr '\n\t' '  ' | LC_ALL=C tr -cd '\40-\176' | cut -c 1-300 | sed 's/ *$//'; }
