#!/bin/bash
# Runs where Terraform runs: streams one unit of a host's tree to the host and has it applied there.
#
#   CDKTF_XEN_TREE=<tree> deployer/carry.sh apply|retire|show HOST UNIT
#
# Everything goes through OpenSSH with the tree's own ssh_config and known_hosts. One login serves all steps of a
# deploy (a control socket that closes after a minute without use). Builtins where there is a choice, here and on the
# host: most of a deploy of many guests would be the start of small programs.
set -euo pipefail

action=$1
host=$2
unit=$3
tree=${CDKTF_XEN_TREE:?names the tree of the host}
case $tree in /*) ;; *) tree=$PWD/$tree ;; esac
# The stack's folder, for all that is sourced; what is done is done in the tree.
cd "${0%/*}/../.."

readonly STATE=/var/lib/cdktf-xen
# How long a lost connection is tried again, in seconds.
readonly PATIENCE=180
# What a host ends with that has armed a change of its network and waits for a confirmation from outside.
readonly ARMED=76

# What a host ends with that is about to start a guest and has to know first who runs elsewhere (host/guest/gate.sh).
readonly ASKS=79
# How much a host may say in one go: progress is some lines, a show has whole files in it, a complaint is short.
readonly MOST_PROGRESS=1048576
readonly MOST_SHOWN=16777216
readonly MOST_COMPLAINT=262144
# No work on a host takes this long, in seconds.
readonly LONGEST_WORK=21600

. runtime/deployer/connection.sh
. runtime/deployer/elsewhere.sh
. runtime/deployer/confirm.sh
if [ "$action" = apply ] && [ -f "$tree/copies/$unit" ]; then . runtime/deployer/copy.sh; fi
readonly STACK=$PWD
cd "$tree"

# Names stand in commands for the host's shell and in paths.
# shellcheck disable=SC2031  # a peer is asked in a subshell, with a `host` of its own
for word in "$action" "$host" "$unit"; do
  case $word in
    '' | [!A-Za-z0-9]* | *[!A-Za-z0-9._-]*)
      printf "error: carry.sh got '%s', allowed: letters, digits, dots, underscores and hyphens\n" "${word//[! -~]/?}" >&2
      exit 1
      ;;
  esac
done

# What goes with a unit beside its files, and what a session says; of no name that anybody could guess.
work=$(mktemp -d "${TMPDIR:-/tmp}/cdktf-xen-carry.XXXXXX")
trap 'rm -rf "$work"' EXIT

# tar of the runtime, the unit's files, and what is said about this very run: its manifest, what the plan saw, a nonce, and
# what other hosts say. Nothing whose size anybody else decides stands on a command line.
stream() {
  local path rooms value files=()
  # Only what the unit's work reads: a deploy of many guests sends it many times.
  rooms=(runtime/list runtime/both runtime/host/run.sh runtime/host/base runtime/host/facts runtime/host/unit/show.sh)
  case $unit in
    host) rooms+=(runtime/host/unit/host.sh runtime/host/unit/retire.sh runtime/host/guest) ;;
    roster) rooms+=(runtime/host/unit/roster.sh runtime/host/guest) ;;
    bridge-*) rooms+=(runtime/host/unit/bridge.sh runtime/host/network runtime/net-undo.sh) ;;
    domU-*) rooms+=(runtime/host/unit/guest.sh runtime/host/guest) ;;
  esac
  # Most guests' disks are left alone.
  if find_word "words/$unit" guest-os && [ -n "$value" ]; then rooms+=(runtime/host/disk); fi
  while read -r _ path _; do
    [ -z "$path" ] || files+=("$path")
  done <<EOT
$manifest
EOT
  COPYFILE_DISABLE=1 tar -cf - -C "$STACK" ${rooms[@]+"${rooms[@]}"} -C "$PWD" ${files[@]+"${files[@]}"} \
    -C "$work/with" manifest live generation elsewhere nonce
}

# What the host's shell runs before any of what has arrived: each file is one of the list, and the list is the one that
# synth has seen.
# shellcheck disable=SC2016,SC2031  # the host's shell expands these; a peer is asked in a subshell, with a `host` of its own
check_runtime() {
  printf '%s' "(cd \"\$r\" && echo '$runtime  runtime/list' | sha256sum --status -c - &&" \
    ' while read -r s p; do [ ! -f "$p" ] || printf "%s  %s\n" "$s" "$p"; done <runtime/list | sha256sum --status -c -)' \
    " || { echo '$host: error: the runtime of the stack was edited after synth, or damaged on the way; none of it was run," \
    " and nothing was changed: synthesize and deploy again'; rm -rf \"\$r\"; exit 73; };"
}

# What the host's shell runs. The work is done in a session of its own, so that a lost connection can't stop it half-way.
# shellcheck disable=SC2031  # a peer is asked in a subshell, with a `host` of its own
receive() {
  printf '%s' "umask 077; r=$STATE/run/$run; mkdir -p $STATE/run && mkdir \"\$r\"" \
    " && tar -xf - --no-same-owner --no-same-permissions -C \"\$r\"" \
    " || { echo '$host: error: cannot unpack into $STATE on the host, see the line above; nothing was changed'; rm -rf \"\$r\"; exit 73; };" \
    " $(check_runtime)" \
    " CDKTF_XEN_VIA=$via setsid bash \"\$r/runtime/host/run.sh\" $action $host $unit $run </dev/null & wait \$!"
}

# After a lost connection: the work goes on without us, so wait for its result.
# shellcheck disable=SC2016  # the host's shell expands these
await_result() {
  printf '%s' "r=$STATE/run/$run; t=$STATE/net/$run; [ -f \"\$r/pid\" ] || exit 74; n=0;" \
    ' while [ ! -f "$r/result" ] && [ $n -lt 600 ] && kill -0 "$(cat "$r/pid")"; do sleep 1; n=$((n+1)); done;' \
    ' cat "$r/progress"; [ $n -lt 600 ] || exit 75; s=$(cat "$r/result" || echo 137); [ "$s" -ge 128 ] || exit "$s";' \
    " case \"\$(cat \"\$t/phase\")\" in ''|staged*) exit 72 ;; *) exit $ARMED ;; esac"
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
        72) complain "the work on the host was killed; what it had done is in $STATE/run/$run/log there. Deploy again, it goes on from any state" && exit 1 ;;
        "$ASKS") complain 'the connection was lost before the guest was started; nothing was changed, deploy again' && exit 1 ;;
        74) complain 'the connection was lost before everything had arrived; nothing was changed, deploy again' && exit 1 ;;
        75) complain "the work on the host has not ended after ten minutes; see $STATE/run/$run/log there" && exit 1 ;;
        *) exit "$status" ;;
      esac
    done
  done
  complain "the host has not been reachable for $PATIENCE seconds; what was done is in $STATE/run/$run/log there, use its console"
  exit 1
}

# A host that floods us is not listened to any longer; what it does goes on.
cut_off() { # <status of hear> <bytes> <seconds>
  complain "$unit: the host $(why_ended "$@"); its work goes on by itself, see $STATE/run/$run/log there"
  exit 1
}

runtime=''
# shellcheck disable=SC2094  # one is a file, the other a variable
[ ! -f runtime ] || read -r runtime <runtime || :
# It stands in a command for the host's shell.
if [ ${#runtime} -ne 64 ] || [[ $runtime == *[!0-9a-f]* ]]; then
  complain "$PWD/runtime does not say which runtime it is for: the tree is of another version, synthesize again"
  exit 1
fi
manifest=''
if [ "$action" != retire ]; then
  manifest=$(awk -v unit="$unit" '$1 == unit' manifest)
  if [ -z "$manifest" ]; then
    complain "the manifest in $PWD has no unit '$unit'; synthesize again"
    exit 1
  fi
fi

# Streams the unit and waits for its end. Sets `status`, and `said`, what ssh or the host's shell has to complain of.
send() {
  # Unique, not secret: the host's folder is root's alone, and refuses a name that it has.
  printf -v run '%d-%04x%04x%04x' "$$" "$RANDOM" "$RANDOM" "$RANDOM"
  # What a confirmation has to know, so that it can't be meant for another change.
  printf -v nonce '%04x%04x%04x%04x' "$RANDOM" "$RANDOM" "$RANDOM" "$RANDOM"
  printf '%s\n' "$nonce" >"$work/with/nonce"
  status=0
  said=$(
    {
      stream | speak both -o ControlMaster=no -o ControlPath="$socket" "$machine" "$(receive)" 2>&3 |
        hear "$most" "$LONGEST_WORK" >&4
    } 3>&1 | hear "$MOST_COMPLAINT" "$LONGEST_WORK"
  ) || status=$?
  case $status in "$TOO_MUCH" | "$TOO_LATE") cut_off "$status" "$most" "$LONGEST_WORK" ;; esac
}

most=$MOST_PROGRESS
[ "$action" != show ] || most=$MOST_SHOWN
mkdir "$work/with"
printf '%s\n' "$manifest" >"$work/with/manifest"
# What the plan saw of the unit.
printf '%s' "${CDKTF_XEN_LIVE:-}" >"$work/with/live"
printf '%s' "${CDKTF_XEN_GENERATION:-}" >"$work/with/generation"
: >"$work/with/elsewhere"
if [ "$action" = apply ] && has_elsewhere; then echo unasked >"$work/with/elsewhere"; fi
# shellcheck disable=SC2031  # a peer is asked in a subshell, with a `host` of its own
# A host that is gone for good must not keep its stack from being destroyed; it is asked for by name.
if [ "$action" = retire ] && [ "${CDKTF_XEN_UNREACHABLE:-fail}" = skip ] && ! found=$(open_connection 2>&1) && is_unreachable "$found"; then
  printf '%s: note: not reachable; whatever is on it stays as it is, and is forgotten (CDKTF_XEN_UNREACHABLE=skip)\n' "$host"
  exit 0
fi
open_connection
if [ "$action" = apply ] && [ -f "copies/$unit" ]; then
  copy_disks
fi
exec 4>&1
send
if [ "$status" -eq "$ASKS" ]; then
  check_peers
  ask_elsewhere >"$work/elsewhere"
  mv "$work/elsewhere" "$work/with/elsewhere"
  send
fi
[ "$status" -ne "$ARMED" ] || confirm
# 255 is ssh's own, and what was killed on the host could not say so; anything else has said why.
if [ "$status" -lt 128 ]; then
  [ -z "$said" ] || printf '%s\n' "$said" >&2
  exit "$status"
fi
if [ "$status" -ne 255 ]; then
  complain "the work on the host was killed (exit status $status), asking what has become of it"
  resume
fi
# Only what fails before the login is sure to have changed nothing.
case $said in
  ssh:\ * | kex_exchange* | *$'\nssh: '* | *'Permission denied ('* | *'ost key'*) cannot_log_in "$said" ;;
esac
complain 'the connection was lost; the host goes on by itself, waiting for its result'
resume
