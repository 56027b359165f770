#!/bin/bash
# Installs what reads a packed package as its users' tools do. Apart from the project's own packages: they bring a
# TypeScript of their own, and only one test needs them. Does nothing where they are there.
set -euo pipefail
cd "$(dirname "$0")"

stamp=node_modules/.cdktf-xen-lock
if [ -f "$stamp" ] && cmp -s package-lock.json "$stamp"; then exit 0; fi
echo 'set-up: npm ci in lab/package'
npm ci --loglevel=error
cp package-lock.json "$stamp"
