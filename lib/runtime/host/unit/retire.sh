#!/bin/bash
# Retires all our units on the host: each guest by its policy. Disks are never touched. Bridges stay, since other things
# may depend on them.
set -euo pipefail
. runtime/host/base/common.sh
. runtime/host/base/files.sh
. runtime/host/guest/retire.sh

lock exclusive
changed=yes
for directory in "$STATE"/units/domU-*; do
  [ -d "$directory" ] || continue
  retire_guest "${directory##*/domU-}"
done
for directory in "$STATE"/units/bridge-*; do
  [ ! -d "$directory" ] || say "bridge ${directory##*/bridge-} stays as it is"
done
must "forget what was deployed" rm -rf "$STATE/units" "$STATE/generation"
# No change of the network can be under way: this program holds the lock.
if [ -e /etc/init.d/cdktf-xen-net ]; then
  run chkconfig --del cdktf-xen-net
  must 'take away /etc/init.d/cdktf-xen-net' rm -f /etc/init.d/cdktf-xen-net
fi
say 'done'
