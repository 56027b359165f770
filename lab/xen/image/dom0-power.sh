#!/bin/bash
# reboot, poweroff, halt, shutdown [-r|-h] of a lab dom0: stops the services as runlevel 6 (or 0) does, then acts.
# Like EL6's it returns at once and works on by itself, so that an SSH session ends cleanly.
action=$(basename "$0")
[ "$action" = halt ] && action=poweroff
[ "$action" = shutdown ] && action=poweroff
for argument in "$@"; do
  case $argument in
    -r) action=reboot ;;
    -h | -P) action=poweroff ;;
    -f) exec busybox "$action" -f ;;
    --now-detached) detached=yes ;;
  esac
done
if [ -z "${detached:-}" ]; then
  setsid "/sbin/$action" --now-detached </dev/null >/dev/console 2>&1 &
  exit 0
fi
echo "LAB: $action"
level=6
[ "$action" = poweroff ] && level=0
for script in /etc/rc.d/rc"$level".d/K*; do [ -x "$script" ] && "$script" stop </dev/null >>/var/log/boot.log 2>&1; done
busybox killall5 -15
sleep 1
busybox killall5 -9
sync
mount -o remount,ro /
busybox "$action" -f
