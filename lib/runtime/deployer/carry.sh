#!/bin/bash
# Runs where Terraform runs: sends one unit of a host's tree to the host, and has the host apply it.
#
#   CDKTF_XEN_TREE=<tree> deployer/carry.sh apply|retire|show HOST UNIT
#
# Everything goes through OpenSSH with the tree's own ssh_config and known_hosts. One login serves all steps of a deploy
# (a control socket that closes after a minute without use). Builtins are used where possible, here and on the host:
# starting small programs would take most of a deploy of many guests.
set -euo pipefail

action=$1
host=$2
unit=$3
tree=${CDKTF_XEN_TREE:?names the tree of the host}
case $tree in /*) ;; *) tree=$PWD/$tree ;; esac
# The stack's folder, from which all files are sourced; the work is done in the tree.
cd "${0%/*}/../.."

# Seconds for which a lost connection is tried again.
readonly PATIENCE=180
# Bytes that a host may say in one session: progress is some lines, a show has whole files in it, a complaint is short.
readonly MOST_PROGRESS=1048576
readonly MOST_SHOWN=16777216
readonly MOST_COMPLAINT=262144
# Seconds that no work on a host takes.
readonly LONGEST_WORK=21600

. runtime/deployer/connection.sh
check_names carry.sh "$action" "$host" "$unit"
. runtime/deployer/send.sh
. runtime/deployer/elsewhere.sh
. runtime/deployer/confirm.sh
if [ "$action" = apply ] && [ -f "$tree/copies/$unit" ]; then . runtime/deployer/copy.sh; fi
readonly STACK=$PWD
cd "$tree"

# Makes the folder `with`, as the host is going to unpack it: the unit's files, its manifest, and what is said about
# this run: what the plan saw, a nonce, and what other hosts say. A text whose size others decide never goes onto a
# command line. Sets `members`.
gather() {
  local path part parts=()
  members=(manifest live generation elsewhere nonce)
  make_work_folder
  mkdir "$work/with"
  while read -r _ path _; do
    [ -z "$path" ] || members+=("$path")
  done <<EOT
$manifest
EOT
  for part in files keys words expect copies handover; do
    [ ! -d "$part" ] || parts+=("$PWD/$part")
  done
  [ ${#parts[@]} -eq 0 ] || ln -s ${parts[@]+"${parts[@]}"} "$work/with/"
  printf '%s\n' "$manifest" >"$work/with/manifest"
  # What the plan saw of the unit.
  printf '%s' "${CDKTF_XEN_LIVE:-}" >"$work/with/live"
  printf '%s' "${CDKTF_XEN_GENERATION:-}" >"$work/with/generation"
  : >"$work/with/elsewhere"
  if [ "$action" = apply ] && has_elsewhere; then echo unasked >"$work/with/elsewhere"; fi
}

# Prints what the host's shell runs. The work has a session of its own, so that a lost connection can't stop it
# half-way.
# shellcheck disable=SC2031,SC2317  # a peer is asked in a subshell, with a `host` of its own; with_runtime calls
receive() {
  printf '%s' "$(go_to_runtime) r=$STATE/run/$run; { [ -d $STATE/run ] || mkdir -p $STATE/run; } && mkdir \"\$r\"" \
    " && ln -s ../../runtimes/$runtime/runtime \"\$r/runtime\" && $UNTAR -C \"\$r\"" \
    " || { echo '$host: error: cannot unpack into $STATE on the host, see the line above; nothing was changed'; rm -rf \"\$r\"; exit $NOT_UNPACKED; };" \
    " CDKTF_XEN_VIA=$via CDKTF_XEN_RUNTIME=$runtime setsid bash \"\$r/runtime/host/run.sh\" $action $host $unit $run </dev/null & wait \$!"
}

# Prints what the host's shell runs after a lost connection: the work goes on without it, so wait for the result.
# shellcheck disable=SC2016  # the host's shell expands these
await_result() {
  printf '%s' "r=$STATE/run/$run; t=$STATE/net/$run; [ -f \"\$r/pid\" ] || exit $NEVER_BEGAN; n=0;" \
    ' while [ ! -f "$r/result" ] && [ $n -lt 600 ] && kill -0 "$(cat "$r/pid")"; do sleep 1; n=$((n+1)); done;' \
    ' cat "$r/progress"; [ $n -lt 600 ] || exit '"$STILL_AT_WORK"'; s=$(cat "$r/result" || echo 137); [ "$s" -ge 128 ] || exit "$s";' \
    " case \"\$(cat \"\$t/phase\")\" in ''|staged*) exit $WAS_KILLED ;; *) exit $ARMED ;; esac"
}

resume() {
  local waited=0 status name
  while [ "$waited" -lt "$PATIENCE" ]; do
    sleep 3
    waited=$((waited + 3))
    for name in $machines; do
      status=0
      speak out -o ControlPath=none -o ConnectTimeout=15 "$name" "$(await_result)" </dev/null 2>/dev/null |
        hear "$most" 900 || status=$?
      case $status in
        "$TOO_MUCH" | "$TOO_LATE") cut_off "$status" "$most" 900 ;;
        255) continue ;;
        "$ARMED") confirm ;;
        "$WAS_KILLED") complain "the work on the host was killed; what it had done is in $STATE/run/$run/log there. Deploy again, it goes on from any state" && exit 1 ;;
        "$ASKS") complain 'the connection was lost before the guest was started; nothing was changed, deploy again' && exit 1 ;;
        "$NEVER_BEGAN") complain 'the connection was lost before everything had arrived; nothing was changed, deploy again' && exit 1 ;;
        "$STILL_AT_WORK") complain "the work on the host has not ended after ten minutes; see $STATE/run/$run/log there" && exit 1 ;;
        *) exit "$status" ;;
      esac
    done
  done
  complain "the host has not been reachable for $PATIENCE seconds; what was done is in $STATE/run/$run/log there, use its console"
  exit 1
}

# Stops listening to a host that says too much or takes too long; its work goes on.
cut_off() { # <status of hear> <bytes> <seconds>
  complain "$unit: the host $(why_ended "$@"); its work goes on by itself, see $STATE/run/$run/log there"
  exit 1
}

read_runtime_hash
manifest=''
if [ "$action" != retire ]; then
  manifest=$(awk -v unit="$unit" '$1 == unit' manifest)
  if [ -z "$manifest" ]; then
    complain "the manifest in $PWD has no unit '$unit'; synthesize again"
    exit 1
  fi
fi

# Sends the unit and waits for its end. Sets `status`, and `said` to the complaints of ssh or of the host's shell.
send() {
  run=$(new_run)
  # A confirmation has to know the nonce, so that it can't be meant for another change.
  printf -v nonce '%04x%04x%04x%04x' "$RANDOM" "$RANDOM" "$RANDOM" "$RANDOM"
  printf '%s\n' "$nonce" >"$work/with/nonce"
  pack "$work/with" ${members[@]+"${members[@]}"} >"$work/unit" || exit 1
  with_runtime send_unit
  forget_dead_socket "$said"
  said=$heard
  case $status in "$TOO_MUCH" | "$TOO_LATE") cut_off "$status" "$most" "$LONGEST_WORK" ;; esac
}
# shellcheck disable=SC2317  # with_runtime calls it
send_unit() {
  status=0
  said=$(
    {
      speak both -o ControlMaster=no -o ControlPath="$socket" "$machine" "$(receive)" <"$work/unit" 2>&3 |
        hear "$most" "$LONGEST_WORK" >&4
    } 3>&1 | hear "$MOST_COMPLAINT" "$LONGEST_WORK"
  ) || status=$?
}

most=$MOST_PROGRESS
[ "$action" != show ] || most=$MOST_SHOWN
# shellcheck disable=SC2031  # a peer is asked in a subshell, with a `host` of its own
# If a host is gone for good, its stack can still be destroyed. The user asks for that by name.
if [ "$action" = retire ] && [ "${CDKTF_XEN_UNREACHABLE:-fail}" = skip ] && ! found=$(open_connection 2>&1) && is_unreachable "$found"; then
  printf '%s: note: not reachable; whatever is on it stays as it is, and is forgotten (CDKTF_XEN_UNREACHABLE=skip)\n' "$host"
  exit 0
fi
open_connection
if [ "$action" = apply ] && [ -f "copies/$unit" ]; then
  copy_disks
fi
exec 4>&1
gather
send
if [ "$status" -eq "$ASKS" ]; then
  check_peers
  ask_elsewhere >"$work/elsewhere"
  mv "$work/elsewhere" "$work/with/elsewhere"
  send
fi
[ "$status" -ne "$ARMED" ] || confirm
# 255 is ssh's own status, and work that was killed could not say so; in any other case the host has said why.
if [ "$status" -lt 128 ]; then
  [ -z "$said" ] || printf '%s\n' "$said" >&2
  exit "$status"
fi
if [ "$status" -ne 255 ]; then
  complain "the work on the host was killed (exit status $status), asking what has become of it"
  resume
fi
# Only an error before the login is sure to have changed nothing.
case $said in
  ssh:\ * | kex_exchange* | *$'\nssh: '* | *'Permission denied ('* | *'ost key'*) cannot_log_in "$said" ;;
esac
complain 'the connection was lost; the host goes on by itself, waiting for its result'
resume
