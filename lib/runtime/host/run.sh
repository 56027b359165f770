#!/bin/bash
# Runs on the host, in the folder of an unpacked bundle and in a session of its own. Checks the bundle, does the work,
# and keeps its log and its result. Its output is the log; only progress lines go to the deployer.
#
#   host/run.sh apply|retire|show HOST UNIT RUN
set -euo pipefail
trap '' HUP
umask 077
cd "${0%/*}/../.."

export CDKTF_XEN_ACTION=$1 CDKTF_XEN_HOST=$2 CDKTF_XEN_UNIT=$3 CDKTF_XEN_RUN=$4
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C

. runtime/both/paths.sh
. runtime/both/numbers.sh
. runtime/both/words.sh

refuse() { # <what>...
  printf '%s %s: error: %s\n' "$CDKTF_XEN_HOST" "$CDKTF_XEN_UNIT" "$*"
  cd /
  rm -rf "$STATE/run/$CDKTF_XEN_RUN"
  exit 1
}

# These files are overwritten in place, since the disk may be full later: `ended` becomes the result. Line feeds, which
# do not show when it is read.
keep_room() { echo $$ >pid && : >progress && printf '\n\n\n\n' >ended; }

check_bundle() {
  local path sum
  while read -r _ path _ _ sum; do
    [ -z "$path" ] || printf '%s  %s\n' "$sum" "$path"
  done <manifest >sums || refuse "cannot write in $PWD (is the disk full?); nothing was changed"
  [ ! -s sums ] || sha256sum --status -c sums ||
    refuse 'the bundle does not match its manifest (damaged on the way, or edited after synth); nothing was changed, synthesize and deploy again'
}

check_room() {
  local place said blocks size
  said=$(stat -f -c '%a %S' "$STATE" /etc 2>&1) ||
    refuse "cannot ask how much room there is: ${said//$'\n'/; }; nothing was changed"
  for place in "$STATE" /etc; do
    # A line for each.
    size=${said%%$'\n'*}
    said=${said#*$'\n'}
    blocks=${size% *}
    size=${size#* }
    if ! is_number "$blocks" || ! is_number "$size"; then
      refuse "cannot ask how much room there is at $place: stat says '$(shown "$blocks $size")'; nothing was changed"
    fi
    [ $((blocks * size / 1024)) -ge 2048 ] ||
      refuse "the file system at $place has only $((blocks * size / 1024)) KiB free, 2048 are needed; nothing was changed, make room and deploy again"
  done
}

# Removes runs' folders after an hour, in which a deployer that lost its connection may ask for the result. A run that
# is still at work (the copy of a big disk, the wait for a guest) keeps its folder.
forget_old_runs() {
  local folder
  while read -r folder; do
    is_worked_in "$folder" || rm -rf "$folder" || :
  done < <(find "$STATE/run" -mindepth 1 -maxdepth 1 -type d -mmin +60 2>/dev/null)
}
is_worked_in() { # <folder>
  local process
  for process in /proc/[0-9]*; do
    [ ! "$process/cwd" -ef "$1" ] || return 0
  done
  return 1
}

# Sets `kind`, for the unit's program host/unit/KIND.sh, and `words`, what synth says of the unit.
find_work() {
  case $CDKTF_XEN_UNIT in
    host | roster) kind=$CDKTF_XEN_UNIT ;;
    bridge-*) kind=bridge ;;
    domU-*) kind=guest ;;
    *) refuse "there is no unit of the name '$CDKTF_XEN_UNIT', allowed: host, roster, bridge-NAME, domU-NAME" ;;
  esac
  words=()
  case $CDKTF_XEN_ACTION in
    apply) ;;
    show | retire) kind=$CDKTF_XEN_ACTION ;;
    *) refuse "there is no action of the name '$CDKTF_XEN_ACTION', allowed: apply, retire, show" ;;
  esac
  [ "$kind" = retire ] || read_words "words/$CDKTF_XEN_UNIT" ||
    refuse "the bundle does not say what $CDKTF_XEN_UNIT shall be (words/$CDKTF_XEN_UNIT is missing); nothing was changed, synthesize again"
}

# Keeps one log per unit over all its runs, and the log before that once it has grown.
keep_log() {
  local kept=$STATE/log/$CDKTF_XEN_UNIT.log
  [ -d "${kept%/*}" ] || mkdir -p "${kept%/*}" || return 1
  if [ -f "$kept" ] && [ "$(stat -c %s "$kept")" -gt 262144 ]; then mv "$kept" "$kept.1" || return 1; fi
  {
    printf -- '--- %s run %s, exit status %s\n' "$(date '+%Y-%m-%d %H:%M:%S')" "$CDKTF_XEN_RUN" "$status" &&
      printf '%s\n' "$(<log)"
  } >>"$kept"
}

# Prints a line to the deployer, and to the progress, for a deployer that comes back.
tell_watcher() { # <words>
  local line="$CDKTF_XEN_HOST $CDKTF_XEN_UNIT: $*"
  printf '%s\n' "$line" >&3 || :
  printf '%s\n' "$line" >>progress || :
}

keep_room || refuse "cannot write in $PWD (is the disk full?); nothing was changed"
[ "$EUID" -eq 0 ] || refuse "logged in as $(id -un); changing a host needs root"
check_bundle
find_work
check_room
if [ "$CDKTF_XEN_UNIT" = host ] && [ "$CDKTF_XEN_ACTION" != show ]; then forget_old_runs; fi

exec 3>&1 >log 2>&1
# A subshell that is waited for, not one in a condition: there, `set -e` would be off in all of it. Sourced, not run:
# one more shell per unit is slow if there are many units.
# shellcheck source=/dev/null  # one of six
(. "runtime/host/unit/$kind.sh" ${words[@]+"${words[@]}"}) &
status=0
wait $! || status=$?
# Nothing that follows may keep the result back, neither a full disk nor a lost deployer.
set +e
trap '' PIPE
# Work that was killed can't say so itself.
[ "$status" -le 128 ] || tell_watcher "error: the work on the host was killed by signal $((status - 128))"
if [ "$CDKTF_XEN_ACTION" != show ] && ! keep_log; then
  tell_watcher "note: the log of this run could not be kept in $STATE/log/$CDKTF_XEN_UNIT.log (is the disk full?)"
fi
leftovers=()
for entry in *; do
  case $entry in log | progress | pid | ended) ;; *) leftovers+=("$entry") ;; esac
done
rm -rf ${leftovers[@]+"${leftovers[@]}"}
printf '%s\n' "$status" 1<>ended
mv ended result
exit "$status"
