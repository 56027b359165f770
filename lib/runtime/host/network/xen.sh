#!/bin/bash
# Xen remembers which bridge a guest's interface is on. It keeps the configuration that a guest was started with. After
# a rename of the bridge, a guest that reboots, or that xendomains saves and restores, would ask for the old bridge, and
# end there. Sourced after host/facts/bridge.sh.

# Tells Xen about guests' interfaces that have moved from one bridge to another. Trusts the kernel, so it may be
# called again. Xen before 4.5 keeps no such configuration; there the guest's own step does the work.
tell_xen_of_rename() { # <old name> <new name>
  local port id
  for port in $(ports_of "$2"); do
    case $port in vif[0-9]*.[0-9]*) ;; *) continue ;; esac
    id=${port#vif}
    if ! is_number "${id%.*}" || ! is_number "${id#*.}"; then continue; fi
    rename_in_xenstore "${id%.*}" "${id#*.}" "$1" "$2"
    rename_in_userdata "${id%.*}" "$1" "$2"
  done
}

# vif-bridge reads it when the interface goes.
rename_in_xenstore() { # <domain id> <index> <old name> <new name>
  local path
  command -v xenstore-write >/dev/null 2>&1 || return 0
  for path in "/local/domain/0/backend/vif/$1/$2/bridge" "/libxl/$1/device/vif/$2/bridge"; do
    [ "$(timeout 5 xenstore-read "$path" 2>/dev/null)" != "$3" ] || timeout 5 xenstore-write "$path" "$4" || :
  done
}

# libxl reads it when the domain is made again: /var/lib/xen/userdata-d.<domid>.<uuid>.libxl-json. Taken under libxl's
# own lock file, which is removed before the lock is released.
rename_in_userdata() { # <domain id> <old name> <new name>
  local file lock old="\"bridge\": *\"${2//./\\.}\""
  for file in "/var/lib/xen/userdata-d.$1".*.libxl-json; do
    if ! grep -qs "$old" "$file"; then continue; fi
    lock=${file/userdata-d./userdata-l.}
    lock=${lock%.libxl-json}.domain-userdata-lock
    exec 5>"$lock"
    if flock -w 5 5 && sed -i "s/$old/\"bridge\": \"$3\"/" "$file"; then
      say "Xen knows that domain $1 is on $3 from now on"
    fi
    rm -f "$lock"
    exec 5>&-
  done
}
