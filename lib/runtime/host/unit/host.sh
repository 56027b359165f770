#!/bin/bash
# Checks that the host is what the stack says, and sets the host's own keys.
set -euo pipefail
. runtime/host/base/common.sh
. runtime/host/base/files.sh
. runtime/both/numbers.sh
. runtime/host/facts/collector.sh
. runtime/host/compare/compare.sh
. runtime/host/compare/look.sh

hostname='' xen='' memory=0 dom0_memory=0
while [ $# -gt 0 ]; do
  case $1 in
    host) ;;
    hostname) hostname=$2 ;;
    xen) xen=$2 ;;
    memory-mib) memory=$2 ;;
    dom0-memory-mib) dom0_memory=$2 ;;
    *) fail "words/host has the word '$1', which the runtime does not know" 'synthesize again' ;;
  esac
  shift 2
done
check_number 'the memory that the stack says' "$memory" "$dom0_memory"

# Sets `xen_version` and `total_memory` from `xl info`, which prints `KEY   : VALUE` lines.
read_xl_info() {
  local key value major='' minor=''
  total_memory=''
  while IFS=: read -r key value; do
    value=${value# }
    case ${key%% *} in
      xen_major) major=$value ;;
      xen_minor) minor=$value ;;
      total_memory) total_memory=$value ;;
    esac
  done <xl-info
  xen_version=$major.$minor
}

check_tools() {
  need xl:xen brctl:bridge-utils ip:iproute arping:iputils ping:iputils flock:util-linux-ng setsid:util-linux-ng \
    sha256sum:coreutils awk:gawk service:initscripts ifup:initscripts chkconfig:chkconfig
}

check_xen() {
  local xen_version total_memory
  xl info >xl-info 2>xl-errors ||
    fail "xl info failed: is the machine booted into Xen, and is xencommons running?" "$(head -n 3 xl-errors)"
  read_xl_info
  [ "$xen_version" = "$xen" ] ||
    fail "the host runs Xen $xen_version, the stack says xenVersion '$xen'" "set xenVersion: '$xen_version'"
  check_number 'total_memory (xl info)' "$total_memory"
  [ "$total_memory" -ge "$memory" ] ||
    fail "the host has $total_memory MiB of memory, the stack says memoryMiB $memory" \
      "set memoryMiB: $total_memory or less"
}

# A file with our key alone would hide the defaults that start guests with the host.
check_xendomains() {
  [ ! -e keys/host/etc/sysconfig/xendomains ] || [ -e /etc/sysconfig/xendomains ] || fail \
    'there is no /etc/sysconfig/xendomains, so nothing here starts guests with the host, or shuts them down with it' \
    'install it with: yum install xen-runtime; or set guestsAtShutdown: GuestsAtShutdown.UNMANAGED'
}

# More memory for dom0 than promised is no error, but leaves less for guests than synth has counted with.
note_dom0_memory() {
  local actual
  find_domains
  take_name 0 || fail_unknown 'how much memory dom0 has' 'xl list shows no domain 0'
  take_domain "$domain_name"
  actual=$domain_memory
  check_number 'the memory of dom0 (xl list)' "$actual"
  if [ "$actual" -gt "$((dom0_memory + 64))" ]; then
    say "note: dom0 has $actual MiB, the stack says $dom0_memory; put dom0_mem=${dom0_memory}M,max:${dom0_memory}M on the line of xen.gz"
  fi
}

# Sets the bridge-nf keys that exist: the kernel has them only while it filters bridged frames.
apply_bridge_nf() {
  local line key value file
  while IFS= read -r line; do
    key=${line%% =*}
    value=${line##*= }
    file=/proc/sys/${key//.//}
    if [ ! -e "$file" ] || [ "$(<"$file")" = "$value" ]; then continue; fi
    must "set $key = $value in the kernel" write_value "$file" "$value"
    changed=yes
    say "set $key = $value"
  done <keys/host/etc/sysctl.conf
}

write_value() { printf '%s\n' "$2" >"$1"; } # <file> <value>

# Turns on the services that must start with the host and did not before the work.
turn_services_on() {
  local verdict fact name
  while IFS=$'\t' read -r verdict fact _; do
    case "$verdict $fact" in
      'differs service '*)
        name=${fact#service }
        name=${name%% *}
        must "turn the service $name on" chkconfig "$name" on
        changed=yes
        say "the service $name starts with the host (chkconfig $name on)"
        ;;
      'missing service '*)
        name=${fact#service }
        name=${name%% *}
        fail "the host has no service $name" "install what brings /etc/init.d/$name, and deploy again"
        ;;
    esac
  done < <(printf '%s' "$differences")
}

check_tools
check_xen
check_xendomains
lock exclusive
differing_files >differing
look_at_unit before collect_network_facts
refuse_foreign :
move_generation
backup_files
install_files
turn_services_on
apply_bridge_nf
note_dom0_memory
require_as_expected collect_network_facts
if [ -n "$hostname" ] && [ "$(uname -n)" != "$hostname" ]; then
  say "note: the running host name is $(uname -n), $hostname comes with the next boot"
fi
record
if [ "$changed" = yes ]; then say 'done'; else say 'nothing to change'; fi
