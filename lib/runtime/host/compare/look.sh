#!/bin/bash
# What an apply sees of its own unit: facts against what the unit expects now, and what the other units on record do.
# Sourced by host/unit/*.sh after host/facts/collector.sh and host/compare/compare.sh; reads `expect`, `manifest`,
# `dropped` and `waiting` in the working directory.

. runtime/host/compare/records.sh
. runtime/host/compare/waiting.sh

# Sets `differences`, a line `VERDICT<tab>FACT<tab>SENTENCE<tab>CURE` for each thing that is not as it must be, and
# fails if that is not known. `before` the work, files that it writes or removes count as done. If kinds are named,
# nothing is known of the others, and what is missing of them means nothing.
look_at_unit() { # before|after <collector of facts> [<kind>]...
  # shellcheck disable=SC2034  # find_scope sets wanted_files
  local expectations kinds facts said unit verdict rest sentence unknown='' wanted_files=''
  expectations=$(print_own_expectations "$1" && print_expectations_of_others) ||
    fail 'the expectations can not be read' 'deploy again'
  find_scope "$(<"expect/$CDKTF_XEN_UNIT")"
  [ $# -eq 2 ] || kinds=${*:3}
  # shellcheck disable=SC2086  # words
  facts=$("$2" $kinds) || fail 'the facts of the host can not be collected' 'deploy again'
  said=$(compare_facts "$expectations" "$facts") || fail 'the facts of the host can not be compared: awk failed'
  differences=''
  while IFS=$'\t' read -r unit verdict rest; do
    [ "$unit" = "$CDKTF_XEN_UNIT" ] || continue
    differences+=$verdict$'\t'$rest$'\n'
    sentence=${rest#*$'\t'}
    sentence=${sentence%%$'\t'*}
    case $verdict in
      unknown) unknown+="; $sentence" ;;
      unseen) [ "$1" = after ] || say "note: this could not be looked at: $sentence" ;;
    esac
  done < <(printf '%s\n' "$said")
  [ -z "$unknown" ] || fail "it is not known what is on the host: ${unknown#; }" 'mend that, then deploy again'
}

print_own_expectations() { # before|after
  local text waiting=''
  text="unit $CDKTF_XEN_UNIT"$'\n'$(<"expect/$CDKTF_XEN_UNIT") || return 1
  if [ "$1" = after ]; then
    [ ! -s waiting ] || add_waiting "$CDKTF_XEN_UNIT" waiting
    printf '%s\n' "$text" | awk -v waiting="$waiting" "$WAITING_AWK"
    return
  fi
  printf '%s\n' "$text"
  { awk '$2 ~ /^files\// { print substr($2, 6) }' manifest && { [ ! -f dropped ] || cat dropped; }; } |
    awk '{ print "allow key " $0 " *"; print "allow line " $0 " *"; print "allow file " $0 " *" }'
}

# Leaves out a bridge's old name, which this unit takes over.
print_expectations_of_others() {
  local unit path folder files=()
  for folder in "$STATE"/units/*; do
    unit=${folder##*/}
    path=$folder/expect/$unit
    if [ "$unit" = "$CDKTF_XEN_UNIT" ] || [ "$unit" = "bridge-${FROM:-}" ] || [ ! -f "$path" ]; then continue; fi
    files[${#files[@]}]=$path
  done
  [ ${#files[@]} -eq 0 ] || in_chunks print_expectations 1 ${files[@]+"${files[@]}"}
}

# Fails with all foreign facts that only a person can mend, and that count, so that people can cure them in one go.
refuse_foreign() { # <function that says whether a fact counts>
  local verdict fact sentence cure lines=()
  while IFS=$'\t' read -r verdict fact sentence cure; do
    if [ "$verdict" != foreign ] || [ -z "$cure" ] || ! "$1" "$fact"; then continue; fi
    lines+=("$sentence" "  $cure")
  done < <(printf '%s' "$differences")
  [ ${#lines[@]} -eq 0 ] || fail "${lines[0]}" "${lines[1]#  }" "${lines[@]:2}"
}

# Fails with what is not as it must be after all work, all at once.
require_as_expected() { # <collector of facts>
  local verdict sentence cure lines=()
  look_at_unit after "$1"
  while IFS=$'\t' read -r verdict _ sentence cure; do
    case $verdict in missing | differs | foreign) lines+=("  $sentence${cure:+; $cure}") ;; esac
  done < <(printf '%s' "$differences")
  [ ${#lines[@]} -eq 0 ] || fail 'all was done, and yet the host is not as it must be:' ${lines[@]+"${lines[@]}"} \
    'mend that on the host, and deploy again'
}
