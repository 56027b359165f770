#!/bin/busybox sh
# shellcheck shell=dash
# The kernel runs this when dom0 asks for a shutdown or a reboot.
sync
umount /mnt
exec /bin/busybox "$(basename "$0")" -f
