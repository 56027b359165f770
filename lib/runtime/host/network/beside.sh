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

# Whether a foreign fact is taken away by a switch: a port, a bridge under its old name, an address of the uplink.
is_for_switch() { # <fact>
  case $1 in
    'port '* | 'link '*) true ;;
    "address $HOLDER "*) false ;;
    'address '*) true ;;
    *) false ;;
  esac
}

# Fails with all that only a person can mend, so that people can cure it in one go. What is running is not counted if a
# switch comes: the files of people bring it back, or losses.sh refuses.
refuse_foreign() {
  local verdict fact sentence cure lines=()
  while IFS=$'\t' read -r verdict fact sentence cure; do
    if [ "$verdict" != foreign ] || [ -z "$cure" ]; then continue; fi
    if [ "$needs_switch" = yes ] && is_running_kind "$fact"; then continue; fi
    lines+=("$sentence" "  $cure")
  done < <(printf '%s' "$differences")
  [ ${#lines[@]} -eq 0 ] || fail "${lines[0]}" "${lines[1]#  }" "${lines[@]:2}"
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
