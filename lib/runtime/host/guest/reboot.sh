#!/bin/bash
# What a running guest comes up with after a reboot from inside. xl makes the domain again from its own copy of the
# configuration, not from the file, unless it is given a new copy. Sourced by host/unit/guest.sh after
# host/guest/preflight.sh.
# shellcheck disable=SC2034,SC2154  # of host/base/tell.sh, host/unit/guest.sh and host/facts/xen.sh

# `yes` if Xen has the new configuration for the next reboot.
handed_over=''

# A guest that is paused or has crashed can't answer. A person has to decide what to do about it.
check_awake() {
  case $domain_state in
    *c*) fail "the guest has crashed, and is kept (domain $domid)" \
      "look at it (xl console $DOMU), let it go (xl destroy $DOMU), and deploy again" ;;
    *p*) fail "the guest is paused (domain $domid)" \
      "somebody has stopped it; let it go on (xl unpause $DOMU), and deploy again" ;;
  esac
}

# Checks a running guest. It must not reboot into a configuration that can't start.
check_running() {
  check_awake
  find_running_config
  check_running_identity
  find_changes
  check_new_vifs
  [ -s differing ] || return 0
  check_disks
  check_bridges
}

# Counts the memory that the guest has now: it is free again when the guest reboots.
has_room_to_reboot() {
  local free_memory wanted
  find_free_memory
  wanted=$(sed -n 's/^memory = //p' "files$CONFIG")
  check_number "the memory in files$CONFIG" "$wanted"
  check_number "the memory of domain $domid (xl list)" "$domain_memory"
  [ $((free_memory + domain_memory)) -ge "$wanted" ]
}

# Whether Xen keeps exactly this file for the domain, until its next reboot.
is_handed_over() {
  local kept
  for kept in "/var/lib/xen/userdata-d.$domid".*.xl; do
    if cmp -s "files$CONFIG" "$kept"; then return 0; fi
  done
  return 1
}

# Gives Xen the new configuration, before the file is written: if the run is cut off, the next deploy does it again.
hand_over() {
  [ -n "$domid" ] && [ -s differing ] || return 0
  if ! has_room_to_reboot; then
    say 'note: the host has not enough free memory for the new configuration now, a reboot brings the old one back'
    return 0
  fi
  xl config-update "$domid" "files$CONFIG" </dev/null || :
  if is_handed_over; then
    handed_over=yes
    changed=yes
  fi
}
