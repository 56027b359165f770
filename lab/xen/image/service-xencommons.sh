#!/bin/bash
# chkconfig: 2345 70 10
# description: xenstored, xenconsoled and dom0's entry in the store
xen=@XEN@
# Without its daemon, asking the store does not fail but waits for ever.
store_runs() { [ -S /run/xenstored/socket ] && timeout 5 xenstore-read / >/dev/null 2>&1; }
case ${1:-} in
  start)
    [ -e /proc/xen/capabilities ] || {
      for module in xenfs xen-evtchn xen-gntdev xen-gntalloc xen-netback xen-blkback; do modprobe $module; done
      mount -t xenfs xenfs /proc/xen
    }
    if store_runs; then exit 0; fi
    mkdir -p /run/xen /run/xenstored /var/log/xen/console
    "$xen/bin/xenstored" --pid-file /run/xenstored.pid
    tries=0
    until store_runs; do
      tries=$((tries + 1))
      [ $tries -lt 100 ] || exit 1
      sleep 0.1
    done
    "$xen/bin/xen-init-dom0"
    # It leaves at once when its log directory is missing, and every later xl create then waits in vain for a console.
    "$xen/bin/xenconsoled" --log=all --pid-file /run/xenconsoled.pid
    ;;
  # xenstored must not be restarted while the host runs: its contents would be lost.
  stop) [ ! -s /run/xenconsoled.pid ] || kill "$(cat /run/xenconsoled.pid)" ;;
  status) store_runs ;;
  *) echo "Usage: $0 {start|stop|status}" && exit 2 ;;
esac
