#!/bin/bash
# Fills the disks of a guest that is a copy, from its original's disks, before the guest itself is carried. Sourced by
# deployer/carry.sh, in the target's tree, for a unit with a file copies/UNIT: a line a disk,
#
#   SOURCE_HOST SOURCE_GUEST SOURCE_KIND SOURCE_PATH TARGET_KIND TARGET_PATH SNAPSHOT_MIB
#
# Data goes from host to host through this machine: the hosts need neither trust nor reach each other.
# shellcheck disable=SC2030,SC2031,SC2154  # host, unit, machine, socket and STACK are deployer/carry.sh's

. runtime/both/numbers.sh
. runtime/both/join.sh

# Bytes that an end may tell people in the hours of a copy.
readonly MOST_TOLD=16777216
copy_disks() {
  local line
  check_copy_settings
  while read -r line <&3; do
    [ -n "$line" ] || continue
    check_copy_line "$line"
    status=0
    # A subshell that is waited for: in a condition `set -e` would be off in it. All messages go one way, so they keep
    # their order.
    (copy_disk) 2>&1 4>&1 3<&- &
    wait $! || status=$?
    [ "$status" -eq 0 ] || exit "$status"
  done 3<"copies/$unit"
}

# Checks the settings from the environment, since they go onto the hosts' command lines.
check_copy_settings() {
  copy_chunk=${CDKTF_XEN_COPY_CHUNK:-67108864}
  copy_stall=${CDKTF_XEN_COPY_STALL:-120}
  copy_patience=${CDKTF_XEN_COPY_PATIENCE:-600}
  if ! is_number "$copy_chunk" || [ "$copy_chunk" -lt 4096 ] || [ "$copy_chunk" -gt 1073741824 ]; then
    refuse_copy "CDKTF_XEN_COPY_CHUNK is '$(shown "$copy_chunk")', allowed: bytes from 4096 to 1073741824"
  fi
  if ! is_number "$copy_stall" || [ "$copy_stall" -lt 1 ] || [ "$copy_stall" -gt 86400 ]; then
    refuse_copy "CDKTF_XEN_COPY_STALL is '$(shown "$copy_stall")', allowed: seconds from 1 to 86400"
  fi
  if ! is_number "$copy_patience" || [ "$copy_patience" -lt 1 ] || [ "$copy_patience" -gt 86400 ]; then
    refuse_copy "CDKTF_XEN_COPY_PATIENCE is '$(shown "$copy_patience")', allowed: seconds from 1 to 86400"
  fi
}

refuse_copy() { # <what>...
  printf '%s %s: error: %s\n' "$host" "$unit" "$*" >&2
  exit 1
}

# The line was checked at synth. It is checked again before it reaches a host's shell.
check_copy_line() { # <line>
  local name='[A-Za-z0-9][A-Za-z0-9._-]*' disk='(phy|file) /[A-Za-z0-9._/:@+,=-]+'
  local form="^$name $name $disk $disk (0|[1-9][0-9]{0,8})\$"
  if [[ ! $1 =~ $form ]]; then
    refuse_copy "copies/$unit has the line '$(shown "$1")', allowed: SOURCE_HOST SOURCE_GUEST phy|file PATH phy|file PATH SNAPSHOT_MIB; synthesize again"
  fi
  read -r source_host source_guest source_kind source_path target_kind target_path snapshot_mib < <(printf '%s\n' "$1")
}

# Sets `copy_words`, the arguments of host/copy/end.sh. They go onto a command line, and were checked against their
# form.
find_copy_words() {
  copy_words="host $host unit $unit source-host $source_host source-guest $source_guest"
  copy_words="$copy_words source-kind $source_kind source-path $source_path"
  copy_words="$copy_words target-kind $target_kind target-path $target_path snapshot-mib $snapshot_mib"
  copy_words="$copy_words chunk $copy_chunk stall $copy_stall patience $copy_patience"
}

# Prints what the host's shell runs for an end.
end_command() { # receive|send ready|send left|here
  printf '%s' "$(go_to_runtime) exec bash runtime/host/copy/end.sh $* $copy_words"
}

# Has a host of a copy keep the runtime.
bring_to_end() {
  with_runtime look_for_runtime
  [ "$status" -eq 0 ] || cannot_log_in "$said"
}
look_for_runtime() {
  status=0
  said=$(speak out -o ControlMaster=no -o ControlPath="$socket" "$machine" "$(go_to_runtime)" </dev/null 2>&1 |
    hear 65536 60) || status=$?
}

# Runs an end. Its standard output is for the other end only. What it tells people goes, cleaned, to descriptor 4.
run_end() { # <command for the host's shell>
  {
    speak err -o ControlMaster=no -o ControlPath="$socket" "$machine" "$1" 2>&1 >&3 3>&- |
      hear "$MOST_TOLD" 0 >&4 3>&-
  } 3>&1
}

run_target_end() { run_end "$(end_command receive)"; }

run_source_end() {
  (
    # Before it goes to another tree, and has another `host`.
    command=$(end_command send "$word")
    cd "$source_tree" || exit
    host=$source_host
    open_connection
    bring_to_end
    run_end "$command"
  ) <&0 2>&4 &
  # Only ssh may hold what the receiving end reads.
  exec >&-
  # shellcheck disable=SC2064  # this ssh, now
  trap "kill $! 2>/dev/null; exit 143" TERM
  wait $!
}

copy_disk() {
  trap '' PIPE
  find_copy_words
  bring_to_end
  if [ "$source_host" = "$host" ]; then
    # Both ends are on one host, and so is what they say to each other.
    status=0
    speak out -o ControlMaster=no -o ControlPath="$socket" "$machine" "$(end_command here)" </dev/null 2>&1 |
      hear "$MOST_TOLD" 0 >&4 || status=$?
    end_copy "$status" 0
  fi
  find_source_tree
  join_ends $((2 * copy_patience + 60)) run_target_end run_source_end
  end_copy "$received" "$sent"
}

# Sets `source_tree`. Trees of one deploy lie beside each other, in the same stack or in another one.
find_source_tree() {
  local tree
  for tree in "../../$source_host/tree" ../../../../*/assets/"$source_host"/tree; do
    source_tree=$tree
    [ ! -f "$tree/ssh_config" ] || return 0
  done
  refuse_copy "disk $target_path is copied from host '$source_host', whose tree is not beside this one ($PWD); synthesize again"
}

# Ends the copy of one disk. An end that has failed has said why, unless its connection was lost or it was killed.
end_copy() { # <exit status of the target's end> <of the source's>
  local place=$host what='the other end has not answered any more'
  if [ "$1" -eq 0 ]; then
    [ "$2" -eq 0 ] ||
      printf '%s\n' "$host $unit: note: host $source_host could not be asked to take away the snapshot that was copied from; the next deploy tries again"
    exit 0
  fi
  if [ "$1" -eq 1 ] || [ "$2" -eq 1 ]; then exit 1; fi
  if [ "$1" -eq "$TOO_MUCH" ] || [ "$2" -eq "$TOO_MUCH" ]; then
    what="that end $(why_ended "$TOO_MUCH" "$MOST_TOLD" 0)"
  fi
  # If an end was killed, ssh reports it as its own failure.
  if [ "$1" -eq 255 ] || [ "$2" -eq 255 ]; then what='the connection was lost, or the work there was killed'; fi
  [ "$2" -eq 0 ] || [ "$2" -eq 3 ] || place=$source_host
  refuse_copy "disk $target_path: $what ($place); what was copied is kept, deploy again and it goes on from there"
}
