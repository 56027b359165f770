#!/bin/bash
# On the host, in a runtime that has just arrived and was checked file by file: keeps it under the hash of its list, for all
# that is to come, and forgets those that nothing works with any more.
#
#   host/keep.sh HASH
set -euo pipefail
cd "${0%/*}/../.."
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
. runtime/both/paths.sh
hash=$1 arrived=${PWD##*/}
cd "$RUNTIMES"

# As the host's shell asks before each step, see deployer/send.sh.
is_kept_whole() (
  cd "$hash" && { echo "$hash  runtime/list" && grep -v '  runtime/deployer/' runtime/list; } | sha256sum --status -c -
) 2>/dev/null

# A run's folder has a link to the runtime that it works with as long as it does.
is_worked_with() { # <name>
  local link
  for link in "$STATE"/run/*/runtime; do
    [ ! "$link" -ef "$1/runtime" ] || return 0
  done
  return 1
}

if is_kept_whole; then
  # Somebody else was faster.
  rm -rf "$arrived"
else
  [ ! -e "$hash" ] || mv -T "$hash" ".damaged${arrived#.new}"
  # Where two arrive at the same moment one of them is first.
  mv -T "$arrived" "$hash" 2>/dev/null || rm -rf "$arrived"
fi
for old in [0-9a-f]*; do
  [ "$old" = "$hash" ] || [ ! -d "$old" ] || is_worked_with "$old" || rm -rf "$old"
done
# What was cut off on its way here.
find . -mindepth 1 -maxdepth 1 -name '.*' -mmin +60 -exec rm -rf {} + || :
