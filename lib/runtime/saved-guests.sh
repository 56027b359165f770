#!/bin/bash
# Guests whose memory lies in a file: restored, they go on as if nothing had happened, on a disk that others may have
# written meanwhile, with the MAC of then. Sourced; also part of what is asked of a host.

# The file that a guest lies saved in, or nothing: where xendomains saves to, and where it does by itself, for the key may
# have been changed since.
saved_file() {
  local folder=/var/lib/xen/save line='' place
  [ ! -f /etc/sysconfig/xendomains ] || line=$(grep '^[[:space:]]*XENDOMAINS_SAVE=' /etc/sysconfig/xendomains | tail -n 1 || :)
  [ -z "$line" ] || folder=$(printf '%s\n' "$line" | sed 's/^[^=]*=["'\'']*\([^"'\'' #]*\).*/\1/')
  for place in "$folder" /var/lib/xen/save; do
    if [ -n "$place" ] && [ -e "$place/$1" ]; then
      printf '%s\n' "$place/$1"
      return 0
    fi
  done
}
