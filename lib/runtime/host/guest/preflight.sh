#!/bin/bash
# Everything that forbids a guest's start, found before anything is written. Sourced by host/unit/guest.sh.
# shellcheck disable=SC2153,SC2154  # VIFS and `domid` belong to host/unit/guest.sh

# Has the host's own xl read the new configuration. xl ends with 0 and a line on stderr for nearly all mistakes, so a
# line is a refusal too.
check_config() {
  local complaints
  xl create -n "files$CONFIG" >parsed 2>complaints </dev/null || echo "exit status $?" >>complaints
  complaints=$(grep -v '^Parsing config \(from\|file\)' complaints || :)
  [ -z "$complaints" ] || fail "xl on this host does not take the configuration:" "$complaints"
}

# Writes the file `running-macs`: `<index> <mac>` per interface of the running guest, lower case.
find_running_macs() {
  local vifs index mac
  find_backends
  take_vifs "$domid"
  printf '%s\n' "$vifs" | awk 'NF { print $1, $2 }' >running-macs
}

promised_macs() {
  local index=0 vif rest
  for vif in ${VIFS[@]+"${VIFS[@]}"}; do
    rest=${vif#*,}
    echo "$index ${rest%%,*}"
    index=$((index + 1))
  done
}

# Prints `<index> <mac>` per interface of a configuration as we write it.
config_macs() { # <file>
  awk '{
    rest = $0
    while (match(rest, /mac=[0-9a-f:]+/)) {
      print n++, substr(rest, RSTART + 4, RLENGTH - 4)
      rest = substr(rest, RSTART + RLENGTH)
    }
  }' "$1"
}

# Refuses a running guest with another MAC than promised: it may be another machine. If the guest still has the MAC of
# an earlier deploy, the difference is a pending change. An interface that was not promised can be taken away.
check_running_identity() {
  local index mac now
  # Until the first deploy of the guest has worked, no earlier MAC is known.
  : >known-macs
  [ ! -f "$RECORD/sha256" ] || config_macs "$running_config" >known-macs
  promised_macs >promised
  find_running_macs
  while read -r index mac; do
    now=$(awk -v i="$index" '$1 == i { print $2 }' promised)
    [ "$now" != "$mac" ] || continue
    [ -n "$now" ] || [ ! -f "$RECORD/sha256" ] || continue
    grep -Fxq "$index $mac" known-macs || fail \
      "domain $domid of that name runs with MAC $mac on vif $index, promised: ${now:-none}" \
      "shut it down (xl shutdown $DOMU) and deploy again; for a guest that must keep its MAC set macAddress"
  done <running-macs
}

preflight_guest() {
  check_disks
  check_memory
  check_bridges
  check_domains
  check_elsewhere
  check_saved
  check_wires
}

check_bridges() {
  local vif
  for vif in ${VIFS[@]+"${VIFS[@]}"}; do
    is_bridge "${vif%%,*}" || fail "bridge ${vif%%,*} does not exist on the host"
  done
}

# A saved guest that is restored later would write its old state over the disk that the new guest has written.
check_saved() {
  local file
  file=$(saved_file "$DOMU")
  [ -z "$file" ] || fail "the guest lies saved in $file, with its disks mounted and the configuration of then" \
    "restore it and shut it down (xl restore $file; xl shutdown -w $DOMU; rm $file), or remove the file and lose what was in its memory"
}

# Prints the paths of kernel and ramdisk of a configuration as we write it. With a bootloader both lie on the guest's
# disk.
kernels_on_host() { # <file>
  grep -q '^bootloader = ' "$1" || sed -n 's/^\(kernel\|ramdisk\) = "\(.*\)"$/\2/p' "$1"
}

# A deploy never makes disks, so a missing disk is a mistake.
check_disks() {
  local disk path missing=''
  for disk in ${DISKS[@]+"${DISKS[@]}"}; do
    path=${disk#*,}
    case ${disk%%,*} in
      phy) [ -b "$path" ] || missing="$missing $path" ;;
      *) [ -f "$path" ] || missing="$missing $path" ;;
    esac
  done
  while read -r path; do
    [ -f "$path" ] || missing="$missing $path"
  done < <(kernels_on_host "files$CONFIG")
  [ -z "$missing" ] ||
    fail "missing on the host:$missing" 'disks and kernels are never made by a deploy; make them, or mend the path'
}

check_memory() {
  local free_memory wanted
  find_free_memory
  wanted=$(sed -n 's/^memory = //p' "files$CONFIG")
  check_number "the memory in files$CONFIG" "$wanted"
  [ "$free_memory" -ge "$wanted" ] ||
    fail "the guest needs $wanted MiB, the host has $free_memory MiB free" \
      'see xl list; dom0 gives nothing back by itself (autoballoon is off)'
}
