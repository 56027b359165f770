#!/bin/bash
# On the host, in the folder that a bundle was unpacked into: checks the bundle and starts the work in a session of
# its own, so that a lost connection can't stop it half-way.
#
#   start.sh apply|retire HOST UNIT RUN
set -euo pipefail

action=$1
host=$2
unit=$3
run=$4
umask 077
cd "$(dirname "$0")/.."

refuse() {
  printf '%s %s: error: %s\n' "$host" "$unit" "$*"
  cd / && rm -rf "/var/lib/cdktf-xen/run/$run"
  exit 1
}

# Loops and builtins where there is a choice, here and in what follows: every program that need not start makes a
# deploy of many guests faster.
[ "$EUID" -eq 0 ] || refuse "logged in as $(id -un); changing a host needs root"
if [ -s manifest ]; then
  while read -r _ path _ _ sum; do printf '%s  %s\n' "$sum" "$path"; done <manifest >sums
  sha256sum --status -c sums || refuse 'the bundle does not match its manifest (damaged on the way, or edited after synth); nothing was changed, synthesize and deploy again'
fi
while read -r _ _ _ free _ place; do
  case $free in *[!0-9]*) continue ;; esac
  [ "$free" -ge 2048 ] ||
    refuse "the file system at $place has only $free KiB free, 2048 are needed; nothing was changed, make room and deploy again"
done < <(df -Pk /var/lib/cdktf-xen /etc)

# Results are kept for an hour, for whoever lost the connection.
if [ "$unit" = host ]; then
  find /var/lib/cdktf-xen/run -mindepth 1 -maxdepth 1 -mmin +60 -exec rm -rf {} + 2>/dev/null || :
fi

setsid bash runtime/job.sh "$action" "$host" "$unit" "$run" </dev/null &
wait $!
