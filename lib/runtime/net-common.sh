#!/bin/bash
# The beginning of every process that works on a transaction without a deploy above it. Sourced with the transaction's
# directory as working directory; the caller says where output goes, and file descriptor 3 is whoever watches.

read -r CDKTF_XEN_HOST CDKTF_XEN_UNIT CDKTF_XEN_RUN <about
export CDKTF_XEN_HOST CDKTF_XEN_UNIT CDKTF_XEN_RUN
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
umask 022
# shellcheck source=common.sh
. runtime/common.sh
# From here on nothing may stop half-way, whatever fails.
set +eE
trap - ERR
trap '' HUP PIPE
# shellcheck source=numbers.sh
. runtime/numbers.sh
# shellcheck source=files.sh
. runtime/files.sh
# shellcheck source=bridge-options.sh
. runtime/bridge-options.sh
# shellcheck source=bridge-state.sh
. runtime/bridge-state.sh
# shellcheck source=lan-probe.sh
. runtime/lan-probe.sh
# shellcheck source=net-transaction.sh
. runtime/net-transaction.sh
# shellcheck source=net-snapshot.sh
. runtime/net-snapshot.sh
# shellcheck source=net-restore.sh
. runtime/net-restore.sh
# shellcheck source=net-xen.sh
. runtime/net-xen.sh
# shellcheck source=net-rollback.sh
. runtime/net-rollback.sh
open_transaction
