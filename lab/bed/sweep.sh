#!/bin/bash
# sweep.sh DIR CMD...: runs CMD and removes DIR when it has ended, so that not even a killed test leaves files behind.
dir=$1
shift
"$@"
status=$?
rm -rf -- "$dir"
exit "$status"
