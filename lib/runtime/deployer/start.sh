#!/bin/sh
# Starts a program of this folder where Terraform runs, once the machine has all that it takes. For any machine's sh,
# since what is missing may be bash.
#
#   sh deployer/start.sh carry apply|retire|show HOST UNIT
#   sh deployer/start.sh observe HOST [report]
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
# What a letter is, and where `cd` leads, is not for the environment to say.
unset CDPATH GREP_OPTIONS POSIXLY_CORRECT
export LC_ALL=C
# What follows works in other folders.
case ${TMPDIR:-/tmp} in /*) ;; *) export TMPDIR="$PWD/$TMPDIR" ;; esac
exec bash "${0%/*}/$name.sh" "$@"
