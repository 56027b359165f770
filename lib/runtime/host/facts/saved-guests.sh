#!/bin/bash
# Guests whose memory lies in a file: restored, they go on as if nothing had happened, on a disk that others may have
# written meanwhile, with the MAC of then. Sourced; also part of what is asked of a host.

# The file that a guest lies saved in, or nothing: where xendomains saves to, and where it does by itself, for the key may
# have been changed since.
saved_file() {
  local saves='' saved=''
  read_saves
  find_saved "$1"
  [ -z "$saved" ] || printf '%s\n' "$saved"
}

# Sets `saves`, the folder that xendomains saves guests to.
read_saves() {
  local folder=/var/lib/xen/save line=''
  [ ! -f /etc/sysconfig/xendomains ] || while read -r line || [ -n "$line" ]; do
    case $line in XENDOMAINS_SAVE=*) ;; *) continue ;; esac
    folder=${line#*=}
    # As the shell that reads it would: without quotes and what stands behind it.
    folder=${folder#"${folder%%[!\"\']*}"}
    folder=${folder%%[\"\' #]*}
  done </etc/sysconfig/xendomains
  saves=$folder
}

# Sets `saved`, for one guest.
find_saved() {
  local place
  saved=''
  for place in "$saves" /var/lib/xen/save; do
    if [ -n "$place" ] && [ -e "$place/$1" ]; then
      saved=$place/$1
      return 0
    fi
  done
}
