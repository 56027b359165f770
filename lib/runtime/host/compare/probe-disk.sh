#!/bin/bash
# Whether the disk of a guest that is down still has its identity. Sourced by host/observe.sh after host/disk/apply.sh,
# only if a guest of the host has an identity. The disk is opened read-only, and closed again.

# Prints what each line is about, without its value: values may be secret, and many people read a plan.
subject_of() { sed 's/[[:space:]]*[=[].*//' | tr -cd 'A-Za-z0-9_./ \n-' | cut -c 1-60; }

# Prints reasons and remarks.
disk_reasons() { # [<word> <value>]...
  local folder answer status=0
  folder=$(mktemp -d /tmp/cdktf-xen-probe.XXXXXX) || return 0
  answer=$(look_at_identity_only "$folder" "$@" 2>&1) || status=$?
  rm -rf "$folder"
  if [ $status -eq 0 ]; then
    [ -z "$answer" ] || printf '%s\n' "$answer"
  else
    # The disk is in use, damaged, or of an unknown form. That is no drift: a deploy could not mend it without a person.
    printf "waits: its disk can not be looked at: %s\n" \
      "$(printf '%s' "$answer" | tr '\n' ' ' | tr -cd '\40-\176' | cut -c 1-200)"
  fi
}

# shellcheck disable=SC2034,SC2317,SC2329  # for host/disk
look_at_identity_only() ( # <folder> [<word> <value>]...
  set -euo pipefail
  folder=$1
  cd "$folder" || exit
  shift
  read_guest_options "$@"
  if [ ! -e "${ROOT_DISK#*,}" ]; then
    echo "its disk ${ROOT_DISK#*,} is gone"
    exit 0
  fi
  prepare_guest_disk look
  look_at_guest no
  release_guest_disk
  while read -r place; do
    old=$OLD/$place
    [ -f "$old" ] || old=/dev/null
    { diff "$old" "$NEW/$place" || :; } | sed -n 's/^[<>] //p' | subject_of | sort -u | while IFS= read -r name; do
      echo "on its disk, /$place: ${name:-something} was changed"
    done
  done <"$LOOK/changes"
)
