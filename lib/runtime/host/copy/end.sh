#!/bin/bash
# Runs on a host: an end of the copy of a guest's disk, or both ends if source and target are on one host. Messages for
# people go to standard error; standard input and output are for the other end.
#
#   host/copy/end.sh receive|send ready|send left|here WORD VALUE...
#
# deployer/copy.sh has checked the words. They are checked again before a disk is touched.
# shellcheck disable=SC2034,SC2154,SC2317  # shared with the sourced files; join_ends sets `word` `received` `sent`
set -euo pipefail
cd "${0%/*}/../../.."
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
what=$1 told=''
shift
if [ "$what" = send ]; then
  told=$1
  shift
fi
while [ $# -gt 0 ]; do
  case $1 in
    host) export CDKTF_XEN_HOST=$2 ;;
    unit) export CDKTF_XEN_UNIT=$2 ;;
    source-host) SOURCE_HOST=$2 ;;
    source-guest) SOURCE_GUEST=$2 ;;
    source-kind) SOURCE_KIND=$2 ;;
    source-path) SOURCE_PATH=$2 ;;
    target-kind) TARGET_KIND=$2 ;;
    target-path) TARGET_PATH=$2 ;;
    snapshot-mib) SNAPSHOT_MIB=$2 ;;
    chunk) CHUNK=$2 ;;
    stall) STALL=$2 ;;
    patience) PATIENCE=$2 ;;
    *) echo "error: host/copy/end.sh does not know the word '$1'" >&2 && exit 1 ;;
  esac
  shift 2
done
export CDKTF_XEN_RUN=copy
END_HOST=$CDKTF_XEN_HOST
[ "$what" != send ] || END_HOST=$SOURCE_HOST

. runtime/host/base/common.sh
. runtime/host/facts/saved-guests.sh
. runtime/host/facts/xen.sh
. runtime/host/disk/refuse.sh
. runtime/host/disk/open.sh
. runtime/host/disk/users.sh
. runtime/host/copy/common.sh
. runtime/host/copy/chunks.sh
. runtime/host/copy/lvm.sh
. runtime/host/copy/record.sh
. runtime/host/copy/target.sh
. runtime/host/copy/receive.sh
. runtime/host/copy/source.sh
. runtime/host/copy/send.sh
. runtime/both/join.sh
check_number 'a size or a time of the copy' "$SNAPSHOT_MIB" "$CHUNK" "$STALL" "$PATIENCE"

send_here() {
  END_HOST=$SOURCE_HOST
  send_copy "$word"
}

# Runs both ends, joined by pipes.
copy_here() {
  trap '' PIPE
  trap - ERR
  TMPDIR=/tmp join_ends $((2 * PATIENCE + 60)) receive_copy send_here
  if [ "$received" -eq 0 ] || [ "$received" -eq 1 ]; then exit "$received"; fi
  if [ "$sent" -eq 1 ]; then exit 1; fi
  exit "$received"
}

case $what in
  receive) receive_copy ;;
  send) send_copy "$told" ;;
  here) copy_here ;;
  *) echo "error: host/copy/end.sh got '$what', allowed: receive, send, here" >&2 && exit 1 ;;
esac
