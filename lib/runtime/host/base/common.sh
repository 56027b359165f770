#!/bin/bash
# What the programs of all units share: messages, locks, records. Sourced.

: "${CDKTF_XEN_HOST:?}" "${CDKTF_XEN_UNIT:?}" "${CDKTF_XEN_RUN:?}"
. runtime/both/paths.sh
. runtime/both/exit-codes.sh
. runtime/both/numbers.sh
. runtime/host/base/tell.sh
. runtime/host/base/lock.sh
. runtime/host/base/record.sh
