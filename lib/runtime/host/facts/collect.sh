#!/bin/bash
# Prints what is on this host, see facts/collector.sh.
#
#   host/facts/collect.sh [KIND]...      all kinds by default
set -u
cd "${0%/*}/../../.." || exit
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
. runtime/both/numbers.sh
. runtime/host/base/key-lines.sh
. runtime/host/facts/collector.sh

for kind in "$@"; do
  case " $ALL_KINDS " in *" $kind "*) ;; *)
    printf "facts: error: there is no kind '%s', allowed: %s\n" "$(shown "$kind")" "${ALL_KINDS// /, }" >&2
    exit 1
    ;;
  esac
done
collect_facts "$@"
