#!/bin/bash
# Connections from where Terraform runs to a host. Sourced by deployer/carry.sh, in the tree's folder.
# shellcheck disable=SC2154  # `host` is deployer/carry.sh's

. runtime/deployer/listen.sh

# How long a login may take, in seconds. What ssh bounds by itself ends before that; a host that never answers whether it
# lets us in does not.
LOGIN_SECONDS=60
# What else there is to be done where nobody was reached; for those who know something.
cure=''

complain() { printf '%s: error: %s\n' "$host" "$*" >&2; }

# What a program was called with stands in paths, and in commands for a host's shell.
check_names() { # <program> <name>...
  local name program=$1
  shift
  for name in "$@"; do
    case $name in
      '' | [!A-Za-z0-9]* | *[!A-Za-z0-9._-]*)
        printf "error: %s got '%s', allowed: letters, digits, dots, underscores and hyphens\n" "$program" "${name//[! -~]/?}" >&2
        exit 1
        ;;
    esac
  done
}

# Whether a folder can hold sockets. Of a path of more than 103 characters no socket is made (macOS; 107 on Linux), ssh
# puts 17 of its own behind it while it makes one, and ours have up to 24 in the folder. In ControlPath a percent sign or
# a blank means something to ssh.
can_hold_sockets() { # <folder>
  case $1 in [!/]* | *[!A-Za-z0-9/._-]*) return 1 ;; esac
  [ ${#1} -le 62 ]
}

# Whether a folder is ours alone; it is made where it is missing.
is_ours_alone() { # <folder>
  local mode
  [ -d "$1" ] || mkdir -m 700 "$1" 2>/dev/null || :
  if [ -L "$1" ] || [ ! -d "$1" ] || [ ! -O "$1" ]; then return 1; fi
  mode=$(ls -ld "$1")
  case $mode in drwx------*) ;; *) return 1 ;; esac
}

# Sets `socket`. Its name is a hash of ssh_config and known_hosts, of everything that decides who is at the other end,
# so that a changed host key is never hidden by a connection that is still open. No folder for it means no sharing.
choose_socket() {
  local directory name=''
  socket=none
  read -r name <connection || :
  case $name in '' | *[!a-z0-9]*) return 0 ;; esac
  for directory in "${TMPDIR:-/tmp}" /tmp; do
    directory=${directory%/}/cdktf-xen-$UID
    if can_hold_sockets "$directory" && is_ours_alone "$directory"; then
      socket="$directory/${name:0:16}"
      return 0
    fi
  done
}

# A host that is being moved to another address is still found at the one that it moves from.
has_former() { [[ $'\n'$(<ssh_config)$'\n' == *$'\n'"Host $host-former"$'\n'* ]]; }

# Opens the connection that steps share. Sets `via` (main or former), `machine` (its name in ssh_config), `machines` (all
# names that the host may be found under) and `socket`, or ends the program.
open_connection() {
  local said=''
  machines=$host
  # shellcheck disable=SC2034  # for deployer/carry.sh
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
    said=$(speak out -o ControlPath=none "$machine" true </dev/null 2>&1 | hear 65536 "$LOGIN_SECONDS") || status=$?
    [ "$status" -ne "$TOO_LATE" ] || said=$(login_too_late)
    return "$status"
  fi
  # A plan that goes on without a host has to know whether it is there.
  if [ "${CDKTF_XEN_UNREACHABLE:-fail}" = skip ] && [ -S "$socket" ] && ! is_socket_alive; then rm -f "$socket"; fi
  [ ! -S "$socket" ] || return 0
  log="$socket.$$"
  until mkdir "$socket.lock" 2>/dev/null; do
    tries=$((tries + 1))
    # Whoever held the lock longer than a login may take is gone.
    [ "$tries" -lt $((LOGIN_SECONDS * 10 + 50)) ] || rm -rf "$socket.lock"
    sleep 0.1
    [ ! -S "$socket" ] || return 0
  done
  if [ ! -S "$socket" ]; then
    # The connection that stays must not hold our output open: Terraform would wait for it.
    ssh -F ssh_config -o ControlMaster=yes -o ControlPersist=60 -o ControlPath="$socket" -f -N "$machine" \
      </dev/null >"$log" 2>&1 &
    wait_for_login $! || status=$?
  fi
  rm -rf "$socket.lock"
  [ ! -f "$log" ] || said=$(clean 65536 0 <"$log") || :
  rm -f "$log"
  [ "$status" -ne "$TOO_LATE" ] || said=$(login_too_late)
  case $said in 'kex_exchange_identification: '*) hear_jump_host ;; esac
  return "$status"
}

is_socket_alive() { ssh -F ssh_config -o ControlPath="$socket" -O check "$machine" >/dev/null 2>&1; }

# A socket whose connection was killed stays, and each session logs in for itself and says so. Takes it away, and that
# line out of what a session said. Sets `heard`.
forget_dead_socket() { # <what the session said>
  local line
  heard=$1
  case $heard in *'Control socket connect('*) ;; *) return 0 ;; esac
  [ "$socket" = none ] || is_socket_alive || rm -f "$socket"
  heard=''
  while IFS= read -r line; do
    case $line in 'Control socket connect('*) ;; *) heard+=$line$'\n' ;; esac
  done < <(printf '%s\n' "$1")
  heard=${heard%$'\n'}
}

# Where a connection is to stay, ssh lets nobody hear its jump host's words. Once more without that, to have them. Sets
# log_in_once's `said` and `status`.
hear_jump_host() {
  [ -n "$(configured "$machine" ProxyJump)" ] || return 0
  status=0
  said=$(speak out -o ControlPath=none "$machine" true </dev/null 2>&1 | hear 65536 "$LOGIN_SECONDS") || status=$?
  [ "$status" -ne 0 ] || socket=none
}

login_too_late() { echo "Connection timed out: no login within $LOGIN_SECONDS s"; }

# Waits for a process that logs in, and ends it where it takes too long: its exit status, or TOO_LATE.
wait_for_login() { # <process>
  local login=$1 watcher status=0 started=$SECONDS
  (
    while [ $((SECONDS - started)) -lt "$LOGIN_SECONDS" ]; do
      sleep 1
      kill -0 "$login" || exit 0
    done
    kill "$login"
  ) </dev/null >/dev/null 2>&1 3>&- 4>&- 5>&- 6>&- &
  watcher=$!
  wait "$login" || status=$?
  # By a signal that nothing can catch: a subshell that was only just begun would still act on this shell's own traps.
  kill -KILL "$watcher" 2>/dev/null || :
  wait "$watcher" 2>/dev/null || :
  [ "$status" -lt 128 ] || [ $((SECONDS - started)) -lt "$LOGIN_SECONDS" ] || status=$TOO_LATE
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

# ssh's own words where nobody was reached. Whatever else it says is about the machine that it runs on, and is told as it
# is. Through a jump host it is that one's word on the way from there.
is_unreachable() { # <what ssh said>
  local said=$1
  if is_wrong_host "$said"; then return 1; fi
  # Of a socket that nobody listens at any more, ssh goes on without it.
  case $said in *'Control socket connect('*)
    said=${said##*Control socket connect(}
    case $said in *$'\n'*) said=${said#*$'\n'} ;; *) said='' ;; esac
    ;;
  esac
  case $said in
    *'Permission denied ('*) return 1 ;;
    *'ssh: connect to host '* | *'ssh_exchange_identification'* | *'kex_exchange_identification'*) ;;
    *'Connection timed out'* | *'Connection refused'* | *'Connection closed'* | *'Connection reset'*) ;;
    *'onnection to '*' timed out'* | *'Connection to '*' closed by remote host'* | *'banner exchange'*) ;;
    *'Timeout, server '* | *'stdio forwarding failed'* | *'Broken pipe'*) ;;
    *) is_unresolved "$said" ;;
  esac
}

is_unresolved() { # <what ssh said>
  case $1 in *'Could not resolve hostname'*) ;; *) return 1 ;; esac
}

# A word of what ssh_config has on a name, if it has it.
configured() { # <name in ssh_config> <word>
  awk -v name="$1" -v word="$2" '$1 == "Host" { here = $2 == name } here && $1 == word { print $2; exit }' ssh_config
}

# `address port`, as ssh_config has them.
where_is() { # <name in ssh_config>
  printf '%s port %s\n' "$(configured "$1" HostName)" "$(configured "$1" Port)"
}

# Which of the files with keys that ssh_config names is not to be read here.
unreadable_identity() { # <name in ssh_config>
  local file
  file=$(configured "$1" IdentityFile)
  case $file in [~]/*) file=${HOME-}/${file:2} ;; esac
  case $file in /*) [ -r "$file" ] || printf '%s' "$file" ;; esac
}

# Ends the program.
cannot_log_in() { # <what ssh said>
  local place jump name file at=$machine
  place=$(where_is "$at")
  [ "$via" = main ] || place="$(where_is "$host"), nor $place, where it moves from"
  jump=$(configured "$machine" ProxyJump)
  case ${jump:+$1} in
    'kex_exchange_identification'* | *'stdio forwarding failed'*)
      place="$place from its jump host, $(where_is "$jump")"
      ;;
    *'kex_exchange_identification'*) at=$jump place="$(where_is "$jump"), the jump host of $place" ;;
  esac
  [ -z "$1" ] || printf '%s\n' "$1" | sed 's/^/    /' >&2
  if is_wrong_host "$1"; then
    complain "the machine at $place does not have the host keys that the stack names; nothing was sent to it." \
      'If the host was really installed anew, compare "ssh-keyscan" with its console and put the new key into hostKeys.'
  elif is_unresolved "$1"; then
    name=${1##*Could not resolve hostname }
    complain "cannot resolve ${name%%:*} ($place): is the name right, and does this machine's name" \
      "service know it? Nothing was changed.${cure:+ $cure}"
  elif is_unreachable "$1"; then
    complain "cannot reach $place: is the host up, and is the address right? Nothing was changed.${cure:+ $cure}"
  elif [[ $1 == *'Permission denied ('* ]]; then
    file=$(unreadable_identity "$at")
    complain "$place is the right machine but lets us in with none of our keys:" \
      "check user and identityFile, or the ssh agent${file:+; $file can not be read here}; nothing was changed."
  elif [ -z "$1" ]; then
    complain "ssh has ended without a word before it was let in at $place. Most often the two have no host key's type," \
      "cipher or key exchange in common; this says more: ssh -v -F $PWD/ssh_config $machine true. Nothing was changed."
  else
    complain "ssh on this machine has failed before it came to $place, see above; mend its configuration." \
      'Nothing was changed.'
  fi
  exit 1
}
