#!/bin/bash
# Is `bash` for the tests that have to do with another machine's programs: a program of the deployer's gets a PATH that
# has those and nothing else; what a test has put before this one is the test's. Anything else runs as ever.
set -u

here=${0%/*}
case ${1-} in
  */deployer/*.sh)
    own=''
    rest=$PATH:
    while [ -n "$rest" ] && [ "${rest%%:*}" != "$here" ]; do
      own+=${rest%%:*}:
      rest=${rest#*:}
    done
    export PATH=$own$here/only
    exec "$here/only/bash" "$@"
    ;;
esac
exec /bin/bash "$@"
