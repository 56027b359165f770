#!/bin/bash
# Asks the other hosts that the app describes on a guest's Lans who runs there under its MACs. Sourced by carry.sh, in the
# tree's folder, once a host has said that it is about to start the guest.
# shellcheck disable=SC2154  # host, unit and socket are carry.sh's

# How many hosts are asked at the same time.
readonly ASKED_AT_ONCE=32

# `<lan> <mac>` per vif of the unit's guest.
own_macs() { awk -v guest="${unit#domU-}" '$4 == "guest-vif" && $6 == guest { print $1, $2 }' census; }

# `<host> <tree>` of the other hosts that the app describes: in this stack, and in the other stacks beside it.
other_trees() {
  local tree name
  for tree in ../../*/tree ../../../../*/assets/*/tree; do
    name=${tree%/tree}
    name=${name##*/}
    if [ -f "$tree/census" ] && [ "$name" != "$host" ]; then printf '%s %s\n' "$name" "$tree"; fi
  done
}

# Those with something on one of the guest's Lans.
peer_trees() {
  local tree name lans
  lans=$(own_macs | cut -d ' ' -f 1 | sort -u | tr '\n' ' ')
  other_trees | while read -r name tree; do
    awk -v lans="$lans" 'BEGIN { split(lans, list, " "); for (i in list) wanted[list[i]] } $1 in wanted { found = 1; exit } END { exit !found }' "$tree/census" || continue
    printf '%s %s\n' "$name" "$(cd "$tree" && pwd -P)"
  done | sort -u -k 1,1
}

# Whether there may be anybody to ask. Which of them has to do with the guest is looked up once its host wants to know.
has_elsewhere() {
  case $unit in domU-*) ;; *) return 1 ;; esac
  [ ! -f "handover/$unit" ] || return 0
  [ -f census ] && [ -n "$(other_trees)" ]
}

# Asks one host, in its tree's folder: its lines, each with its name behind the first word, or why it can't be asked. Only
# of the host that hands over it matters that it had nothing to say.
# A bridge that the census knows to lie on another Lan has other machines' MACs.
# shellcheck disable=SC2016,SC2030,SC2031  # the host's shell expands; a subshell's variables are its own on purpose
ask_peer() (
  name=$1
  cd "$2" || exit
  host=$name
  if ! answer=$(
    open_connection 2>&1 &&
      { printf 'MACS="%s" GUESTS="%s"\n' "$macs" "$guests" && cat runtime/numbers.sh runtime/xen-state.sh runtime/saved-guests.sh runtime/who-runs.sh; } |
      ssh -F ssh_config -o ControlMaster=no -o ControlPath="$socket" "$machine" 'exec bash -s' 2>&1
  ); then
    printf 'silent %s %s\n' "$name" "$(printf '%s' "$answer" | tr '\n' ' ' | tr -cd '\040-\176' | cut -c 1-300)"
    exit 0
  fi
  [ "$name" != "$from_host" ] || printf 'host %s answered\n' "$name"
  {
    awk -v lans="$lans" '
      BEGIN { split(lans, list, " "); for (i in list) wanted[list[i]] }
      FILENAME == ARGV[1] { if ($4 == "bridge") lan[$6] = $1; next }
      $1 == "vif" && ($5 in lan) && !(lan[$5] in wanted) { next }
      $1 == "vif" || $1 == "auto" || $1 == "saved" { print }
    ' census - <<<"$answer"
  } | sed "s/^\([a-z]*\) /\1 $name /"
)

# Prints what all of them say, and for a guest that takes another's place whose.
ask_elsewhere() {
  local name tree from_host='' from_guest='' how='' asked=0 folder
  local macs lans guests=${unit#domU-}
  macs=$(own_macs | cut -d ' ' -f 2 | sort -u | tr '\n' ' ')
  lans=$(own_macs | cut -d ' ' -f 1 | sort -u | tr '\n' ' ')
  if [ -f "handover/$unit" ]; then
    read -r from_host from_guest how <"handover/$unit"
    guests="$guests $from_guest"
  fi
  folder=$(mktemp -d)
  while read -r name tree; do
    ask_peer "$name" "$tree" >"$folder/$name" &
    asked=$((asked + 1))
    [ $((asked % ASKED_AT_ONCE)) -ne 0 ] || wait
  done < <(peer_trees)
  wait
  [ -z "$from_host" ] || printf 'handover %s %s %s\n' "$from_host" "$from_guest" "$how"
  cat "$folder"/* 2>/dev/null || :
  rm -rf "$folder"
  echo 'asked'
}
