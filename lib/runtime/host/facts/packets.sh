#!/bin/bash
# Collects what decides about packets: settings of the running kernel, and the rules of packet filters that are loaded.
# It never loads a filter: `iptables -L` would. Sourced after facts/answers.sh, facts/link-names.sh and
# facts/filter-lines.sh; reads `kinds`.

# What can keep a frame from a guest or the host, or have another machine answer for an address.
readonly SYSCTLS_IPV4='accept_local accept_redirects arp_accept arp_announce arp_filter arp_ignore drop_gratuitous_arp
  drop_unicast_in_l2_multicast forwarding ignore_routes_with_linkdown promote_secondaries proxy_arp proxy_arp_pvlan
  rp_filter'
readonly SYSCTLS_IPV6='accept_dad accept_ra accept_ra_defrtr accept_redirects autoconf disable_ipv6
  drop_unicast_in_l2_multicast drop_unsolicited_na forwarding proxy_ndp'
readonly SYSCTLS_ALONE='ipv4/ip_forward ipv4/icmp_echo_ignore_all ipv4/ip_nonlocal_bind ipv6/icmp/echo_ignore_all
  ipv6/ip_nonlocal_bind netfilter/nf_conntrack_max'

# shellcheck disable=SC2016  # awk's own $
readonly PACKET_FACTS_AWK=$ANSWERS_AWK$FILTER_LINES_AWK'
function read_own_line(line) {
  if (sub(/^sysctl /, "", line)) files[++file_count] = line
  else if (sub(/^below /, "", line)) below = line
  else if (sub(/^managed /, "", line)) managed[line] = 1
  else keep_link_name(line)
}
function read_answer_line(line, about) { read_filter_line(line, about) }
function keep_rest(   i, value, place, part) {
  end_filters()
  for (i = 1; i <= file_count; i++) {
    value = first_line(files[i])
    if (got < 0) no_fact("sysctl", files[i] " cannot be read")
    place = substr(files[i], length(below) + 1)
    places[i] = place
    values[place] = value
  }
  for (i = 1; i <= file_count; i++) {
    place = places[i]
    # ipv4/conf/LINK/SETTING
    if (split(place, part, "/") == 4 && part[2] == "conf") keep_setting(place, part)
    else keep_value(place, place)
  }
}
function keep_setting(place, part,   standard, link) {
  standard = part[1] "/conf/default/" part[4]
  if (part[3] != "all" && part[3] != "default" && standard in values && values[place] == values[standard]) return
  link = link_word(part[3])
  fact("sysctl", "net." part[1] ".conf." (link == word(part[3]) ? swapped(link) : link) "." part[4] " " \
    word(values[place]))
}
function keep_value(place, name) {
  gsub("/", ".", name)
  fact("sysctl", "net." word(name) " " word(values[place]))
}
# As sysctl(8) writes a name that has dots.
function swapped(name) {
  gsub(/\./, "/", name)
  return name
}
'

print_packet_facts() {
  wants firewall sysctl || return 0
  print_answered print_packet_lines "$PACKET_FACTS_AWK" firewall sysctl
}

print_packet_lines() {
  print_link_names
  ! wants sysctl || print_sysctl_files
  ! wants firewall || print_filters
  echo complete
}

# Prints `sysctl FILE` for each setting that this kernel has.
print_sysctl_files() {
  local net=$FACTS_PROC/sys/net name files=()
  if [ ! -d "$net" ]; then
    echo "unknown sysctl there is no $net"
    return 0
  fi
  printf 'below %s/\n' "$net"
  # In a subshell, as print_answered starts it.
  shopt -s nullglob
  for name in $SYSCTLS_ALONE; do [ ! -e "$net/$name" ] || files[${#files[@]}]=$net/$name; done
  for name in $SYSCTLS_IPV4; do files=(${files[@]+"${files[@]}"} "$net"/ipv4/conf/*/"$name"); done
  for name in $SYSCTLS_IPV6; do files=(${files[@]+"${files[@]}"} "$net"/ipv6/conf/*/"$name"); done
  files=(${files[@]+"${files[@]}"} "$net"/bridge/*)
  [ ${#files[@]} -eq 0 ] || printf 'sysctl %s\n' ${files[@]+"${files[@]}"}
}

# Asks for the tables that are loaded. A kernel that lists a table has loaded it already.
print_filters() {
  local table
  ! has_text "$FACTS_PROC/net/ip_tables_names" || ask_save iptables
  ! has_text "$FACTS_PROC/net/ip6_tables_names" || ask_save ip6tables
  ! has_text "$FACTS_PROC/net/arp_tables_names" || ask_list arptables filter -n
  for table in filter nat broute; do
    ! is_loaded "ebtable_$table" || ask_list ebtables "$table"
  done
  ! has_nf_tables || ask_nft
}

# Whether a file has anything in it. A file of /proc has no size.
has_text() { # <file>
  local line=''
  { read -r line <"$1"; } 2>/dev/null || :
  [ -n "$line" ]
}

# Whether a module of the kernel is loaded.
is_loaded() { # <module>
  local line
  [ -e "$FACTS_PROC/modules" ] || return 1
  while read -r line _; do
    [ "$line" != "$1" ] || return 0
  done <"$FACTS_PROC/modules"
  return 1
}

# Whether the kernel has nf_tables already. One that loads no modules can be asked; if it has tables, a program that
# shows them is there too.
has_nf_tables() {
  local release='' line
  if [ ! -e "$FACTS_PROC/modules" ]; then
    type -P nft >/dev/null
    return
  fi
  ! is_loaded nf_tables || return 0
  read -r release <"$FACTS_PROC/sys/kernel/osrelease" || :
  [ -f "/lib/modules/$release/modules.builtin" ] || return 1
  while read -r line; do
    case $line in */nf_tables.ko) return 0 ;; esac
  done <"/lib/modules/$release/modules.builtin"
  return 1
}

# Sets `filter_program` to the path of a program for old tables, or else to the first name. A program for nf_tables
# would load nf_tables, and shows nothing of old tables.
find_old_program() { # <name>...
  local name
  for name in "$@"; do
    filter_program=$(type -P "$name") || continue
    [ "$filter_program" -ef "${filter_program%/*}/xtables-nft-multi" ] || return 0
  done
  filter_program=$1
}

ask_save() { # <program without -save>
  local filter_program
  find_old_program "$1-legacy-save" "$1-save"
  ask_program '' "$filter_program" || :
  print_answer firewall save "$1"
}
# arptables would ask a name server without -n.
ask_list() { # <program> <table> [<option>]
  local filter_program
  find_old_program "$1-legacy" "$1"
  ask_program '' "$filter_program" -t "$2" -L ${3:+"$3"} || :
  print_answer firewall list "$1" "$2"
}

# nft shows no more than `xt match physdev` of a rule that iptables has made in nf_tables, so iptables is asked for
# tables of its own.
# shellcheck disable=SC2154  # ask_program sets them
ask_nft() {
  local line rest family table said failed program
  ask_program '' nft -s list ruleset || :
  said=$answer failed=$answer_failed rest=$answer_warned$'\n'
  for family in ip:iptables ip6:ip6tables arp:arptables bridge:ebtables; do
    program=${family#*:}-nft-save family=${family%%:*}
    case $rest in *"# Warning: table $family "*) ;; *) continue ;; esac
    type -P "$program" >/dev/null || continue
    while IFS= read -r line; do
      table=${line#"# Warning: table $family "}
      [ "$table" = "$line" ] || printf 'managed %s/%s\n' "$family" "${table%% is managed by *}"
    done < <(printf '%s' "$rest")
    ask_program '' "$program" || :
    print_answer firewall save "${program%-save}"
  done
  answer=$said answer_failed=$failed
  print_answer firewall nft
}
