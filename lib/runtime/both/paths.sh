#!/bin/bash
# The folders of a host that hold what is ours; ARCHITECTURE.md has them as a tree. Sourced; needs nothing else.
# shellcheck disable=SC2034  # read by the files that source it

STATE=/var/lib/cdktf-xen
# The kept runtimes, each in a folder whose name is the hash of its list.
RUNTIMES=$STATE/runtimes
