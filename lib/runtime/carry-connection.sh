#!/bin/bash
# Connections from where Terraform runs to a host. Sourced by carry.sh, in the tree's folder.
# shellcheck disable=SC2154  # `host` is carry.sh's

complain() { printf '%s: error: %s\n' "$host" "$*" >&2; }

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

# A host that is being moved to another address is still found at the one that it moves from.
has_former() { grep -q "^Host $host-former\$" ssh_config; }

# Opens the connection that steps share. Sets `via` (main or former), `machine` (its name in ssh_config), `machines` (all
# names that the host may be found under) and `socket`.
open_connection() {
  local said=''
  machines=$host
  # shellcheck disable=SC2034  # for carry.sh
  ! has_former || machines="$host $host-former"
  via=main
  machine=$host
  choose_socket
  if log_in_once; then return 0; fi
  if has_former && is_unreachable "$said"; then
    via=former
    machine=$host-former
    [ "$socket" = none ] || socket=$socket-former
    if log_in_once; then return 0; fi
  fi
  cannot_log_in "$said"
}

# Without this, ten steps that start together are ten logins, and sshd drops some of them (MaxStartups). Sets `said`.
log_in_once() {
  local tries=0 log status=0
  if [ "$socket" = none ]; then
    # Nothing to share, so nothing to open, unless two places have to be told apart.
    has_former || return 0
    said=$(ssh -F ssh_config -o ControlPath=none "$machine" true </dev/null 2>&1)
    return
  fi
  [ ! -S "$socket" ] || return 0
  log="$socket.$$"
  until mkdir "$socket.lock" 2>/dev/null; do
    tries=$((tries + 1))
    # Whoever held the lock this long is gone.
    [ "$tries" -lt 300 ] || rm -rf "$socket.lock"
    sleep 0.1
    [ ! -S "$socket" ] || return 0
  done
  if [ ! -S "$socket" ]; then
    # The connection that stays must not hold our output open: Terraform would wait for it.
    ssh -F ssh_config -o ControlMaster=yes -o ControlPersist=60 -o ControlPath="$socket" -f -N "$machine" \
      </dev/null >"$log" 2>&1 || status=$?
  fi
  rm -rf "$socket.lock"
  said=$(cat "$log" 2>/dev/null || :)
  rm -f "$log"
  return "$status"
}

# The network has changed under the shared connection: later steps begin a new one. Those at work on the old one are
# not disturbed.
forget_connection() {
  [ "$socket" != none ] || return 0
  ssh -F ssh_config -o ControlPath="$socket" -O stop "$machine" >/dev/null 2>&1 || :
  rm -f "$socket"
}

is_wrong_host() {
  case $1 in
    *'REMOTE HOST IDENTIFICATION HAS CHANGED'* | *'Host key verification failed'* | *'host key'*) true ;;
    *) false ;;
  esac
}

is_unreachable() {
  if is_wrong_host "$1"; then return 1; fi
  case $1 in *'Permission denied'*) return 1 ;; esac
}

# `address port`, as ssh_config has them.
where_is() { awk -v name="$1" '$1 == "Host" { here = $2 == name } here && $1 == "HostName" { a = $2 } here && $1 == "Port" { print a, "port", $2; exit }' ssh_config; }

# Takes what ssh said.
cannot_log_in() {
  local place
  place=$(where_is "$machine")
  [ "$via" = main ] || place="$(where_is "$host"), nor $place, where it moves from"
  printf '%s\n' "$1" | sed 's/^/    /' >&2
  if is_wrong_host "$1"; then
    complain "the machine at $place does not have the host keys that the stack names; nothing was sent to it." \
      'If the host was really installed anew, compare "ssh-keyscan" with its console and put the new key into hostKeys.'
  elif is_unreachable "$1"; then
    complain "cannot reach $place: is the host up, and is the address right? Nothing was changed."
  else
    complain "$place is the right machine but lets us in with none of our keys: check user and identityFile, or the ssh agent; nothing was changed."
  fi
  exit 1
}
