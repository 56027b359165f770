#!/bin/bash
# Whether the running network is as the stack says: facts of the kernel against the expectations of the bridge, `expect`
# in the working directory. Only state counts, never an exit status: `service network start` ends with 0 in ten ways of
# being offline. Uses no file: a full disk must not blind a switch. Sourced after host/facts/network.sh,
# host/compare/compare.sh and host/base/bridge-options.sh; reads HOLDER.

# What a switch brings about.
readonly RUNNING_KINDS='link bridge port port-option address route'

# Prints a line for everything that is not as the stack says, and nothing if all is well. Further addresses and routes
# of the interface that has dom0's address are not counted: aliases and routes of people come with it.
bridge_problems() {
  # shellcheck disable=SC2034  # the readers read them
  local kinds=$RUNNING_KINDS domain_names=''
  local expectations facts differences verdict sentence
  expectations=$(awk -v kinds=" $kinds " -v holder="$HOLDER" '
    index(kinds, " " $2 " ") && !($1 == "only" && ($2 == "route" || $2 == "address" && $3 == holder))
  ' "expect/$CDKTF_XEN_UNIT")
  case $'\n'$expectations in
    *$'\nmust '* | *$'\nonly '*) ;;
    *) echo "expect/$CDKTF_XEN_UNIT does not say what must be there" ;;
  esac
  facts=$(
    leave_errors_to_readers
    print_link_facts
  )
  if ! differences=$(compare_facts "unit $CDKTF_XEN_UNIT"$'\n'"$expectations" "$facts"); then
    echo 'the running network can not be compared: awk failed'
    return 0
  fi
  [ -z "$differences" ] || while IFS=$'\t' read -r _ verdict _ sentence _; do
    case $verdict in idle | unseen) ;; *) printf '%s\n' "$sentence" ;; esac
  done < <(printf '%s\n' "$differences")
}
