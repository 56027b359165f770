#!/bin/bash
# Host xen01: system files and checks.
set -euo pipefail
cd "${0%/*}/.."
exec bash runtime/apply-host.sh \
  --host xen01 \
  --xen 4.6 \
  --memory-mib 8192 \
  --dom0-memory-mib 1024 "$@"
