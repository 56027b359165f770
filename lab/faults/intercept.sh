#!/bin/bash
# Stands in dom0 under the name of a program that the runtime calls. Each call of the runtime's own (not those of the
# network scripts) is a step boundary with a name that is the same in every run: `switch mv ifcfg-eth0 #1`. At the one
# that /.faults/stop names it waits until the harness has broken something, then becomes the real program.
program=${0##*/}
folder=/.faults

# Sets `role`: which part of the runtime calls. timeout(1) stands between it and the network scripts.
find_role() {
  local pid=$PPID words line
  for _ in 1 2; do
    mapfile -d '' -t words <"/proc/$pid/cmdline"
    line="${words[*]}"
    case $line in
      *runtime/host/network/switch.sh*) role=switch ;;
      *runtime/host/network/guardian.sh*) role=guardian ;;
      *runtime/host/network/confirmed.sh*) role=confirm ;;
      *runtime/host/network/boot.sh*) role=boot ;;
      *runtime/host/run.sh*) role=deploy ;;
      timeout\ *)
        read -r line <"/proc/$pid/stat"
        line=${line##*) }
        read -r _ pid _ <<<"$line"
        continue
        ;;
    esac
    return
  done
}

# Sets `label`: the call without what differs from run to run.
find_label() {
  local word
  label="$role $program"
  case $program in
    arping) label="$label ${*: -1}" ;;
    mv | ln) label="$label ${*: -1}" ;;
    cp | install | rm) label="$label ${*: -1}" ;;
    dd)
      IFS= read -r input
      label="$role phase $input"
      ;;
    *) for word in "$@"; do label="$label ${word##*/}"; done ;;
  esac
  while [[ $label =~ [0-9]+-[0-9a-f]{12} ]]; do label=${label//"${BASH_REMATCH[0]}"/ID}; done
  # A path's last part says enough.
  case $label in *" /"*) label="${label%% /*} ${label##*/}" ;; esac
  read -r label <<<"$label"
}

role=''
find_role 2>/dev/null
if [ -z "$role" ]; then exec "$folder/real/$program" "$@"; fi
input=''
find_label "$@"
count=1
while IFS= read -r line; do
  case $line in "$label #"*) count=$((count + 1)) ;; esac
done <"$folder/log"
printf '%s #%s\n' "$label" "$count" >>"$folder/log"
if [ -e "$folder/stop" ] && [ "$(<"$folder/stop")" = "$label #$count" ]; then
  : >"$folder/reached"
  until [ -e "$folder/go" ]; do "$folder/real/sleep" 0.02; done
fi
if [ "$program" = dd ]; then exec "$folder/real/dd" "$@" <<<"$input"; fi
exec "$folder/real/$program" "$@"
