#!/bin/bash
# The yardstick of a deploy: one ssh that streams a host's whole tree as tar and has it unpacked and installed there.
#
#   plain-deploy.sh TREE HOST
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "$1"
# shellcheck disable=SC2016  # the host's shell expands these
tar -cf - . -C "$here" plain-install.sh |
  ssh -F ssh_config "$2" 'umask 077; d=$(mktemp -d) && tar -xf - -C "$d" && cd "$d" && bash plain-install.sh; s=$?; rm -rf "$d"; exit $s'
