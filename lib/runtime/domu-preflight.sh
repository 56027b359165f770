#!/bin/bash
# Everything that forbids a guest's start, found before anything is written. Sourced by apply-domu.sh.
# shellcheck disable=SC2154  # `domid` belongs to apply-domu.sh

# The domain's id, or nothing where no domain has the name.
domain_id() { xl domid "$DOMU" 2>/dev/null || :; }

# The host's own xl reads the new configuration. xl forgives nearly everything with exit status 0 and a line on
# stderr, so a line is a refusal too.
check_config() {
  local complaints
  xl create -n "files$CONFIG" >parsed 2>complaints </dev/null || echo "exit status $?" >>complaints
  complaints=$(grep -v '^Parsing config \(from\|file\)' complaints || :)
  [ -z "$complaints" ] || fail "xl on this host does not take the configuration:" "$complaints"
}

# `<index> <mac>` per interface of a running domain, lower case.
running_macs() { xl network-list "$1" 2>/dev/null | awk 'NR > 1 && $3 ~ /:/ { print $1, tolower($3) }'; }

promised_macs() {
  local index=0 vif rest
  for vif in ${VIFS[@]+"${VIFS[@]}"}; do
    rest=${vif#*,}
    echo "$index ${rest%%,*}"
    index=$((index + 1))
  done
}

# A guest that already runs under another MAC than promised must not be taken for the promised one.
check_running_identity() {
  local actual promised
  actual=$(running_macs "$domid" | sort)
  promised=$(promised_macs | sort)
  [ "$actual" = "$promised" ] || fail \
    "domain $domid of that name runs with other interfaces (index MAC): '$(echo "$actual" | tr '\n' ' ')', promised: '$(echo "$promised" | tr '\n' ' ')'" \
    "shut it down (xl shutdown $DOMU) and deploy again; for a guest that must keep its MAC set macAddress"
}

preflight() {
  local vif rest
  check_disks
  check_memory
  check_domains
  check_elsewhere
  for vif in ${VIFS[@]+"${VIFS[@]}"}; do
    rest=${vif#*,}
    is_bridge "${vif%%,*}" || fail "bridge ${vif%%,*} does not exist on the host"
    check_wire "${vif%%,*}" "${rest%%,*}" "${rest#*,}"
  done
}

# Disks are used, never made: a missing one is a mistake, not a wish.
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
  done < <(sed -n 's/^\(kernel\|ramdisk\) = "\(.*\)"$/\2/p' "files$CONFIG")
  [ -z "$missing" ] || fail "missing on the host:$missing" 'disks and kernels are never made by a deploy; make them, or mend the path'
}

check_memory() {
  local free wanted
  free=$(xl info | awk -F' *: ' '$1 == "free_memory" { print $2 }')
  wanted=$(sed -n 's/^memory = //p' "files$CONFIG")
  [ -z "$free" ] || [ "$free" -ge "$wanted" ] ||
    fail "the guest needs $wanted MiB, the host has $free MiB free" 'see xl list; dom0 gives nothing back by itself (autoballoon is off)'
}
