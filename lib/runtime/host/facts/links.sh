#!/bin/bash
# Collects what the kernel knows about links and where frames go: links, bridges and ports, bonds, VLANs, addresses,
# routes, rules, nailed neighbours and queues. Sourced after facts/answers.sh, facts/link-names.sh and
# facts/ip-lines.sh; reads `kinds`.

LINK_KINDS='link bridge port port-option bond slave vlan address dadfailed'
readonly LINK_KINDS="$LINK_KINDS route route6 rule rule6 neighbour qdisc"

# shellcheck disable=SC2016  # awk's own $
readonly LINK_FACTS_AWK=$ANSWERS_AWK$IP_LINES_AWK'
BEGIN {
  prepare_ip_lines()
  bridge_options = "stp:stp_state delay:forward_delay hello:hello_time max-age:max_age ageing:ageing_time " \
    "priority:priority multicast_snooping:multicast_snooping vlan_filtering:vlan_filtering"
  port_options = "state:state cost:path_cost priority:priority hairpin:hairpin_mode isolated:isolated " \
    "learning:learning flood:unicast_flood"
  bond_options = "mode miimon primary lacp_rate xmit_hash_policy arp_interval arp_ip_target"
  split("listening learning forwarding blocking", port_states, " ")
  port_states[0] = "disabled"
}
function read_own_line(line,   part) {
  split(line, part, " ")
  if (part[1] == "link") what[part[2]] = part[3]
  else if (part[1] == "port") ports[++port_count] = part[2] " " part[3]
  else if (part[1] == "sys") sys = part[2]
  else if (part[1] == "vlans") vlan_file = part[2]
  else keep_link_name(line)
}
function read_answer_line(line, about) {
  if (line == "") return
  if (about == "link") read_link_line(line, what)
  else if (about == "qdisc") read_qdisc_line(line)
  else read_ip_line(line, about ~ /(^six| six)/)
}
function keep_rest(   link, part, i, any) {
  for (link in what) {
    any = 1
    keep_link(link)
    if (what[link] == "bridge") keep_bridge(link)
    else if (what[link] == "bond") keep_bond(link)
  }
  if (!any) no_facts("link bridge port port-option bond slave", "there are no links in " sys)
  for (i = 1; i <= port_count; i++) {
    split(ports[i], part, " ")
    keep_port(part[1], part[2])
  }
  if (vlan_file != "") keep_vlans()
}
function keep_link(link,   flags, mac, mtu, text) {
  text = link_word(link)
  flags = first_line(sys "/" link "/flags")
  mtu = first_line(sys "/" link "/mtu")
  mac = first_line(sys "/" link "/address")
  if (flags !~ /^0x[0-9a-fA-F]+$/ || mtu !~ /^[0-9]+$/) no_fact("link", link " has flags " flags " and mtu " mtu)
  fact("link", text " kind " word(what[link]))
  # IFF_UP is the lowest bit.
  fact("link", text " state " (flags ~ /[13579bBdDfF]$/ ? "up" : "down"))
  if (mac != "") fact("link", text " mac " word(tolower(mac)))
  fact("link", text " mtu " word(mtu))
}

# The kernel counts in hundredths of a second.
function seconds(text,   whole, rest) {
  while (length(text) < 3) text = "0" text
  whole = substr(text, 1, length(text) - 2)
  rest = substr(text, length(text) - 1)
  sub(/0+$/, "", rest)
  return rest == "" ? whole : whole "." rest
}
function keep_options(kind, subject, folder, options,   part, pair, i, count, value) {
  count = split(options, part, " ")
  for (i = 1; i <= count; i++) {
    split(part[i], pair, ":")
    value = first_line(folder "/" pair[2])
    if (got <= 0) {
      # Others are not there in every kernel.
      if (i == 1) no_fact(kind, folder "/" pair[2] " cannot be read")
      continue
    }
    if (value !~ /^[0-9]+$/) { no_fact(kind, folder "/" pair[2] " says " value); continue }
    if (pair[1] == "stp") value = value == "0" ? "off" : "on"
    else if (kind == "port-option" && pair[1] == "state") value = value in port_states ? port_states[value] : value
    else if (pair[1] ~ /^(delay|hello|max-age|ageing)$/) value = seconds(value)
    fact(kind, subject " " pair[1] " " word(value))
  }
}
function keep_bridge(link) { keep_options("bridge", link_word(link), sys "/" link "/bridge", bridge_options) }
function keep_port(bridge, link,   pair) {
  pair = link_word(bridge) " " link_word(link)
  fact("port", pair)
  keep_options("port-option", pair, sys "/" bridge "/brif/" link, port_options)
}
function keep_bond(link,   folder, part, i, count, value) {
  folder = sys "/" link "/bonding/"
  count = split(bond_options, part, " ")
  for (i = 1; i <= count; i++) {
    value = first_line(folder part[i])
    if (i == 1 && value == "") no_fact("bond", folder part[i] " cannot be read")
    # The number behind the name is not the same in every kernel.
    sub(/ [0-9]+$/, "", value)
    if (value != "")
      fact("bond", link_word(link) " " part[i] " " (part[i] == "primary" ? link_word(value) : word(value)))
  }
  value = first_line(folder "slaves")
  if (got < 0) no_fact("slave", folder "slaves cannot be read")
  count = split(value, part, " ")
  for (i = 1; i <= count; i++) fact("slave", link_word(link) " " link_word(part[i]))
}

# `eth0.100       | 100  | eth0`; a name of 15 characters has no blank behind it.
function keep_vlans(   line, part, count, status) {
  while ((status = (getline line < vlan_file)) > 0) {
    if (line ~ /^(VLAN Dev name|Name-Type:)/) continue
    count = split(line, part, " ")
    sub(/\|$/, "", part[1])
    if (part[1] == "" || part[count - 2] !~ /^[0-9]+$/) no_fact("vlan", vlan_file " says " line)
    else fact("vlan", link_word(part[1]) " " link_word(part[count]) " " part[count - 2])
  }
  if (status < 0) no_fact("vlan", vlan_file " cannot be read")
  close(vlan_file)
}
'

print_link_facts() {
  # shellcheck disable=SC2086  # kinds
  wants $LINK_KINDS || return 0
  # shellcheck disable=SC2086
  print_answered print_link_lines "$LINK_FACTS_AWK" $LINK_KINDS
}

print_link_lines() {
  print_link_names
  ! wants link bridge port port-option bond slave || print_links
  if wants vlan && [ -e "$FACTS_PROC/net/vlan/config" ]; then printf 'vlans %s\n' "$FACTS_PROC/net/vlan/config"; fi
  ask_ip 4 address neighbour rule route
  # A kernel without IPv6 has no such file.
  [ ! -e "$FACTS_PROC/net/if_inet6" ] || ask_ip 6 'address dadfailed' neighbour rule6 route6
  if wants qdisc; then
    ask_program '' tc qdisc show || :
    print_answer qdisc
  fi
  echo complete
}

# Prints `link NAME KIND` for each link, and `port BRIDGE NAME` for each port.
print_links() {
  local net=$FACTS_SYS/class/net link port kind_of_link strange=no
  printf 'sys %s\n' "$net"
  for link in "$net"/*; do
    [ -e "$link/flags" ] || continue
    find_link_kind "$link"
    printf 'link %s %s\n' "${link##*/}" "$kind_of_link"
    [ "$kind_of_link" != other ] || strange=yes
    for port in "$link"/brif/*; do
      [ ! -e "$port" ] || printf 'port %s %s\n' "${link##*/}" "${port##*/}"
    done
  done
  if [ "$strange" = yes ] && wants link; then
    ask_program '' ip -o -d link show || :
    print_answer link
  fi
}

# Sets `kind_of_link`, to `other` if /sys does not tell.
find_link_kind() { # <folder of the link>
  local type='' flags='' line=''
  kind_of_link=other
  { read -r type <"$1/type"; } 2>/dev/null || :
  { read -r flags <"$1/tun_flags"; } 2>/dev/null || :
  if [ "$type" = 772 ]; then
    kind_of_link=loopback
  elif [ -d "$1/bridge" ]; then
    kind_of_link=bridge
  elif [ -d "$1/bonding" ]; then
    kind_of_link=bond
  elif [ -e "$FACTS_PROC/net/vlan/${1##*/}" ]; then
    kind_of_link=vlan
  elif is_vif "$1"; then
    kind_of_link=vif
  elif [ -e "$1/device" ]; then
    kind_of_link=nic
  elif [ -n "$flags" ]; then
    # IFF_TUN is 1 and IFF_TAP is 2, of the last digit.
    case $flags in 0x*2 | 0x*[aA]) kind_of_link=tap ;; *) kind_of_link=tun ;; esac
  else
    while read -r line; do
      case $line in DEVTYPE=[a-z]*) kind_of_link=${line#DEVTYPE=} ;; esac
    done 2>/dev/null <"$1/uevent"
  fi
}

# Asks for what is wanted of some groups of kinds, each with a command of its own. An old ip ends a batch as soon as it
# has listed routes, or earlier: rules, of which there always are some, tell that it did not.
# shellcheck disable=SC2154  # ask_program sets the answer
ask_ip() { # 4|6 <kinds>...
  local family=$1 group groups=() batch='' six=''
  [ "$family" != 6 ] || six=six
  shift
  for group in "$@"; do
    # shellcheck disable=SC2086  # kinds
    wants $group || continue
    groups[${#groups[@]}]=$group
    find_ip_command "$group"
    case $group in rule* | route*) ;; *) batch+=$ip_command$'\n' ;; esac
  done
  [ ${#groups[@]} -gt 0 ] || return 0
  if [ ${#groups[@]} -gt 1 ]; then
    batch+='rule show'
    case $group in route*) ! wants "$group" || batch+=$'\n''route show table all' ;; esac
    if ask_program "$batch" ip "-$family" -o -batch -; then
      case $'\n'$answer in
        *$'\n'[0-9]*:$'\t'*)
          print_answer ${six:+six} ${groups[@]+"${groups[@]}"}
          return 0
          ;;
      esac
    fi
    case $answer_failed in
      *': no answer within '* | *': there is no such program '*)
        print_answer ${six:+six} ${groups[@]+"${groups[@]}"}
        return 0
        ;;
    esac
  fi
  for group in ${groups[@]+"${groups[@]}"}; do
    find_ip_command "$group"
    # shellcheck disable=SC2086  # words
    ask_program '' ip "-$family" -o $ip_command || :
    print_answer ${six:+six} "$group"
  done
}

# Sets `ip_command`.
find_ip_command() { # <kinds>
  case $1 in
    address*) ip_command='addr show' ;;
    neighbour) ip_command='neigh show nud permanent' ;;
    rule*) ip_command='rule show' ;;
    *) ip_command='route show table all' ;;
  esac
}
