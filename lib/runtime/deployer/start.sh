#!/bin/sh
# Starts a program of this folder where Terraform runs, once the machine has all that the program needs. Written for any
# sh, since bash may be what is missing.
#
#   sh deployer/start.sh carry apply|retire|show HOST UNIT
#   sh deployer/start.sh observe HOST [report]
#   sh deployer/start.sh facts HOST [KIND]...
set -eu

name=$1
case $name in carry) host=$3 ;; *) host=$2 ;; esac
shift
missing=''
for program in bash ssh tar awk cat cut ln ls mkdir mkfifo mktemp mv rm sed sleep sort tr; do
  command -v "$program" >/dev/null 2>&1 || missing=${missing:+$missing,}" $program"
done
if [ -n "$missing" ]; then
  cure='Alpine: apk add bash openssh-client; Debian: apt-get install bash openssh-client tar; macOS has all of it'
  printf '%s: error: the machine that runs Terraform has no%s on its PATH (%s). Install what is missing (%s). %s\n' \
    "$host" "$missing" "${PATH-}" "$cure" 'Nothing was changed.' >&2
  exit 1
fi
# The environment must not change what a letter is, or where `cd` leads.
unset CDPATH GREP_OPTIONS POSIXLY_CORRECT
export LC_ALL=C
# The programs work in other folders.
case ${TMPDIR:-/tmp} in /*) ;; *) export TMPDIR="$PWD/$TMPDIR" ;; esac
exec bash "${0%/*}/$name.sh" "$@"
