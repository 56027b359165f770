#!/bin/bash
# Connections from where Terraform runs to a host. Sourced by deployer/carry.sh, in the tree's folder.
# shellcheck disable=SC2154  # `host` is deployer/carry.sh's

. runtime/deployer/listen.sh

# Seconds that a login may take. ssh's own limits end before that, but they don't cover a host that never answers
# whether it accepts the login.
LOGIN_SECONDS=60
# What a user can do if the host can't be reached; set by programs that know something.
cure=''

complain() { printf '%s: error: %s\n' "$host" "$*" >&2; } # <what>...

# Refuses other names: they go into paths, and into commands for a host's shell.
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

# Whether a folder can hold sockets. A socket's path has at most 103 characters (macOS; 107 on Linux). ssh adds 17 while
# it makes one, and our names have up to 24. In ControlPath a percent sign or a blank means something to ssh.
can_hold_sockets() { # <folder>
  case $1 in [!/]* | *[!A-Za-z0-9/._-]*) return 1 ;; esac
  [ ${#1} -le 62 ]
}

# Whether a folder belongs to this user alone; makes it if it is missing.
is_ours_alone() { # <folder>
  local mode
  [ -d "$1" ] || mkdir -m 700 "$1" 2>/dev/null || :
  if [ -L "$1" ] || [ ! -d "$1" ] || [ ! -O "$1" ]; then return 1; fi
  mode=$(ls -ld "$1")
  case $mode in drwx------*) ;; *) return 1 ;; esac
}

# Sets `socket`. Its name is a hash of ssh_config and known_hosts, which decide what is at the other end. So an open
# connection never hides a changed host key. Without a folder for sockets, no connection is shared.
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

# Whether the host moves: until it has moved, it is found at its former address.
has_former() { [[ $'\n'$(<ssh_config)$'\n' == *$'\n'"Host $host-former"$'\n'* ]]; }

# Opens the connection that steps share. Sets `via` (main or former), `machine` (its name in ssh_config), `machines`
# (all names that the host may be found under) and `socket`, or ends the program.
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

# Logs in once for all steps: ten logins at the same time are too many for sshd, which drops some (MaxStartups). Sets
# `said`.
log_in_once() {
  local tries=0 log status=0
  if [ "$socket" = none ]; then
    # Without a shared connection there is nothing to open, unless the host may be found in two places.
    has_former || return 0
    said=$(speak out -o ControlPath=none "$machine" true </dev/null 2>&1 | hear 65536 "$LOGIN_SECONDS") || status=$?
    [ "$status" -ne "$TOO_LATE" ] || said=$(login_too_late)
    return "$status"
  fi
  # A plan that goes on without a host has to know whether the host can be reached.
  if [ "${CDKTF_XEN_UNREACHABLE:-fail}" = skip ] && [ -S "$socket" ] && ! is_socket_alive; then rm -f "$socket"; fi
  [ ! -S "$socket" ] || return 0
  log="$socket.$$"
  until mkdir "$socket.lock" 2>/dev/null; do
    tries=$((tries + 1))
    # No login takes this long, so the program that made the lock is gone.
    [ "$tries" -lt $((LOGIN_SECONDS * 10 + 50)) ] || rm -rf "$socket.lock"
    sleep 0.1
    [ ! -S "$socket" ] || return 0
  done
  if [ ! -S "$socket" ]; then
    # The connection that stays open must not hold our output: Terraform would wait for it.
    ssh -F ssh_config -o ControlMaster=yes -o ControlPersist=60 -o ControlPath="$socket" -f -N "$machine" \
      </dev/null >"$log" 2>&1 &
    wait_for_login $! || status=$?
  fi
  rm -rf "$socket.lock"
  [ ! -f "$log" ] || said=$(clean 65536 0 <"$log") || :
  rm -f "$log"
  [ "$status" -ne "$TOO_LATE" ] || said=$(login_too_late)
  # Which of its own words ssh comes to is a race, and it may be none.
  case $status:$said in 0:* | "$TOO_LATE":*) ;; *: | *:kex_exchange_identification:\ *) hear_jump_host ;; esac
  return "$status"
}

is_socket_alive() { ssh -F ssh_config -o ControlPath="$socket" -O check "$machine" >/dev/null 2>&1; }

# If the shared connection was killed, its socket stays, and each session complains about it and logs in for itself.
# Removes such a socket. Sets `heard` to what the session said, without that complaint.
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

# ssh hides the words of a jump host if the connection is to stay. Tries again without that, to have these words. Sets
# log_in_once's `said` and `status`.
hear_jump_host() {
  [ -n "$(configured "$machine" ProxyJump)" ] || return 0
  status=0
  said=$(speak out -o ControlPath=none "$machine" true </dev/null 2>&1 | hear 65536 "$LOGIN_SECONDS") || status=$?
  [ "$status" -ne 0 ] || socket=none
}

login_too_late() { echo "Connection timed out: no login within $LOGIN_SECONDS s"; }

# Waits for a process that logs in, and kills it if it takes too long. Returns its exit status, or TOO_LATE.
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
  # KILL, since a subshell that has just begun would still act on this shell's own traps.
  kill -KILL "$watcher" 2>/dev/null || :
  wait "$watcher" 2>/dev/null || :
  [ "$status" -lt 128 ] || [ $((SECONDS - started)) -lt "$LOGIN_SECONDS" ] || status=$TOO_LATE
  return "$status"
}

# Ends the shared connection after a change of the network: later steps open a new one. Steps that use the old one go
# on.
forget_connection() {
  [ "$socket" != none ] || return 0
  ssh -F ssh_config -o ControlPath="$socket" -O stop "$machine" >/dev/null 2>&1 || :
  rm -f "$socket"
}

is_wrong_host() { # <what ssh said>
  case $1 in
    *'REMOTE HOST IDENTIFICATION HAS CHANGED'* | *'Host key verification failed'* | *'host key'*) true ;;
    *) false ;;
  esac
}

# Whether ssh's words mean that the host was not reached. Its other words are about this machine, and are told as they
# are. Behind a jump host, they are the jump host's words on its way to the host.
is_unreachable() { # <what ssh said>
  local said=$1
  if is_wrong_host "$said"; then return 1; fi
  # ssh goes on without a socket that has no listener any more.
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

# Prints a word of ssh_config about a name, or nothing.
configured() { # <name in ssh_config> <word>
  awk -v name="$1" -v word="$2" '$1 == "Host" { here = $2 == name } here && $1 == word { print $2; exit }' ssh_config
}

# Prints `address port`, as ssh_config has them; the name alone if its user's own configuration has them.
where_is() { # <name in ssh_config>
  local address
  address=$(configured "$1" HostName)
  if [ -n "$address" ]; then printf '%s port %s\n' "$address" "$(configured "$1" Port)"; else printf '%s\n' "$1"; fi
}

# Prints the key file of ssh_config if it can't be read here.
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
  if is_wrong_host "$1" && [ ! -f known_hosts ]; then
    complain "the host key of $place is not the one that this user knows, or this user knows none;" \
      'nothing was sent to it. Compare it with the one that the machine shows at its console' \
      "(ssh-keygen -lf /etc/ssh/ssh_host_rsa_key.pub), and log in once by hand: ssh $machine"
  elif is_wrong_host "$1"; then
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
