#!/bin/bash
# Runs where Terraform plans: asks a host, in one read-only session, whether its units are as the last apply left them.
# The program of a data source of Terraform's external provider: prints one JSON object, unit -> word (see drift-token.sh).
#
#   observe.sh HOST
set -euo pipefail
export LC_ALL=C
host=$1
cd "${0%/*}/.."
readonly PARTS='bridge-options.sh bridge-state.sh lan-probe.sh drift-token.sh probe.sh'

# shellcheck source=carry-connection.sh
. runtime/carry-connection.sh

# The far end: code first, its length in front, then the names of the units.
ask() {
  local part code=''
  # shellcheck disable=SC2016  # the host's shell expands it
  code='STATE=/var/lib/cdktf-xen; ROLLED_BACK=$STATE/net/rolled-back; export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin
fail() { echo "$*" >&2; exit 1; }
'
  for part in $PARTS; do code+=$(<"runtime/$part")$'\n'; done
  code+=probe_units
  printf '%s\n%s' "${#code}" "$code"
  awk '!seen[$1]++ { print $1 }' manifest
}

# JSON of `unit` and `word` lines; everything else is dropped. Words are printable ASCII by now, but who knows the host.
to_json() {
  LC_ALL=C tr -cd '\n\040-\176' | awk '
    function escaped(text) { gsub(/[\\"]/, "\\\\&", text); return text }
    function flush() { if (unit != "") { printf "%s\"%s\":\"%s\"", comma, unit, words; comma = "," } }
    BEGIN { printf "{" }
    /^unit / { flush(); unit = escaped(substr($0, 6)); words = ""; newline = ""; next }
    /^word / { words = words newline escaped(substr($0, 6)); newline = "\\n" }
    END { flush(); print "}" }
  '
}

open_connection
status=0
# shellcheck disable=SC2016  # the host's shell expands these
answer=$(ask | ssh -F ssh_config -o ControlMaster=no -o ControlPath="$socket" "$machine" \
  'read -r length && exec bash -c "$(head -c "$length")" probe' 2>&1) || status=$?
case $status in
  0) printf '%s\n' "$answer" | to_json ;;
  255) cannot_log_in "$answer" ;;
  *)
    complain "cannot be observed: $answer"
    exit 1
    ;;
esac
