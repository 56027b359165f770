#!/bin/bash
# Host xen01: system files and checks. Read by runtime/run.sh on the host.
apply-host \
  --host xen01 \
  --xen 4.6 \
  --memory-mib 8192 \
  --dom0-memory-mib 1024
