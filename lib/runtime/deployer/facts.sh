#!/bin/bash
# Runs where people work: prints what is on a host, one fact a line. It asks one read-only session; a host that keeps no
# runtime gets it into memory, for this one question.
#
#   CDKTF_XEN_TREE=TREE deployer/facts.sh HOST [KIND]...
set -euo pipefail
host=$1
shift
tree=${CDKTF_XEN_TREE:?names the tree of the host}
case $tree in /*) ;; *) tree=$PWD/$tree ;; esac
cd "${0%/*}/../.."
# shellcheck disable=SC2034  # for deployer/send.sh
readonly STACK=$PWD
# Bytes that a host may say, and seconds that it may take.
readonly MOST_FACTS=4194304
readonly LONGEST_READING=600

. runtime/deployer/connection.sh
check_names facts.sh "$host" "$@"
. runtime/deployer/send.sh
cd "$tree"
read_runtime_hash
# There is only one session, so no connection is shared, and none stays open.
# shellcheck disable=SC2034  # for deployer/send.sh
via=main machine=$host socket=none
ask_facts() { # [<kind>]...
  question '' "$MOST_FACTS" "$LONGEST_READING" runtime/host/facts/collect.sh "$@"
}
ask_facts "$@"
if [ "$status" -eq 255 ] && has_former && is_unreachable "$answer"; then
  via=former machine=$host-former
  ask_facts "$@"
fi
case $status in
  0) printf '%s\n' "$answer" ;;
  "$TOO_MUCH" | "$TOO_LATE")
    complain "its facts cannot be read: the host $(why_ended "$status" "$MOST_FACTS" "$LONGEST_READING")"
    exit 1
    ;;
  255) cannot_log_in "$answer" ;;
  *)
    [ ${#answer} -le 4000 ] || answer="${answer:0:4000}..."
    complain "its facts cannot be read: $answer"
    exit 1
    ;;
esac
