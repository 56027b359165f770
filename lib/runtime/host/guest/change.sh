#!/bin/bash
# What a running guest can be given now, and what waits for its next boot. Sourced by host/unit/guest.sh after
# host/guest/preflight.sh and host/guest/reboot.sh; reads ON_CHANGE (live, next-boot or restart).
# shellcheck disable=SC2034,SC2154  # `changed` belongs to host/base/tell.sh, `domid` to host/unit/guest.sh
#
# It writes three files in the run's own folder: `possible`, a line `WHAT ARGUMENTS` for each change that Xen can make
# now; `waiting`, a line for people for each other change; `plugged`, the MACs of vifs that the running guest has just
# got.

readonly RECORD="$STATE/units/$CDKTF_XEN_UNIT"

# Sets `running_config`: the configuration that the domain was made from. A deploy that starts a guest records it. A
# domain that was started later, by xendomains at boot or by a reboot from inside, was made from the file.
find_running_config() {
  running_config=$CONFIG
  if [ -f "$RECORD/running" ] && [ "$(cat "$RECORD/running-domid" 2>/dev/null)" = "$domid" ]; then
    running_config=$RECORD/running
  fi
  [ -f "$running_config" ] || running_config=files$CONFIG
}

# Of an HVM guest's memory Xen takes some for its screen. So what the guest has now can't be held against what it was
# given, and a change waits.
hvm_memory_changes() {
  local key before after
  for key in memory maxmem; do
    before=$(config_value "$key" "$running_config")
    after=$(config_value "$key" "files$CONFIG")
    [ "$before" = "$after" ] || echo "memory: $key $before -> $after MiB" >>waiting
  done
}

memory_changes() {
  local wanted most target now value free_memory
  if grep -qx 'builder = "hvm"' "files$CONFIG"; then
    hvm_memory_changes
    return
  fi
  wanted=$(config_value memory "files$CONFIG")
  most=$(config_value maxmem "files$CONFIG")
  check_number "the memory in files$CONFIG" "$wanted" "${most:-$wanted}"
  read_xen_number "/local/domain/$domid/memory/target"
  target=$((value / 1024))
  read_xen_number "/local/domain/$domid/memory/static-max"
  now=$((value / 1024))
  # A maxmem that is too large does no harm.
  if [ "${most:-$wanted}" != "$wanted" ] && [ "$now" -gt 0 ] && [ "$now" -lt "$most" ]; then
    echo "maxmem $now -> $most MiB" >>waiting
  fi
  if [ "$target" -le 0 ] || [ "$target" = "$wanted" ]; then return 0; fi
  find_free_memory
  if [ "$wanted" -gt "$now" ]; then
    echo "memory $target -> $wanted MiB: more than its maxmem of now, $now" >>waiting
  elif [ "$wanted" -gt $((target + free_memory)) ]; then
    echo "memory $target -> $wanted MiB: the host has only $free_memory MiB free" >>waiting
  else
    echo "mem-set $wanted" >>possible
  fi
}

# Sets `all`, the vcpus that the guest was started with, and `online`, those that are online.
count_vcpus() {
  ask_xen xl vcpu-list "$domid" || fail_unknown "how many vcpus domain $domid has" "$xen_failed"
  # The name may hold blanks; behind it stand id, number and the CPU that the vcpu runs on, `-` if it runs on none.
  read -r all online < <(printf '%s\n' "$xen_said" | awk -v id="$domid" '
    match($0, " +" id " +[0-9]+ +([0-9]+|-) +[-rb][-rb][-p]") {
      all++
      split(substr($0, RSTART), word, " ")
      online += word[3] != "-"
    }
    END { print all + 0, online + 0 }
  ')
  check_number "the number of vcpus of domain $domid (xl vcpu-list)" "$all" "$online"
  [ "$all" -gt 0 ] || fail_unknown "how many vcpus domain $domid has" "xl vcpu-list $domid shows none"
}

vcpu_changes() {
  local wanted all online
  wanted=$(config_value vcpus "files$CONFIG")
  wanted=${wanted:-1}
  check_number "vcpus in files$CONFIG" "$wanted"
  count_vcpus
  [ "$online" != "$wanted" ] || return 0
  if [ "$wanted" -gt "$all" ]; then
    echo "vcpus $online -> $wanted: it was started with $all" >>waiting
  else
    echo "vcpu-set $wanted" >>possible
  fi
}

# Vifs that go come first: Xen gives a new vif the next number.
vif_changes() {
  local index=0 vif rest mac actual id bridge most=${#VIFS[@]}
  find_running_macs
  while read -r id mac; do
    check_number "the index of an interface of domain $domid (xl network-list)" "$id"
    [ "$id" -lt "$most" ] || echo "network-detach $id $mac" >>possible
  done <running-macs
  for vif in ${VIFS[@]+"${VIFS[@]}"}; do
    rest=${vif#*,}
    mac=${rest%%,*}
    actual=$(awk -v i="$index" '$1 == i { print $2 }' running-macs)
    if [ -z "$actual" ]; then
      echo "network-attach $mac ${vif%%,*} $(vif_words "$index")" >>possible
    elif [ "$actual" != "$mac" ]; then
      echo "vif $index: MAC $actual -> $mac" >>waiting
    elif [ "$(bridge_of "vif$domid.$index")" = "${vif%%,*}" ]; then
      :
    elif bridge_in_xen "$index" "${vif%%,*}"; then
      # The vif was moved by hand: Xen itself has it on the right bridge.
      echo "vif-back vif$domid.$index ${vif%%,*}" >>possible
    else
      echo "vif $index: bridge $(bridge_of "vif$domid.$index") -> ${vif%%,*}" >>waiting
    fi
    index=$((index + 1))
  done
}

# Whether Xen has a vif of the guest on a bridge, from `backends`.
bridge_in_xen() { # <index> <bridge>
  local vifs
  take_vifs "$domid"
  [ "$(printf '%s\n' "$vifs" | awk -v i="$1" '$1 == i { print $3 }')" = "$2" ]
}

# Prints the line for a vif that was plugged in while the guest ran and is not up inside the guest yet.
plugged_in_line() { echo "vif $1: $2 is plugged in; inside the guest its interface is not up yet"; } # <index> <mac>

# Whether a vif was plugged in by this deploy, or by an earlier one that could not see it come up either.
is_plugged_in() { # <index> <mac>
  grep -Fxqs "$2" plugged ||
    { [ "$(cat "$RECORD/running-domid" 2>/dev/null)" = "$domid" ] &&
      grep -Fxqs "$(plugged_in_line "$1" "$2")" "$RECORD/waiting"; }
}

# The checks of a start, for the vifs that are going to be plugged in: on the wire each is a new machine.
check_new_vifs() {
  local vif rest all=(${VIFS[@]+"${VIFS[@]}"})
  [ "$ON_CHANGE" != next-boot ] && grep -q '^network-attach ' possible || return 0
  VIFS=()
  for vif in ${all[@]+"${all[@]}"}; do
    rest=${vif#*,}
    ! grep -Fq "network-attach ${rest%%,*} ${vif%%,*} " possible || VIFS+=("$vif")
  done
  check_bridges
  check_domains
  check_elsewhere
  check_wires
  VIFS=(${all[@]+"${all[@]}"})
}

# Prints `<device> <path>` for each disk that the domain has, from `backends`.
running_disks() {
  printf '%s\n' "$backends" |
    awk -v id="$domid" '$1 == "disk" && $2 == id { name = $3; sub(/^[^ ]* [^ ]* [^ ]* [^ ]* /, ""); print name, $0 }'
}

# A disc in a CD drive; Xen plugs no CD drive into a guest that runs.
# shellcheck disable=SC2153  # device, spec and path belong to disk_changes
disc_changes() {
  local disc=${spec%%,*}
  [ "/${path#*/}" = "/${disc#*/}" ] || echo "disk $device: another disc (${disc:-none})" >>waiting
}

disk_changes() {
  local device spec path
  running_disks >running-disks
  config_disks "files$CONFIG" >wanted-disks
  while read -r device spec; do
    path=$(awk -v d="$device" '$1 == d { print $2 }' running-disks)
    case $spec in *:cdrom,*) disc_changes && continue ;; esac
    if [ -z "$path" ]; then
      echo "block-attach $spec" >>possible
    else
      case $spec in *"/${path#*/},"*) ;; *) echo "disk $device: another one ($spec)" >>waiting ;; esac
    fi
  done <wanted-disks
  while read -r device path; do
    grep -q "^$device " wanted-disks || echo "block-detach $device" >>possible
  done <running-disks
}

# Settings that Xen reads only when a guest starts: all but memory and vcpus, and the words of a vif that can't be
# changed while it is plugged in.
other_changes() {
  { print_config_settings "$running_config" && echo 'now' && print_config_settings "files$CONFIG"; } | awk '
    { key = substr($0, 1, index($0, " = ") - 1) }
    key == "" { now = 1; next }
    !now { was[key] = $0; order[++count] = key; next }
    { is[key] = 1 }
    # A vif that comes or goes is told as such.
    (key in was || key !~ /^vif /) && was[key] != $0 { print key }
    END { for (i = 1; i <= count; i++) if (!(order[i] in is) && order[i] !~ /^vif /) print order[i] }
  ' >>waiting
}

find_changes() {
  : >possible
  : >waiting
  : >plugged
  memory_changes
  vcpu_changes
  vif_changes
  disk_changes
  other_changes
}

# Makes one change of a running domain. What Xen or the guest refuses waits for the next boot.
change_now() { # <change> <argument>...
  local what=$1 said='' status=0 words
  shift
  case $what in
    mem-set) said=$(xl mem-set "$domid" "$1" 2>&1) || status=$? ;;
    vcpu-set) said=$(xl vcpu-set "$domid" "$1" 2>&1) || status=$? ;;
    network-attach)
      said=$(timeout 60 xl network-attach "$domid" "mac=$1" "bridge=$2" "${@:3}" 2>&1) || status=$?
      [ "$status" -ne 0 ] || echo "$1" >>plugged
      ;;
    network-detach) said=$(timeout 60 xl network-detach "$domid" "$1" 2>&1) || status=$? ;;
    vif-back)
      said=$({ [ -z "$(bridge_of "$1")" ] || brctl delif "$(bridge_of "$1")" "$1"; } 2>&1 &&
        brctl addif "$2" "$1" 2>&1 && ip link set dev "$1" up 2>&1) || status=$?
      ;;
    block-attach) said=$(timeout 60 xl block-attach "$domid" "$1" 2>&1) || status=$? ;;
    block-detach) said=$(timeout 60 xl block-detach "$domid" "$1" 2>&1) || status=$? ;;
  esac
  if [ "$status" -eq 0 ]; then
    changed=yes
    case $what in
      vif-back) say "while it runs: put $1 back on $2" ;;
      *) say "while it runs: xl $what $*" ;;
    esac
    [ "$what" != vcpu-set ] || await_vcpus "$1"
  else
    words=$(printf '%s' "$said" | tr '\n' ' ' | cut -c 1-200)
    echo "$what $*: Xen refused it now ($words)" >>waiting
  fi
}

# Waits for vcpus. Xen only allows them; the guest itself brings them up or down. Some guests without udev never do
# (CentOS has udev).
await_vcpus() { # <number>
  local wanted=$1 all online tries=0
  while count_vcpus && [ "$online" != "$wanted" ] && [ $tries -lt 20 ]; do
    tries=$((tries + 1))
    sleep 0.5
  done
  [ "$online" = "$wanted" ] ||
    echo "vcpus $online -> $wanted: allowed now, and not brought about inside the guest (/sys/devices/system/cpu/cpu*/online)" >>waiting
}

change_live() {
  local line
  while read -r line; do
    # shellcheck disable=SC2086  # words of our own
    if [ "$ON_CHANGE" = next-boot ]; then echo "$line" >>waiting; else change_now $line </dev/null; fi
  done <possible
}

say_waiting() {
  local line
  [ -s waiting ] || return 0
  say "note: it runs on (domain $domid); for its next ${handed_over:+reboot or }start waits:"
  while IFS= read -r line; do say "  $line"; done <waiting
}

# Keeps what the next deploy and the drift probe have to know of the domain.
keep_running_config() {
  mkdir -p keep
  if [ -s waiting ]; then
    cp waiting keep/waiting
    cp "$running_config" keep/running
  else
    cp "files$CONFIG" keep/running
  fi
  printf '%s\n' "$domid" >keep/running-domid
}
