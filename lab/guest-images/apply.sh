#!/bin/bash
# Writes a guest's identity as host/run.sh and host/unit/guest.sh do, without the guest's start. Runs in a folder of its own that
# has the runtime in it; what the person who deploys would see goes to standard output, the rest to the file log.
#
#   apply.sh plan|write|show|probe RUN DOMU WORD VALUE...
#
# KILL_AT ends it by a signal (KILL, or KILL_WITH): KILL_AT=12 before the 12th call of a program that touches the guest's
# disk, KILL_AT=mv before the first such call of mv.
set -euo pipefail
umask 077
action=$1 run=$2 DOMU=$3
shift 3
words=("$@")
export CDKTF_XEN_HOST=xen01 CDKTF_XEN_UNIT=domU-$DOMU CDKTF_XEN_RUN=$run LC_ALL=C
: >progress
exec 3>&1 >log 2>&1

if [ -n "${KILL_AT-}" ]; then
  steps=0
  step() {
    case "$*" in losetup* | *cdktf-xen/guest-disk*) ;; *) return 0 ;; esac
    steps=$((steps + 1))
    case $KILL_AT in "$steps" | "$1") kill -s "${KILL_WITH-KILL}" $$ ;; esac
  }
  for program in losetup mount umount dd cp mv ln rm rmdir mkdir e2fsck; do
    eval "$program() { step $program \"\$@\"; command $program \"\$@\"; }"
  done
fi

# shellcheck source=../../lib/runtime/host/base/common.sh
. runtime/host/base/common.sh
# shellcheck source=../../lib/runtime/host/base/files.sh
. runtime/host/base/files.sh
# shellcheck source=../../lib/runtime/host/disk/apply.sh
. runtime/host/disk/apply.sh
# What deployer/observe.sh's far end is made of, and its own way to fail.
probe() {
  # shellcheck source=../../lib/runtime/host/compare/probe.sh
  . runtime/host/compare/probe.sh
  # shellcheck source=../../lib/runtime/host/compare/probe-disk.sh
  . runtime/host/compare/probe-disk.sh
  fail() {
    echo "$*" >&2
    exit 1
  }
  disk_reasons domu "$DOMU" "${words[@]}" >&3
}

while [ $# -gt 0 ]; do
  guest_option "$1" "$2" || fail "apply.sh does not know $1"
  shift 2
done
mkdir -p "$STATE"
# A probe waits for nobody.
[ "$action" = probe ] || lock shared
case $action in
  plan) plan_guest_identity ;;
  write) write_guest_identity ;;
  show) show_guest_identity ;;
  probe) probe && exit ;;
esac
say "changed: $changed"
