#!/bin/bash
# The beginning of every process that works on a transaction without a running deploy. Sourced with the transaction's
# directory as working directory. The caller redirects the output; file descriptor 3 leads to the reader of the
# progress.

read -r CDKTF_XEN_HOST CDKTF_XEN_UNIT CDKTF_XEN_RUN <about
export CDKTF_XEN_HOST CDKTF_XEN_UNIT CDKTF_XEN_RUN
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
umask 022
. runtime/host/base/common.sh
# From here on a failing command must not stop the process half-way.
set +eE
trap - ERR
trap '' HUP PIPE
. runtime/both/numbers.sh
. runtime/both/words.sh
. runtime/host/base/files.sh
. runtime/host/base/bridge-options.sh
. runtime/host/facts/bridge.sh
. runtime/host/facts/wire.sh
. runtime/host/facts/network.sh
. runtime/host/compare/compare.sh
. runtime/host/network/state.sh
. runtime/host/network/transaction.sh
. runtime/host/network/timed.sh
. runtime/host/network/snapshot.sh
. runtime/host/network/restore.sh
. runtime/host/network/xen.sh
. runtime/host/network/rollback.sh
open_transaction
