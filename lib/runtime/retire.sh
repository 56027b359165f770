#!/bin/bash
# Retires everything of ours on the host: guests are shut down cleanly, their configuration is set aside, they no
# longer start by themselves. Disks are never touched; bridges stay, since other things may hang on them.
set -euo pipefail
# shellcheck source=common.sh
. runtime/common.sh

readonly ASIDE="$STATE/retired/$CDKTF_XEN_RUN"
# Seconds a guest may take to shut down.
readonly PATIENCE=180

retire_guest() {
  local name=$1 config=/etc/xen/$1 auto=/etc/xen/auto/$1 waited=0
  if [ -L "$auto" ] && [ "$(readlink "$auto")" = "$config" ]; then rm -f "$auto"; fi
  if xl domid "$name" >/dev/null 2>&1; then
    say "guest $name: shutting down"
    run xl shutdown "$name"
    while xl domid "$name" >/dev/null 2>&1; do
      [ "$waited" -lt "$PATIENCE" ] || fail "guest $name has not shut down within $PATIENCE s" \
        "it no longer starts with the host; end it by hand (xl console $name, or xl destroy $name) and run destroy again"
      sleep 2
      waited=$((waited + 2))
    done
  fi
  if [ -e "$config" ]; then
    mkdir -p "$ASIDE"
    mv "$config" "$ASIDE/$name"
  fi
  rm -rf "$STATE/units/domU-$name"
  say "guest $name: retired, configuration set aside in $ASIDE, disks untouched"
}

lock exclusive
changed=yes
for directory in "$STATE"/units/domU-*; do
  [ -d "$directory" ] || continue
  retire_guest "${directory##*/domU-}"
done
for directory in "$STATE"/units/bridge-*; do
  [ ! -d "$directory" ] || say "bridge ${directory##*/bridge-} stays as it is"
done
rm -rf "$STATE/units"
# No change of the network is under way: the lock would not be ours.
if [ -e /etc/init.d/cdktf-xen-net ]; then
  run chkconfig --del cdktf-xen-net
  rm -f /etc/init.d/cdktf-xen-net
fi
say 'done'
