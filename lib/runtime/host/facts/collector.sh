#!/bin/bash
# Prints what is on this host, one fact a line, sorted; lib/facts/vocabulary.ts says what each line means. Read-only: it
# writes no file, sends no frame, loads no module. It judges nothing, and runs on any host, one that was never deployed
# to as well. What could not be asked is a fact too: `unknown KIND WHY`. Sourced after both/numbers.sh and
# host/base/key-lines.sh; needs LC_ALL=C and the runtime's folder as working directory.

. runtime/host/facts/network.sh
. runtime/host/facts/filter-lines.sh
. runtime/host/facts/packets.sh
. runtime/host/facts/setting-files.sh
. runtime/host/facts/setting-lines.sh
. runtime/host/facts/setting-keys.sh
. runtime/host/facts/services.sh
. runtime/host/facts/settings.sh
. runtime/host/facts/xen.sh
. runtime/host/facts/xenstore.sh
. runtime/host/facts/guests.sh
. runtime/host/facts/secrets.sh
. runtime/host/facts/xl-grammar.sh
. runtime/host/facts/xl-devices.sh
. runtime/host/facts/config-links.sh
. runtime/host/facts/config-files.sh
. runtime/host/facts/saved-guests.sh
. runtime/host/facts/configs.sh

command -v timeout >/dev/null 2>&1 || . runtime/host/facts/timeout.sh

readonly PACKET_KINDS='firewall sysctl'
readonly SETTING_KINDS='file key onboot line service subsys'
readonly GUEST_KINDS='xen domain vif disk'
readonly CONFIG_KINDS='config config-vif config-disk config-odd autostart saved'
readonly ALL_KINDS="$LINK_KINDS $PACKET_KINDS $SETTING_KINDS $GUEST_KINDS $CONFIG_KINDS"

# Nothing that reads these lines takes longer ones. A fact that was cut would say something else.
leave_out_long_facts() {
  awk 'length($0) <= 3500 { print; next }
    { print "unknown", $1, "a%20fact%20has%20" length($0) "%20characters" (length($2) < 500 ? " " $2 : "") }'
}

# Guests come first: the links of their vifs are called by their names.
collect_facts() ( # [<kind>]...
  leave_errors_to_readers
  kinds=${*:-$ALL_KINDS}
  { print_guest_facts; collect_host_facts; } | leave_out_long_facts | sort -u
)

# Does not ask Xen: a vif has its name of today.
collect_network_facts() ( # <kind>...
  leave_errors_to_readers
  kinds=$*
  collect_host_facts | leave_out_long_facts | sort -u
)

collect_host_facts() {
  print_link_facts
  print_packet_facts
  print_setting_facts
  print_config_facts
}
