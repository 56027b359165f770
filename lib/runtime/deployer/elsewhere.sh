#!/bin/bash
# Asks the other hosts that the app describes on a guest's Lans what runs there under the guest's MACs. Sourced by
# deployer/carry.sh, in the tree's folder, once a host has said that it is about to start the guest. A slow or talkative
# host must not delay the others: each host has a limit of seconds and bytes, and counts as unable to answer after that.
#
# The tree's `peers` names those hosts, a line each: HOST STACK LAN[,LAN...]
# shellcheck disable=SC2154  # host, unit, work, STACK and socket are deployer/carry.sh's

# How many hosts are asked at the same time.
readonly ASKED_AT_ONCE=32
# Seconds that a host may take for the login, and then for the answer.
readonly PEER_LOGIN=30
readonly PEER_ANSWER=30
readonly MOST_ANSWER=65536

# Prints `<lan> <mac>` per vif of the unit's guest.
own_macs() { awk -v guest="${unit#domU-}" '$4 == "guest-vif" && $6 == guest { print $1, $2 }' census; }

in_a_line() { tr '\n' ' '; }

# Prints `<host> <stack>` of the hosts that `peers` names on some Lans. Fails if a line can't be understood.
listed_peers() { # <lans, a blank around each>
  local name stack lans lan rest
  [ -f peers ] || return 0
  while read -r name stack lans rest; do
    case $name:$stack:$lans in
      *:*:*:* | :* | *::* | *: | *[!A-Za-z0-9._:,-]*) rest=wrong ;;
    esac
    if [ -n "$rest" ]; then
      complain "$PWD/peers has a line that is none of it, allowed: HOST STACK LAN[,LAN...]; synthesize again"
      return 1
    fi
    while [ -n "$lans" ]; do
      lan=${lans%%,*}
      case $1 in *" $lan "*) printf '%s %s\n' "$name" "$stack" && break ;; esac
      case $lans in *,*) lans=${lans#*,} ;; *) lans='' ;; esac
    done
  done <peers
}

# Sets `tree` to the tree of a listed host: in its own stack's folder, or beside this one if this folder travels alone.
find_peer_tree() { # <host> <stack>
  for tree in "../../../../$2/assets/$1/tree" "../../$1/tree"; do
    [ ! -f "$tree/census" ] || return 0
  done
  return 1
}

# Refuses to start the guest if a host can't be asked since its tree is not here: the guest may run there.
check_peers() {
  local lans listed name stack tree missing=''
  case ${CDKTF_XEN_PEERS:-ask} in ask | skip) ;; *)
    complain "CDKTF_XEN_PEERS is '${CDKTF_XEN_PEERS//[! -~]/?}', allowed: ask, skip" && exit 1
    ;;
  esac
  if [ ! -f peers ]; then
    printf '%s %s: note: the tree is of an older version and does not name the other hosts of its lans; only those are asked whose trees lie beside it\n' "$host" "$unit"
    return 0
  fi
  lans=" $(own_macs | cut -d ' ' -f 1 | sort -u | in_a_line)"
  listed=$(listed_peers "$lans") || exit 1
  while read -r name stack; do
    if [ -z "$name" ] || [ "$name" = "$host" ] || find_peer_tree "$name" "$stack"; then continue; fi
    missing="$missing $name (stack $stack)"
  done <<<"$listed"
  [ -n "$missing" ] || return 0
  if [ "${CDKTF_XEN_PEERS:-ask}" = skip ]; then
    printf '%s %s: note: not asked who runs there, for their trees are not here:%s (CDKTF_XEN_PEERS=skip)\n' "$host" \
      "$unit" "$missing"
    return 0
  fi
  complain "$unit: before a guest starts, the other hosts of its lans are asked who runs there, and nothing here says how to" \
    "reach$missing. Deploy from the whole cdktf.out, with the folders of all stacks, or go on without them knowingly:" \
    'CDKTF_XEN_PEERS=skip. Nothing was changed.'
  exit 1
}

# Prints `<host> <tree>` of the other hosts that the app describes, in this stack and in the stacks beside it.
other_trees() {
  local tree name
  for tree in ../../*/tree ../../../../*/assets/*/tree; do
    name=${tree%/tree}
    name=${name##*/}
    case $name in *[!A-Za-z0-9._-]*) continue ;; esac
    if [ -f "$tree/census" ] && [ "$name" != "$host" ]; then printf '%s %s\n' "$name" "$tree"; fi
  done
}

# Prints the trees of hosts with something on one of the guest's Lans. Of two trees of one host, `peers` says which
# counts.
peer_trees() {
  local tree name stack
  {
    listed_peers " $lans" | while read -r name stack; do
      if [ "$name" != "$host" ] && find_peer_tree "$name" "$stack"; then printf '%s %s\n' "$name" "$tree"; fi
    done
    other_trees | awk '!seen[$1]++' | while read -r name tree; do
      awk -v lans="$lans" '
        BEGIN { split(lans, list, " "); for (i in list) wanted[list[i]] }
        $1 in wanted { found = 1; exit }
        END { exit !found }
      ' "$tree/census" || continue
      printf '%s %s\n' "$name" "$tree"
    done
  } | awk '!seen[$1]++'
}

# Whether there may be hosts to ask. Which of them are asked is decided once the guest's host wants to know.
has_elsewhere() {
  case $unit in domU-*) ;; *) return 1 ;; esac
  [ ! -f "handover/$unit" ] || return 0
  [ -f census ] || return 1
  [ ! -f peers ] || [ -s peers ] || [ -n "$(other_trees)" ]
}

# Asks one host, in its tree's folder. Prints its lines, each with the host's name behind the first word, or why it
# can't be asked. For the host that hands the guest over, it also prints that the host has answered. A bridge that the
# census has on another Lan has other machines' MACs.
# shellcheck disable=SC2030,SC2031,SC2034  # a subshell's variables are its own on purpose
ask_peer() ( # <host> <tree>
  name=$1 host=$1 status=0
  LOGIN_SECONDS=$PEER_LOGIN
  cd "$2" || exit
  # In a subshell: if the host is not reached, open_connection ends it.
  answer=$(
    open_connection 2>&1
    question "${macs//[!0-9a-f: ]/}"$'\n'"${guests//[!A-Za-z0-9._ -]/}"$'\n' "$MOST_ANSWER" "$PEER_ANSWER" \
      runtime/host/who-runs.sh 2>&1
    printf '%s\n' "$answer"
    exit "$status"
  ) || status=$?
  case $status in
    0) ;;
    "$TOO_MUCH" | "$TOO_LATE") answer="it $(why_ended "$status" "$MOST_ANSWER" "$PEER_ANSWER")" ;;
  esac
  if [ "$status" -ne 0 ]; then
    answer=$(printf '%s' "$answer" | in_a_line)
    printf 'silent %s %s\n' "$name" "${answer:0:300}"
    exit 0
  fi
  [ "$name" != "$from_host" ] || printf 'host %s answered\n' "$name"
  awk -v lans="$lans" -v name="$name" '
    BEGIN { split(lans, list, " "); for (i in list) wanted[list[i]] }
    FILENAME == ARGV[1] { if ($4 == "bridge") lan[$6] = $1; next }
    $1 == "vif" && ($5 in lan) && !(lan[$5] in wanted) { next }
    $1 == "vif" || $1 == "auto" || $1 == "saved" { word = $1; sub(/^[a-z]+ +/, ""); print word, name, $0 }
  ' census - <<<"$answer"
)

# Prints what all hosts say. If the guest takes another one's place, prints whose.
ask_elsewhere() {
  local name tree from_host='' from_guest='' how='' asked=0
  local macs lans guests=${unit#domU-}
  macs=$(own_macs | cut -d ' ' -f 2 | sort -u | in_a_line)
  lans=$(own_macs | cut -d ' ' -f 1 | sort -u | in_a_line)
  if [ -f "handover/$unit" ]; then
    read -r from_host from_guest how <"handover/$unit"
    guests="$guests $from_guest"
  fi
  mkdir "$work/answers"
  while read -r name tree; do
    ask_peer "$name" "$tree" >"$work/answers/$name" &
    asked=$((asked + 1))
    [ $((asked % ASKED_AT_ONCE)) -ne 0 ] || wait
  done < <(peer_trees)
  wait
  [ -z "$from_host" ] || printf 'handover %s %s %s\n' "$from_host" "$from_guest" "$how"
  # One file at a time: a list of many names may be too long.
  for name in "$work"/answers/*; do
    [ ! -f "$name" ] || cat "$name"
  done
  rm -rf "$work/answers"
  echo 'asked'
}
