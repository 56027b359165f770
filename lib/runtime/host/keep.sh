#!/bin/bash
# Runs on the host, in a runtime that has just arrived and was checked file by file. Keeps it under the hash of its
# list, and removes older runtimes that no run uses any more.
#
#   host/keep.sh HASH
set -euo pipefail
cd "${0%/*}/../.."
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
. runtime/both/paths.sh
hash=$1 arrived=${PWD##*/}
cd "$RUNTIMES"

# Checks the kept runtime as the host's shell does before each step, see deployer/send.sh.
is_kept_whole() (
  cd "$hash" && { echo "$hash  runtime/list" && grep -v '  runtime/deployer/' runtime/list; } | sha256sum --status -c -
) 2>/dev/null

# Whether a run uses a runtime: a run's folder has a link to it.
is_worked_with() { # <name>
  local link
  for link in "$STATE"/run/*/runtime; do
    [ ! "$link" -ef "$1/runtime" ] || return 0
  done
  return 1
}

if is_kept_whole; then
  # Another deploy has brought it meanwhile.
  rm -rf "$arrived"
else
  [ ! -e "$hash" ] || mv -T "$hash" ".damaged${arrived#.new}"
  # If two arrive at the same moment, one of them is first.
  mv -T "$arrived" "$hash" 2>/dev/null || rm -rf "$arrived"
fi
for old in [0-9a-f]*; do
  [ "$old" = "$hash" ] || [ ! -d "$old" ] || is_worked_with "$old" || rm -rf "$old"
done
# Removes what was cut off while it was brought.
find . -mindepth 1 -maxdepth 1 -name '.*' -mmin +60 -exec rm -rf {} + || :
