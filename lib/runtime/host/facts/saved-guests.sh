#!/bin/bash
# Guests whose memory is saved in a file. A restored guest goes on with the old MAC, and with its old idea of a disk
# that another program may have written meanwhile. Sourced; also used to answer questions about a host.

# Prints the file that a guest is saved in, or nothing. Looks in the folder that xendomains saves to now and in its
# default folder, since the setting may have been changed.
saved_file() { # <guest>
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
    # Reads the value as the shell would: without quotes, and without what stands behind them.
    folder=${folder#"${folder%%[!\"\']*}"}
    folder=${folder%%[\"\' #]*}
  done </etc/sysconfig/xendomains
  saves=$folder
}

# Sets `saved` to the file of one guest, or to nothing.
find_saved() { # <guest>
  local place
  saved=''
  for place in "$saves" /var/lib/xen/save; do
    if [ -n "$place" ] && [ -e "$place/$1" ]; then
      saved=$place/$1
      return 0
    fi
  done
}
