#!/bin/bash
# The part of the running network that a switch can change, as text: the bridge under its old and new name, the uplink,
# the other interfaces below them, and what stands on one of these. Nothing else is looked at or put back. So a tunnel
# that ends, or an address that a cluster's manager moves, never makes the way back go on. Sourced after
# host/facts/bridge.sh.
#
#   touched NAME                          an interface that the switch can change
#   stacked NAME                          an interface that stands on a touched one (a VLAN)
#   bridge NAME STP DELAY-HUNDREDTHS      link NAME up|down MTU      port BRIDGE NAME
#   address NAME CIDR                     route WORDS OF IP-ROUTE    (over one of them, or a default route)
#   mtu NAME MTU                          (of a guest's end, which comes and goes with the guest)
#
# A snapshot is taken three times:
#   before   directly before the first command of the switch, when nothing can call it off any longer: what was taken
#            away until then was taken away on purpose
#   after    directly after the last command of the switch
#   left     when the way back begins: lines that were in `before` and in `after`, and hold no longer. The new state had
#            them, so another program or a person has taken them away, and the way back does not restore them
# The way back has to restore what is in `before` and not in `left`. Without three things the host is cut off, so they
# are always restored: links and bridges, the first address of an interface, and the default route over one of them. If
# the switch was cut short, there is no `after`, and everything of `before` is restored.

# Makes files with room for the facts, since the disk may be full when the facts are written.
readonly FACTS_ROOM=16383
reserve_facts() { # <file>...
  local file
  for file in "$@"; do printf '%*s\n' "$FACTS_ROOM" '' >"$file"; done
}

# Writes facts into a file; fails if a part of them could not be written.
put_facts() { # <file> <facts>
  local facts
  printf '%s\nend\n' "$2" 1<>"$1" && facts=$(read_facts "$1") && [ "$facts" = "$2" ]
}

# Prints the facts of a file; fails if they are not whole.
read_facts() { # <file>
  awk '$0 == "end" { whole = 1; exit } { print } END { exit !whole }' "$1" 2>/dev/null
}

# Prints the names behind a word, for example `names_in touched "$facts"`.
names_in() { # <word> <facts>
  printf '%s\n' "$2" | awk -v word="$1" '$1 == word { print $2 }'
}

# Prints `touched` and `stacked` lines. Stacked interfaces count: when the interface below goes down, the kernel forgets
# their routes.
touched_interfaces() {
  local name names=''
  for name in "$BRIDGE" "$FROM" "$UPLINK" $(other_uplinks "$BRIDGE") ${FROM:+$(other_uplinks "$FROM")}; do
    case "$names " in *" $name "*) continue ;; esac
    [ -z "$name" ] || names="$names $name"
  done
  # shellcheck disable=SC2086  # names of interfaces
  printf 'touched %s\n' $names
  ip -o link show 2>/dev/null | awk -v names="$names " '{
    sub(/:$/, "", $2)
    if (split($2, part, "@") == 2 && index(names, " " part[2] " ")) print "stacked", part[1]
  }'
}

# Prints routes, one a line, even if a route has several ways. Leaves out the routes that initscripts and the kernel
# make by themselves, and the kernel's remarks.
static_routes() { # <interface>...
  ip -4 route show 2>/dev/null | awk -v names=" $* " '
    function flush(   i, count, word, line, ours) {
      count = split(route, word, " ")
      ours = word[1] == "default"
      for (i = 1; i <= count; i++) {
        if (word[i] == "dev" && index(names, " " word[i + 1] " ")) ours = 1
        if (word[i] !~ /^(linkdown|dead|onlink|pervasive)$/) line = line (line == "" ? "" : " ") word[i]
      }
      if (ours && route !~ /proto kernel/ && route !~ /^169\.254\.0\.0\/16/) print line
      route = ""
    }
    /^[ \t]/ { route = route " " $0; next }
    { flush(); route = $0 }
    END { flush() }
  '
}

# Prints the facts about the interfaces that `touched_interfaces` has named.
take_snapshot() { # <touched and stacked lines>
  local word name port names
  names=$(printf '%s\n' "$1" | awk '{ print $2 }')
  for name in $names; do
    if [ ! -e "$NET/$name/mtu" ]; then continue; fi
    if is_bridge "$name"; then
      echo "bridge $name $(<"$NET/$name/bridge/stp_state") $(<"$NET/$name/bridge/forward_delay")"
      for port in $(ports_of "$name"); do
        echo "port $name $port"
        ! is_guest_port "$port" || echo "mtu $port $(<"$NET/$port/mtu")"
      done
    fi
    echo "link $name $(is_up "$name" && echo up || echo down) $(<"$NET/$name/mtu")"
    addresses_of "$name" | while read -r word; do echo "address $name $word"; done
  done
  # shellcheck disable=SC2086  # names of interfaces
  static_routes $names | while IFS= read -r word; do echo "route $word"; done
}

# Prints the lines of `before` that other programs or people have taken away since the switch, see above.
taken_by_others() { # <before> <after> <now>
  printf '%s\n' "$1" -- "$2" -- "$3" | awk '
    $0 == "--" { part++; next }
    part == 0 { line[++count] = $0; if ($1 == "touched") touched[$2] }
    part == 1 { after[$0] }
    part == 2 { now[$0] }
    function cuts_off(text,   i, word, words) {
      words = split(text, word, " ")
      if (word[1] == "address") return !(word[2] in seen)
      if (word[1] != "route") return 1
      if (word[2] != "default") return 0
      for (i = 1; i <= words; i++) if (word[i] == "dev" && word[i + 1] in touched) return 1
      return 0
    }
    END {
      for (i = 1; i <= count; i++) {
        if (line[i] in after && !(line[i] in now) && !cuts_off(line[i])) print line[i]
        split(line[i], word, " ")
        if (word[1] == "address") seen[word[2]]
      }
    }
  '
}

# Sets `to_restore`, the lines that the way back has to restore. Writes `left` before the first command of the way back,
# since another process may begin the way back again.
find_what_to_restore() {
  local before after now left=''
  before=$(read_facts before) || before=''
  if ! left=$(read_facts left); then
    left=''
    if after=$(read_facts after); then
      now=$(take_snapshot "$(printf '%s\n' "$before" | grep -E '^(touched|stacked) ')")
      left=$(taken_by_others "$before" "$after" "$now")
    fi
    put_facts left "$left" || left=''
    [ -z "$left" ] || printf 'taken away by somebody else since the switch, not put back:\n%s\n' "$left"
  fi
  to_restore=$(printf '%s\n' "$before" -- "$left" | awk '
    $0 == "--" { left = 1; next }
    !left { line[++count] = $0; next }
    { gone[$0] }
    END { for (i = 1; i <= count; i++) if (!(line[i] in gone)) print line[i] }
  ')
}

# Whether the way back has to restore a line.
is_to_restore() { # <fact>
  case $'\n'$to_restore$'\n' in *$'\n'"$1"$'\n'*) true ;; *) false ;; esac
}

# Whether a port of a guest is not ours to put back: its guest has ended, or it was moved to a bridge of other people.
is_elsewhere() { # <port>
  local now
  is_guest_port "$1" || return 1
  [ -e "$NET/$1" ] || return 0
  now=$(bridge_of "$1")
  [ -n "$now" ] && [ "$now" != "$BRIDGE" ] && [ "$now" != "$FROM" ]
}

# Prints the lines of `to_restore` that do not hold now.
snapshot_problems() {
  local kind name rest routes
  # shellcheck disable=SC2046  # names of interfaces
  routes=$(static_routes $(names_in touched "$to_restore") $(names_in stacked "$to_restore"))
  printf '%s\n' "$to_restore" | while read -r kind name rest; do
    case $kind in
      bridge) is_bridge "$name" || echo "bridge $name is gone" ;;
      link) [ "${rest%% *}" = down ] || is_up "$name" || echo "$name is down" ;;
      port) is_elsewhere "$rest" || [ "$(bridge_of "$rest")" = "$name" ] || echo "$rest is not a port of $name" ;;
      address) addresses_of "$name" | grep -Fxq "$rest" || echo "$name does not have address $rest" ;;
      route) printf '%s\n' "$routes" | grep -Fxq "$name $rest" || echo "the route '$name $rest' is gone" ;;
    esac
  done
}
