#!/bin/bash
# No guest starts while its MAC is seen on another machine, or another machine answers to its address. Two machines with
# one MAC take each other off the network, for seconds or for good. Sourced by host/unit/guest.sh.

# Set if the guest takes the place of another one whose own host has proven that it is down.
taken_over=''

# Sets `own_files`, words of facts: the guest's files, and what stands in their place now. The deploy puts that right.
find_own_files() {
  local file word
  own_files=' '
  for file in "$CONFIG" "$AUTO"; do
    encode "$file"
    own_files+="$word "
    [ -L "$file" ] || continue
    encode "$(readlink -f "$file")"
    own_files+="$word "
  done
}

# Whether a fact is about another guest, running or only described: it must not have a MAC, an address or a disk of this
# one.
is_of_another_guest() { # <fact>
  local kind subject
  read -r kind subject _ < <(printf '%s\n' "$1")
  case $kind in
    vif | disk) [ "$subject" != "$DOMU" ] ;;
    config-*) case $own_files in *" $subject "*) false ;; *) true ;; esac ;;
    *) false ;;
  esac
}

# Asks Xen about the other domains of this host, paused ones too.
check_domains() {
  local vif rest mac domain_name domid=$domid
  find_domains
  find_backends
  for vif in ${VIFS[@]+"${VIFS[@]}"}; do
    rest=${vif#*,}
    mac=${rest%%,*}
    # The same MAC on another Lan is no conflict.
    ! find_owner_of_mac "$mac" "${vif%%,*}" || fail \
      "MAC $mac is in use: guest $domain_name runs with it on this host (domain $domid)" \
      "shut it down first: xl shutdown -w $(name_for_command "$domain_name" "$domid")" \
      'if both are to live, one of them needs another MAC: a copy needs a name of its own'
  done
}

# Reads what the other described hosts of the Lan have answered, see deployer/elsewhere.sh and host/facts/who-runs.sh.
check_elsewhere() {
  local word name guest what mac bridge from='' from_guest='' how=''
  [ -s elsewhere ] || return 0
  [ "$(<elsewhere)" != unasked ] || exit "$ASKS"
  while read -r word name guest what mac bridge; do
    case $word in
      vif) fail "MAC $mac is in use: guest $guest runs with it on host $name (domain $what, bridge $bridge)" \
        "if that is the same guest on its way here, shut it down there first: xl shutdown -w $guest" \
        'if both are to live, one of them needs another MAC: a copy needs a name of its own (DomU.copyOf)' ;;
      auto) fail "guest $guest still starts with host $name ($what), and would be there again with MAC $mac" \
        "if it has moved here, take that away there: rm $what" ;;
      saved) fail "guest $guest lies saved on host $name in $what, and would be there again with its MAC once restored" \
        "restore it there and shut it down (xl restore $what; xl shutdown -w $guest), or remove the file and lose what was in its memory" ;;
      handover) from=$name from_guest=$guest how=$what ;;
      silent) say "note: host $name can not say who runs there: $guest $what $mac $bridge" ;;
    esac
  done <elsewhere
  [ -z "$from" ] || check_handover
}

# Called when no line of the other hosts forbids the start.
check_handover() {
  if grep -Fxq "host $from answered" elsewhere; then
    say "guest $from_guest is down on host $from and no longer starts there; taking its place"
  elif [ "$how" = gone ]; then
    say "note: host $from is said to be gone and does not answer; only the wire is asked"
  else
    fail "guest $from_guest hands over, and its host $from can not be asked whether it is down" \
      'make the host reachable and deploy again; if that machine is off for good, say so: sourceHostIsGone: true'
  fi
  taken_over=yes
}

# Whether a MAC that a bridge remembers is still talking. If its machine is off, the age that the bridge shows only
# grows.
still_talks() { # <bridge> <mac> <age in seconds>
  local before=$3 age looks=0
  while [ $looks -lt 3 ]; do
    looks=$((looks + 1))
    sleep 1
    read -r _ age < <(seen_on "$1" "$2")
    [ -n "$age" ] || return 1
    awk -v before="$before" -v age="$age" 'BEGIN { exit !(age < before + 0.5) }' && return 0
    before=$age
  done
  return 1
}

check_wires() {
  local vif rest
  for vif in ${VIFS[@]+"${VIFS[@]}"}; do
    rest=${vif#*,}
    check_wire "${vif%%,*}" "${rest%%,*}" "${rest#*,}"
  done
}

# An address that the stack does not know can't be asked for.
check_wire() { # <bridge> <mac> <address>|dhcp|none|unknown
  local bridge=$1 mac=$2 address=$3 port='' age='' answers alive=no
  ! mac_answers "$bridge" "$mac" || alive=yes
  read -r port age < <(seen_on "$bridge" "$mac") || :
  if [ "$alive" = yes ] || { [ -n "$port" ] && { [ -z "$taken_over" ] || still_talks "$bridge" "$mac" "$age"; }; }; then
    fail "MAC $mac is in use: $bridge saw it ${age:-0} s ago on port ${port:-unknown}, $(owner_of_port "$port")" \
      'shut that machine down first; if it is gone already, the bridge forgets it five minutes after its last frame' \
      'if both are to live, one of them needs another MAC: a copy needs a name of its own'
  fi
  ! is_unchecked "$address" || return 0
  answers=$(answering_macs "$bridge" "$address" | sort -u | tr '\n' ' ')
  answers=${answers% }
  [ -z "$answers" ] || fail "address $address is taken: $answers answers to it on $bridge" \
    "it is $(owner_of_port "$(seen_on "$bridge" "${answers%% *}" | cut -d' ' -f1)")" \
    'shut that machine down first, or give the guest another address'
}
