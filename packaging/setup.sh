#!/bin/bash
# Gets jsii, and for Python an environment of its own in dist/python. Does nothing where everything is there.
#
#   packaging/setup.sh jsii|python
set -euo pipefail
cd "$(dirname "$0")/.."

need=${1:-jsii}
venv=dist/python/venv

install_jsii() {
  local stamp=packaging/node_modules/.cdktf-xen-lock
  if [ -f "$stamp" ] && cmp -s packaging/package-lock.json "$stamp"; then return 0; fi
  echo 'set-up: npm ci in packaging'
  npm ci --prefix packaging --loglevel=error
  cp packaging/package-lock.json "$stamp"
}

# Versions are those of the npm packages; a wheel that was put in later is not asked for.
install_python() {
  local stamp=$venv/.cdktf-xen-requirements
  if [ -f "$stamp" ] && cmp -s packaging/python/requirements.txt "$stamp"; then return 0; fi
  echo 'set-up: pip install for Python'
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps -r packaging/python/requirements.txt
  cp packaging/python/requirements.txt "$stamp"
}

case $need in
  jsii)
    bash lab/setup.sh unit
    install_jsii
    ;;
  python)
    bash lab/setup.sh python
    install_jsii
    install_python
    ;;
  *)
    echo "usage: setup.sh jsii|python, got '$need'" >&2
    exit 1
    ;;
esac
