#!/bin/bash
# On the host, in the folder that a bundle was unpacked into and in a session of its own: checks the bundle, does the
# work, keeps its log and its result. Its output is the log; only progress lines go to whoever watches.
#
#   run.sh apply|retire|show HOST UNIT RUN
set -euo pipefail
trap '' HUP
umask 077
cd "${0%/*}/.."
echo $$ >pid

export CDKTF_XEN_ACTION=$1 CDKTF_XEN_HOST=$2 CDKTF_XEN_UNIT=$3 CDKTF_XEN_RUN=$4
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C

refuse() {
  printf '%s %s: error: %s\n' "$CDKTF_XEN_HOST" "$CDKTF_XEN_UNIT" "$*"
  cd / && rm -rf "/var/lib/cdktf-xen/run/$CDKTF_XEN_RUN"
  exit 1
}

check_bundle() {
  local path sum
  while read -r _ path _ _ sum; do
    [ -z "$path" ] || printf '%s  %s\n' "$sum" "$path"
  done <manifest >sums
  [ ! -s sums ] || sha256sum --status -c sums ||
    refuse 'the bundle does not match its manifest (damaged on the way, or edited after synth); nothing was changed, synthesize and deploy again'
}

# A plan is about the host that it saw. Somebody who applied in between has left another token.
check_token() {
  local token=''
  [ -s live ] || return 0
  [ ! -f "/var/lib/cdktf-xen/units/$CDKTF_XEN_UNIT/token" ] || token=$(<"/var/lib/cdktf-xen/units/$CDKTF_XEN_UNIT/token")
  # shellcheck source=drift-token.sh
  . runtime/drift-token.sh
  is_said_of "$(<live)" "$token" ||
    refuse 'somebody else has applied to this host since the plan was made; nothing was changed, plan and apply again'
}

check_room() {
  local free place
  while read -r _ _ _ free _ place; do
    case $free in *[!0-9]*) continue ;; esac
    [ "$free" -ge 2048 ] ||
      refuse "the file system at $place has only $free KiB free, 2048 are needed; nothing was changed, make room and deploy again"
  done < <(df -Pk /var/lib/cdktf-xen /etc)
}

# Results are kept for an hour, for whoever lost the connection.
forget_old_runs() {
  find /var/lib/cdktf-xen/run -mindepth 1 -maxdepth 1 -mmin +60 -exec rm -rf {} + 2>/dev/null || :
}

# What an apply script calls: `apply-domu` is apply-domu.sh. Read, not run: a shell more per unit is felt where there are
# many. A show shows instead.
# shellcheck disable=SC2317  # called from the apply script
call() {
  local part=$1
  shift
  [ "$CDKTF_XEN_ACTION" != show ] || part=show-unit
  # shellcheck source=/dev/null  # one of five
  . "runtime/$part.sh" "$@"
}
# shellcheck disable=SC2317
apply-host() { call apply-host "$@"; }
# shellcheck disable=SC2317
apply-bridge() { call apply-bridge "$@"; }
# shellcheck disable=SC2317
apply-roster() { call apply-roster "$@"; }
# shellcheck disable=SC2317
apply-domu() { call apply-domu "$@"; }

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

[ "$EUID" -eq 0 ] || refuse "logged in as $(id -un); changing a host needs root"
check_bundle
check_room
[ "$CDKTF_XEN_ACTION" != apply ] || check_token
[ "$CDKTF_XEN_UNIT" != host ] || forget_old_runs

: >progress
exec 3>&1 >log 2>&1
# A subshell that is waited for, not one in a condition: there, `set -e` would be off in all of it.
if [ "$CDKTF_XEN_ACTION" = retire ]; then
  # shellcheck source=retire.sh
  (. runtime/retire.sh) &
else
  # shellcheck source=/dev/null  # rendered, one call
  (. "apply/$CDKTF_XEN_UNIT.sh") &
fi
status=0
wait $! || status=$?
# Whoever is killed can't say so.
if [ "$status" -gt 128 ]; then
  line="$CDKTF_XEN_HOST $CDKTF_XEN_UNIT: error: the work on the host was killed by signal $((status - 128))"
  printf '%s\n' "$line" >>progress
  printf '%s\n' "$line" >&3 || :
fi

[ "$CDKTF_XEN_ACTION" = show ] || keep_log || :
leftovers=()
for entry in *; do
  case $entry in log | progress | pid) ;; *) leftovers+=("$entry") ;; esac
done
rm -rf ${leftovers[@]+"${leftovers[@]}"}
printf '%s\n' "$status" >result.new && mv result.new result
exit "$status"
