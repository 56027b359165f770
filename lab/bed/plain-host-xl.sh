#!/bin/bash
# Stands in for xl, xenstore-ls and xenstore-list on a plain host, where no hypervisor runs. It answers what a
# deploy of a host and of guests that are not to be started asks, and refuses everything else.
case ${0##*/} in
  xenstore-ls) exit 1 ;;
  xenstore-list) echo name && exit ;;
esac
case $1 in
  info) printf '%-22s : %s\n' xen_major 4 xen_minor 6 total_memory 16384 free_memory 14000 ;;
  list) printf '%s\n' 'Name  ID  Mem VCPUs  State  Time(s)' 'Domain-0  0  1024  2  r-----  1.0' ;;
  domid) exit 1 ;;
  *)
    printf 'xl stand-in of the benchmark: no %s here\n' "$1" >&2
    exit 64
    ;;
esac
