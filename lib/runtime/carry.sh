#!/bin/bash
# Runs where Terraform runs: streams one unit of a host's tree to the host and has it applied there.
#
#   CDKTF_XEN_TREE=<tree> carry.sh apply|retire HOST UNIT
#
# Everything goes through OpenSSH with the tree's own ssh_config and known_hosts. One login serves all steps of a
# deploy (a control socket that closes after a minute without use). Builtins where there is a choice, here and on the
# host: most of a deploy of many guests would be the start of small programs.
set -euo pipefail

action=$1
host=$2
unit=$3
cd "${CDKTF_XEN_TREE:?names the tree of the host}"

readonly STATE=/var/lib/cdktf-xen
# How long a lost connection is tried again, in seconds.
readonly PATIENCE=180

complain() { printf '%s: error: %s\n' "$host" "$*" >&2; }

# --- one login for all steps ------------------------------------------------------------------------------------

# Sets `socket`. Its name is a hash of ssh_config and known_hosts, of everything that decides who is at the other end,
# so that a changed host key is never hidden by a connection that is still open. A folder that is not ours alone means
# no sharing.
choose_socket() {
  local directory name
  directory="${TMPDIR:-/tmp}/cdktf-xen-$UID"
  [ -d "$directory" ] || mkdir -m 700 "$directory" 2>/dev/null || :
  socket=none
  if [ -d "$directory" ] && [ ! -L "$directory" ] && [ -O "$directory" ]; then
    read -r name <connection
    socket="$directory/$name"
  fi
}

# Without this, ten steps that start together are ten logins, and sshd drops some of them (MaxStartups).
log_in_once() {
  local tries=0 log="$socket.$$" status=0 said
  [ "$socket" != none ] && [ ! -S "$socket" ] || return 0
  until mkdir "$socket.lock" 2>/dev/null; do
    tries=$((tries + 1))
    # Whoever held the lock this long is gone.
    [ "$tries" -lt 300 ] || rm -rf "$socket.lock"
    sleep 0.1
    [ ! -S "$socket" ] || return 0
  done
  if [ ! -S "$socket" ]; then
    # The connection that stays must not hold our output open: Terraform would wait for it.
    ssh -F ssh_config -o ControlMaster=yes -o ControlPersist=60 -o ControlPath="$socket" -f -N "$host" \
      </dev/null >"$log" 2>&1 || status=$?
  fi
  rm -rf "$socket.lock"
  [ "$status" -ne 0 ] || { rm -f "$log" && return 0; }
  said=$(<"$log")
  rm -f "$log"
  cannot_log_in "$said"
}

# Takes what ssh said.
cannot_log_in() {
  local address port
  address=$(awk '$1 == "HostName" { print $2; exit }' ssh_config)
  port=$(awk '$1 == "Port" { print $2; exit }' ssh_config)
  printf '%s\n' "$1" | sed 's/^/    /' >&2
  case $1 in
    *'REMOTE HOST IDENTIFICATION HAS CHANGED'* | *'Host key verification failed'* | *'host key'*)
      complain "the machine at $address port $port does not have the host keys that the stack names; nothing was sent to it." \
        'If the host was really installed anew, compare "ssh-keyscan" with its console and put the new key into hostKeys.' ;;
    *'Permission denied'*)
      complain "$address port $port is the right machine but lets us in with none of our keys: check user and identityFile, or the ssh agent; nothing was changed." ;;
    *)
      complain "cannot reach $address port $port: is the host up, and is the address right? Nothing was changed." ;;
  esac
  exit 1
}

# --- the unit ---------------------------------------------------------------------------------------------------

# tar of the runtime and the unit's files.
stream() {
  local files=() path
  while read -r _ path _; do
    [ -z "$path" ] || files+=("$path")
  done <<EOF
$manifest
EOF
  COPYFILE_DISABLE=1 tar -cf - runtime ${files[@]+"${files[@]}"}
}

# What the host's shell runs. Names and manifest are plain text, which the model and the renderers see to. The work is
# done in a session of its own, so that a lost connection can't stop it half-way.
receive() {
  printf '%s' "umask 077; r=$STATE/run/$run; mkdir -p $STATE/run && mkdir \"\$r\"" \
    " && tar -xf - --no-same-owner --no-same-permissions -C \"\$r\" && printf '%s\\n' '$manifest' >\"\$r/manifest\"" \
    " || { echo '$host: error: cannot unpack into $STATE on the host, see the line above; nothing was changed'; rm -rf \"\$r\"; exit 73; };" \
    " setsid bash \"\$r/runtime/run.sh\" $action $host $unit $run </dev/null & wait \$!"
}

# After a lost connection: the work goes on without us, so wait for its result.
# shellcheck disable=SC2016  # the host's shell expands these
await_result() {
  printf '%s' "r=$STATE/run/$run; [ -d \"\$r\" ] || exit 74; n=0;" \
    ' while [ ! -f "$r/result" ] && [ $n -lt 600 ]; do sleep 1; n=$((n+1)); done;' \
    ' cat "$r/progress"; [ -f "$r/result" ] && exit "$(cat "$r/result")"; exit 75'
}

resume() {
  local waited=0 status
  complain 'the connection was lost; the host goes on by itself, waiting for its result'
  while [ "$waited" -lt "$PATIENCE" ]; do
    sleep 3
    waited=$((waited + 3))
    status=0
    ssh -F ssh_config -o ControlPath=none -o ConnectTimeout=5 "$host" "$(await_result)" </dev/null 2>/dev/null || status=$?
    case $status in
      255) continue ;;
      74) complain 'the connection was lost before everything had arrived; nothing was changed, deploy again' && exit 1 ;;
      75) complain "the work on the host has not ended after ten minutes; see $STATE/run/$run/log there" && exit 1 ;;
      *) exit "$status" ;;
    esac
  done
  complain "the host has not been reachable for $PATIENCE seconds; what was done is in $STATE/run/$run/log there, use its console"
  exit 1
}

manifest=''
# A dot in a unit's name fits itself; nothing else in it means more to grep than itself.
if [ "$action" = apply ] && ! manifest=$(grep "^$unit " manifest); then
  complain "the manifest in $PWD has no unit '$unit'; synthesize again"
  exit 1
fi

# Unique, not secret: the host's folder is root's alone, and refuses a name that it has.
printf -v run '%d-%04x%04x%04x' "$$" "$RANDOM" "$RANDOM" "$RANDOM"
choose_socket
log_in_once
status=0
exec 4>&1
said=$(stream | ssh -F ssh_config -o ControlMaster=no -o ControlPath="$socket" "$host" "$(receive)" 2>&1 >&4) || status=$?
# 255 is ssh's own; anything else came from the host, which has said why.
if [ "$status" -ne 255 ]; then
  [ -z "$said" ] || printf '%s\n' "$said" >&2
  exit "$status"
fi
# Only what fails before the login is sure to have changed nothing.
case $said in
  ssh:\ * | kex_exchange* | *$'\nssh: '* | *'Permission denied'* | *'ost key'*) cannot_log_in "$said" ;;
esac
resume
