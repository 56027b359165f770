#!/bin/bash
# The beginning of every process that works on a transaction without a deploy above it. Sourced with the transaction's
# directory as working directory; the caller says where output goes, and file descriptor 3 is whoever watches.

read -r CDKTF_XEN_HOST CDKTF_XEN_UNIT CDKTF_XEN_RUN <about
export CDKTF_XEN_HOST CDKTF_XEN_UNIT CDKTF_XEN_RUN
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
umask 022
. runtime/host/base/common.sh
# From here on nothing may stop half-way, whatever fails.
set +eE
trap - ERR
trap '' HUP PIPE
. runtime/both/numbers.sh
. runtime/both/words.sh
. runtime/host/base/files.sh
. runtime/host/base/bridge-options.sh
. runtime/host/facts/bridge.sh
. runtime/host/facts/wire.sh
. runtime/host/network/transaction.sh
. runtime/host/network/timed.sh
. runtime/host/network/snapshot.sh
. runtime/host/network/restore.sh
. runtime/host/network/xen.sh
. runtime/host/network/rollback.sh
open_transaction
