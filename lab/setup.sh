#!/bin/bash
# Gets a machine ready, from nothing but git, Node and npm: the project's packages, and those of the system.
# Does nothing where everything is there.
#
#   lab/setup.sh unit|lab|bench|python
set -euo pipefail
cd "$(dirname "$0")/.."

need=${1:-unit}

die() {
  printf 'set-up: %s\n' "$1" >&2
  exit 1
}

check_node() {
  local version
  version=$(node --version 2>/dev/null) || die 'Node.js is missing; version 20.9 or later is needed'
  version=${version#v}
  local major=${version%%.*} rest=${version#*.}
  if [ "$major" -lt 20 ] || { [ "$major" -eq 20 ] && [ "${rest%%.*}" -lt 9 ]; }; then
    die "Node.js $version is too old; version 20.9 or later is needed"
  fi
}

install_node_packages() {
  local stamp=node_modules/.cdktf-xen-lock
  if [ -f "$stamp" ] && cmp -s package-lock.json "$stamp"; then return 0; fi
  echo 'set-up: npm ci'
  npm ci --loglevel=error
  cp package-lock.json "$stamp"
}

# Packages of a list file, comments left out, without those that are there.
missing_packages() {
  local name
  grep -hv '^#' "$@" | while read -r name; do
    dpkg-query -W -f='${Status}\n' "$name" 2>/dev/null | grep -q 'ok installed' || printf '%s\n' "$name"
  done
}

install_system_packages() {
  local lists=(lab/packages/unit.txt) missing
  [ "$need" = unit ] || lists+=("lab/packages/$need.txt")
  command -v dpkg-query >/dev/null || die "this machine has no dpkg; install by hand what ${lists[*]} name"
  missing=$(missing_packages "${lists[@]}" | sort -u | tr '\n' ' ')
  [ -n "${missing// /}" ] || return 0
  [ "$(id -u)" -eq 0 ] || die "missing packages, install them as root: apt-get install --no-install-recommends $missing"
  echo "set-up: apt-get install $missing"
  export DEBIAN_FRONTEND=noninteractive
  # shellcheck disable=SC2086  # a list of package names
  apt-get install -y -qq --no-install-recommends $missing >/dev/null 2>&1 ||
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing >/dev/null; } ||
    die "apt-get could not install: $missing"
}

case $need in unit | lab | bench | python) ;; *) die "usage: setup.sh unit|lab|bench|python, got '$need'" ;; esac
check_node
install_system_packages
install_node_packages
