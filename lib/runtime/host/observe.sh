#!/bin/bash
# Runs on the host, read-only: answers deployer/observe.sh. Reads the question from standard input;
# host/compare/probe.sh describes the question and the answer.
#
#   host/observe.sh words|report
cd "${0%/*}/../.." || exit
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
. runtime/both/paths.sh
. runtime/both/numbers.sh
. runtime/both/words.sh
# shellcheck disable=SC2034  # for those below
ROLLED_BACK=$STATE/net/rolled-back BACKUP=$STATE/backup/none
. runtime/host/base/answer.sh
. runtime/host/base/token.sh
. runtime/host/base/key-lines.sh
. runtime/host/facts/collector.sh
. runtime/host/compare/compare.sh
. runtime/host/compare/records.sh
. runtime/host/compare/waiting.sh
. runtime/host/compare/probe.sh
IFS= read -r -d '' asked || :
# Sourced only if the disk of a guest is to be read.
case $asked in
  *$'\nidentity '*)
    . runtime/host/base/keys.sh
    . runtime/host/disk/apply.sh
    . runtime/host/compare/probe-disk.sh
    ;;
esac
probe_units "$1" "$asked"
