#!/bin/bash
#
# cdktf-xen-net  Puts the network's files back where a switch was not confirmed
#
# chkconfig: 2345 09 91
# description: Runs before network. When the host went down in the middle of a change of its bridges, restores the \
#              network files of before. Does nothing otherwise.
current=/var/lib/cdktf-xen/net/current
case ${1:-} in
  start)
    # The second path belongs to an older version.
    for boot in runtime/host/network/boot.sh runtime/net-boot.sh; do
      [ ! -e "$current/$boot" ] || bash "$(readlink -f "$current")/$boot"
    done
    ;;
  stop | status | restart | reload) ;;
  *)
    echo "Usage: $0 {start|stop|status}"
    exit 2
    ;;
esac
exit 0
