#!/bin/bash
# Exit statuses of the runtime's programs that have a meaning for the caller, on one machine or on two. 0 is done; 1 is
# an error that has been told; 255 is ssh's own, and from 128 on a signal. Sourced; needs nothing else.
# shellcheck disable=SC2034  # each has its users

# Of an end of a copy: the other end has gone without its last word.
GONE=3
# The host does not keep the runtime that the work needs, or not all of it. Nothing was done.
NEEDS_RUNTIME=71
# Of work that the deployer asks about after a lost connection: it was killed; it never began; it has not ended yet.
WAS_KILLED=72
NEVER_BEGAN=74
STILL_AT_WORK=75
# What was sent could not be unpacked, or is not what synth has seen; the host has said which. Nothing was done.
NOT_UNPACKED=73
# A change of the network is armed, and waits for a confirmation from outside.
ARMED=76
# The confirmation can't be taken yet: ask again.
NOT_YET=77
# A guest is about to start, and the host has to know first what runs on the other hosts.
ASKS=79
# The deployer has ended the session: the host said too much, or took too long.
TOO_MUCH=91
TOO_LATE=92
