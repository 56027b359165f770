#!/bin/bash
# What stands beside a bridge, and the stack does not describe. What only a person can mend is refused with its cure.
# What does no harm stays, is told, and is no drift from then on. Sourced by host/unit/bridge.sh after
# host/compare/look.sh and host/network/state.sh.
# shellcheck disable=SC2154  # host/compare/look.sh sets `differences`

# Sets `differences` and `needs_switch`.
look_at_bridge() {
  local verdict fact
  look_at_unit before collect_network_facts
  needs_switch=no
  while IFS=$'\t' read -r verdict fact _; do
    case $verdict in
      missing | differs) ! is_running_kind "$fact" || needs_switch=yes ;;
      foreign) ! is_for_switch "$fact" || needs_switch=yes ;;
    esac
  done < <(printf '%s' "$differences")
}

# Whether a fact is about what a switch brings about.
is_running_kind() { # <fact>
  case " $RUNNING_KINDS " in *" ${1%% *} "*) true ;; *) false ;; esac
}

# Whether a foreign fact is taken away by a switch: the port of the uplink of now or of the last deploy, a bridge under
# its old name, an address of the uplink.
is_for_switch() { # <fact>
  case $1 in
    'link '*) true ;;
    'port '*) is_uplink_of_ours "${1##* }" ;;
    "address $HOLDER "*) false ;;
    'address '*) true ;;
    *) false ;;
  esac
}
is_uplink_of_ours() { # <link>
  local value=''
  find_word "$STATE/units/bridge-${FROM:-$BRIDGE}/words/bridge-${FROM:-$BRIDGE}" uplink || :
  [ "$1" = "$UPLINK" ] || [ "$1" = "$value" ]
}

# Whether a foreign fact is what only people can mend. What is running is not, if a switch comes: the files of people
# bring it back, or losses.sh refuses. A port that stays would make the switch fail.
is_left_to_people() { # <fact>
  case $1 in 'port '*) is_for_switch "$1" || return 0 ;; esac
  [ "$needs_switch" = no ] || ! is_running_kind "$1"
}

# Tells what is foreign and does no harm, and adds it to what is expected.
accept_foreign() {
  local verdict fact sentence cure
  while IFS=$'\t' read -r verdict fact sentence cure; do
    case "$verdict $fact" in
      'foreign key '* | 'foreign line '* | 'foreign link '* | 'foreign port '*) continue ;;
      'foreign '*) ;;
      'idle key '*' BRIDGE '*) say "note: $sentence" && continue ;;
      *) continue ;;
    esac
    if [ -n "$cure" ] || is_for_switch "$fact"; then continue; fi
    must "add to expect/$CDKTF_XEN_UNIT" add_expectation "allow $fact"
    say "note: ${sentence%, and nobody promised it}; it stays as it is"
  done < <(printf '%s' "$differences")
}
add_expectation() { printf '%s\n' "$1" >>"expect/$CDKTF_XEN_UNIT"; } # <line>
