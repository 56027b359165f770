#!/bin/bash
# Xen's own memory of which bridge a guest's interface is on. It keeps the configuration that a guest was started with,
# so one that reboots, or that xendomains saves when the host goes down, would ask for a bridge that is no more, and end
# there. Sourced after host/facts/bridge.sh.

# The guests whose interfaces have moved from one bridge to another: old name, new name. Believes the kernel, so it may be
# called again, and where Xen keeps nothing of the kind (before 4.5) the guest's own step does what is to be done.
tell_xen_of_rename() {
  local port id
  for port in $(ports_of "$2"); do
    case $port in vif[0-9]*.[0-9]*) ;; *) continue ;; esac
    id=${port#vif}
    if ! is_number "${id%.*}" || ! is_number "${id#*.}"; then continue; fi
    rename_in_xenstore "${id%.*}" "${id#*.}" "$1" "$2"
    rename_in_userdata "${id%.*}" "$1" "$2"
  done
}

# Read by vif-bridge when the interface goes.
rename_in_xenstore() {
  local path
  command -v xenstore-write >/dev/null 2>&1 || return 0
  for path in "/local/domain/0/backend/vif/$1/$2/bridge" "/libxl/$1/device/vif/$2/bridge"; do
    [ "$(timeout 5 xenstore-read "$path" 2>/dev/null)" != "$3" ] || timeout 5 xenstore-write "$path" "$4" || :
  done
}

# Read when the domain is made again: /var/lib/xen/userdata-d.<domid>.<uuid>.libxl-json. Under libxl's own lock, a file
# that goes before the lock does.
rename_in_userdata() {
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
