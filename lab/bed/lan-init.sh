#!/bin/bash
# lan-init.sh CIDR...: process 1 of the LAN side. The machine's own files, but processes and interfaces of its own.
set -eu
# The machine's /proc is still mounted here, so this is the process id that the machine knows.
read -r pid _ </proc/self/stat
mount -t proc proc /proc
mount -t sysfs sysfs /sys
ip link set lo up
ip link add lan0 address 02:00:00:00:fe:01 type bridge forward_delay 0
ip link set lan0 up
for cidr in "$@"; do
  ip address add "$cidr" dev lan0
done
echo "ready $pid"
# shellcheck source=hold.sh
. "$(dirname "$0")/hold.sh"
