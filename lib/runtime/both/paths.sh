#!/bin/bash
# Where a host keeps what is ours; ARCHITECTURE.md has it as a tree. Sourced; needs nothing else.
# shellcheck disable=SC2034  # for whoever needs it

STATE=/var/lib/cdktf-xen
# Each runtime that was brought here, in a folder of the name of its list's hash.
RUNTIMES=$STATE/runtimes
