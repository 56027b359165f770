#!/bin/bash
# What a deploy could not give a running guest, and its next boot will: until then the domain may be as it was before.
# Sourced after host/facts/xen.sh; see keep_running_config in host/guest/change.sh for who writes it.

# For awk: takes expectations, a unit's after a line `unit NAME`, and prints them with what waits as something that may
# be there. `waiting` has words UNIT:KIND.
# shellcheck disable=SC2016,SC2034  # awk's own $; for host/compare/probe.sh
readonly WAITING_AWK='
BEGIN {
  count = split(waiting, word, " ")
  for (i = 1; i <= count; i++) waits[word[i]]
}
function allow(kind, pattern) {
  if ((unit ":" kind) in waits) { print "allow " pattern; return 1 }
  return 0
}
$1 == "unit" { unit = $2 }
$1 == "must" && $2 == "domain" && allow($4, $2 " " $3 " " $4 " *") { next }
$1 == "must" && ($2 == "vif" || $2 == "disk") && allow($2, $2 " " $3 " *") { next }
$1 == "must" && $2 == "port" && $4 ~ /^domU:/ {
  guest = $4
  sub(/\/[^\/]*$/, "/*", guest)
  if (allow("vif", "port * " guest)) next
}
{ print }
'

# Appends to `waiting`, words UNIT:KIND. A vif that is plugged in does not count: it is there, only its guest has not
# brought it up.
add_waiting() { # <unit> <file>
  local line
  while IFS= read -r line; do
    case $line in
      *' is plugged in; '*) ;;
      'memory '* | 'mem-set '*) waiting+=" $1:memory" ;;
      'vcpus '* | 'vcpu-set '*) waiting+=" $1:vcpus" ;;
      'vif '* | 'network-attach '* | 'network-detach '* | 'vif-back '*) waiting+=" $1:vif" ;;
      'disk '* | 'block-attach '* | 'block-detach '*) waiting+=" $1:disk" ;;
    esac
  done <"$2"
}
