#!/bin/bash
# The work itself, in a session of its own. Its output is the host's log; only progress lines go to whoever watches.
#
#   job.sh apply|retire HOST UNIT RUN
set -euo pipefail
trap '' HUP

export CDKTF_XEN_ACTION=$1 CDKTF_XEN_HOST=$2 CDKTF_XEN_UNIT=$3 CDKTF_XEN_RUN=$4
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
: >progress
exec 3>&1 >log 2>&1

status=0
if [ "$CDKTF_XEN_ACTION" = retire ]; then
  bash runtime/retire.sh || status=$?
else
  bash "apply/$CDKTF_XEN_UNIT.sh" || status=$?
fi

# One log per unit over all its runs, and the one before that when it has grown.
keep_log() {
  local kept=/var/lib/cdktf-xen/log/$CDKTF_XEN_UNIT.log
  [ -d "${kept%/*}" ] || mkdir -p "${kept%/*}"
  if [ -f "$kept" ] && [ "$(stat -c %s "$kept")" -gt 262144 ]; then mv "$kept" "$kept.1"; fi
  {
    printf -- '--- %s run %s, exit status %s\n' "$(date '+%Y-%m-%d %H:%M:%S')" "$CDKTF_XEN_RUN" "$status"
    printf '%s\n' "$(<log)"
  } >>"$kept"
}

keep_log || :
leftovers=()
for entry in *; do
  case $entry in log | progress) ;; *) leftovers+=("$entry") ;; esac
done
rm -rf ${leftovers[@]+"${leftovers[@]}"}
printf '%s\n' "$status" >result.new && mv result.new result
exit "$status"
