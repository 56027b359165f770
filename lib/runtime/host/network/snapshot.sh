#!/bin/bash
# What of the running network a switch can change, as text: the bridge by both of its names, the uplink, what else is
# under them, and what stands on one of these. Nothing else is looked at, so nothing else is put back, or is a reason to
# go on going back: a tunnel that ends, an address that a cluster's manager moves. Sourced after host/facts/bridge.sh.
#
#   touched NAME | stacked NAME           an interface that this is about; one that stands on such a one (a VLAN)
#   bridge NAME STP DELAY-HUNDREDTHS      link NAME up|down MTU      port BRIDGE NAME
#   address NAME CIDR                     route WORDS OF IP-ROUTE    (over one of them, or a default route)
#   mtu NAME MTU   (of a guest's end, which comes and goes with the guest)
#
# It is taken three times:
#   before   directly before the switch's first command, when nobody can call it off any longer: what had left until then
#            had left on purpose
#   after    directly after the switch's last command
#   left     when the way back begins, what was there before and after and is not any longer: the new state did carry it,
#            so somebody else has taken it away, and it is not ours to put back
# The way back has to bring what is in `before` and not in `left`. Three things are wanted back whoever took them, for
# without them the host is cut off: links and bridges, the first address of an interface, and the default route over one
# of them. Where the switch was cut short there is no `after`, and everything of `before` is wanted.

# The facts have room in files from the beginning: the disk may be full by the time they are written.
readonly FACTS_ROOM=16383
reserve_facts() { # <file>...
  local file
  for file in "$@"; do printf '%*s\n' "$FACTS_ROOM" '' >"$file"; done
}

# Fails where not all of it could be written.
put_facts() { # <file> <facts>
  local facts
  printf '%s\nend\n' "$2" 1<>"$1" && facts=$(read_facts "$1") && [ "$facts" = "$2" ]
}

# Prints the facts of a file; fails where they are not whole.
read_facts() { # <file>
  awk '$0 == "end" { whole = 1; exit } { print } END { exit !whole }' "$1" 2>/dev/null
}

# Prints the names behind a word: `names_in touched "$facts"`.
names_in() { # <word> <facts>
  printf '%s\n' "$2" | awk -v word="$1" '$1 == word { print $2 }'
}

# `touched` and `stacked` lines. The kernel forgets the routes of what stands on an interface that goes down.
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

# What initscripts and the kernel make by themselves, with addresses, is left out; so are the kernel's own remarks. One
# route is one line, however many ways it has.
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

# The facts about interfaces that `touched_interfaces` has named.
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

# Prints the lines of `before` that somebody else has taken away since the switch, see above.
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

# Sets `to_restore`, what the way back has to bring. Noted before its first command, for it may be begun again by
# somebody else.
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

# Whether the way back has to bring a line.
is_to_restore() { # <fact>
  case $'\n'$to_restore$'\n' in *$'\n'"$1"$'\n'*) true ;; *) false ;; esac
}

# A guest that has ended meanwhile took its port along, and one that was put on a bridge of somebody else's is theirs.
is_elsewhere() { # <port>
  local now
  is_guest_port "$1" || return 1
  [ -e "$NET/$1" ] || return 0
  now=$(bridge_of "$1")
  [ -n "$now" ] && [ "$now" != "$BRIDGE" ] && [ "$now" != "$FROM" ]
}

# Lines of what is wanted that do not hold now.
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
