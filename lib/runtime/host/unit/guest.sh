#!/bin/bash
# Configures one guest, starts it if the stack wants it to run, and proves that its promised MAC is on the wire. A
# running guest gets now what its policy and Xen allow, and the rest when it reboots. It is restarted only if the policy
# says so.
set -euo pipefail
. runtime/both/words.sh
. runtime/host/base/common.sh
. runtime/host/base/files.sh
. runtime/both/numbers.sh
. runtime/host/facts/collector.sh
. runtime/host/compare/compare.sh
. runtime/host/compare/look.sh
. runtime/host/facts/bridge.sh
. runtime/host/facts/wire.sh

# Most guests' disks are left alone, so the files that read a disk are not sourced for them.
IDENTITY=no
if has_word guest-os "$@"; then
  IDENTITY=yes
  . runtime/host/disk/apply.sh
fi

DOMU='' CONFIG='' AUTOSTART=no RUNNING=yes BOOT_TIMEOUT=180 ON_CHANGE=live
VIFS=()
DISKS=()
while [ $# -gt 0 ]; do
  case $1 in
    domu) DOMU=$2 ;;
    config) CONFIG=$2 ;;
    autostart) AUTOSTART=$2 ;;
    running) RUNNING=$2 ;;
    boot-timeout) BOOT_TIMEOUT=$2 ;;
    on-change) ON_CHANGE=$2 ;;
    # Only host/guest/retire.sh needs it.
    on-removal) ;;
    vif) VIFS+=("$2") ;;
    disk) DISKS+=("$2") ;;
    *)
      if [ "$IDENTITY" = no ] || ! guest_option "$1" "$2"; then fail \
        "words/$CDKTF_XEN_UNIT has the word '$1', which the runtime does not know" 'synthesize again'; fi
      ;;
  esac
  shift 2
done
. runtime/host/guest/config.sh
. runtime/host/guest/preflight.sh
. runtime/host/guest/gate.sh
. runtime/host/guest/start.sh
. runtime/host/guest/reboot.sh
. runtime/host/guest/stop.sh
. runtime/host/guest/change.sh

readonly AUTO=/etc/xen/auto/$DOMU

# Makes or removes the link in /etc/xen/auto. xendomains starts all files and links in that folder, so an entry that is
# not our link is set aside first.
set_autostart() {
  local ours=no
  if leads_to_config "$AUTO" "$CONFIG"; then ours=yes; fi
  if [ "$ours" = no ] && is_there "$AUTO"; then set_aside "$AUTO"; fi
  if [ "$AUTOSTART" = yes ] && [ "$ours" = no ]; then
    [ -d /etc/xen/auto ] || must 'make /etc/xen/auto' mkdir -p /etc/xen/auto
    must "make the link $AUTO" ln -s "$CONFIG" "$AUTO"
    changed=yes
    say "starts with the host ($AUTO)"
  elif [ "$AUTOSTART" = no ] && [ "$ours" = yes ]; then
    must "take away $AUTO" rm -f "$AUTO"
    changed=yes
    say "no longer starts with the host ($AUTO is gone)"
  fi
}

lock shared
differing_files >differing
domid=''
[ "$RUNNING$IDENTITY" = nono ] || find_domain "$DOMU"
if [ "$RUNNING" = yes ]; then
  need xl:xen arping:iputils brctl:bridge-utils ip:iproute
  check_config
  if [ -z "$domid" ]; then preflight_guest; else check_running; fi
  look_at_unit before collect_facts vif disk config-vif config-disk
  find_own_files
  refuse_foreign is_of_another_guest
fi
was_running=$domid
# The only restart of a guest. What would keep it from starting again is checked first, as far as that can be seen while
# the guest runs.
if [ "$ON_CHANGE" = restart ] && [ -n "$domid" ] && [ -s waiting ]; then
  has_room_to_reboot ||
    fail "the host has not enough free memory to start the guest with its new configuration" 'see xl list'
  check_elsewhere
  move_generation
  say "restarting the guest, as its policy says, for: $(sed -n '1h; 1!H; ${ x; s/\n/; /g; p; }' waiting)"
  changed=yes
  shut_down "$DOMU"
  domid=''
  check_wires
fi
# The disk comes first: if it can't be written, the vif line keeps the old MAC too.
if [ "$IDENTITY" = yes ] && [ -z "$domid" ]; then
  plan_guest_identity
  move_generation
  write_guest_identity
fi
move_generation
record_begun
backup_files
[ "$RUNNING" = no ] || hand_over
install_files
set_autostart
if [ "$RUNNING" = yes ] && [ -z "$domid" ]; then
  start_guest
  : >waiting
elif [ "$RUNNING" = yes ]; then
  change_live
  say_waiting
elif [ -n "$domid" ] && [ -s differing ]; then
  say "note: it runs on (domain $domid) with its old configuration; the new one comes with its next start"
fi
if [ "$IDENTITY" = yes ] && [ "$domid" = "$was_running" ] && [ -s differing ] && [ -n "$domid" ]; then
  say 'note: what is on its disk is looked at, and written, only while it is down'
fi
if [ "$RUNNING" = yes ]; then
  prove_identity
  keep_running_config
fi
require_as_expected collect_facts
record
if [ "$changed" = yes ]; then say 'done'; else say 'nothing to change'; fi
