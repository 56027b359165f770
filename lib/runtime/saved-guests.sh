#!/bin/bash
# Guests whose memory lies in a file: restored, they go on as if nothing had happened, on a disk that others may have
# written meanwhile, with the MAC of then. Sourced; also part of what is asked of a host.

# The file that a guest lies saved in, or nothing: where xendomains saves to, and where it does by itself, for the key may
# have been changed since.
saved_file() {
  local folder=/var/lib/xen/save line='' place
  [ ! -f /etc/sysconfig/xendomains ] || while read -r line || [ -n "$line" ]; do
    case $line in XENDOMAINS_SAVE=*) ;; *) continue ;; esac
    folder=${line#*=}
    # As the shell that reads it would: without quotes and what stands behind it.
    folder=${folder#"${folder%%[!\"\']*}"}
    folder=${folder%%[\"\' #]*}
  done </etc/sysconfig/xendomains
  for place in "$folder" /var/lib/xen/save; do
    if [ -n "$place" ] && [ -e "$place/$1" ]; then
      printf '%s\n' "$place/$1"
      return 0
    fi
  done
}
