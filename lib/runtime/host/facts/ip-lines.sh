#!/bin/bash
# Reads what ip and tc print: those of iproute 2.6.32 and of 6.1 give the same facts for the same state. Sourced after
# facts/link-names.sh.

# For awk. The caller's functions are fact(kind, text), which keeps a fact, and odd(line), for what is not understood.
# shellcheck disable=SC2016,SC2034  # awk's own $; for host/facts/links.sh
readonly IP_LINES_AWK=$LINK_NAMES_AWK'
function prepare_ip_lines() {
  fill(types, "unicast local broadcast anycast multicast blackhole unreachable prohibit throw nat xresolve")
  # What changes by itself, who has set it, and what only one of the versions prints.
  fill(noise, "linkdown dead offload offload_failed trap rt_offload rt_trap pervasive notify [detached] [unresolved]")
  fill(noisy, "proto hoplimit error expires users age used")
  fill(named, "via dev table scope src metric")
}
function fill(set, text,   part, i, count) {
  count = split(text, part, " ")
  for (i = 1; i <= count; i++) set[part[i]] = 1
}

# A line of addr, neigh, rule or route show, each told by its form.
function read_ip_line(line, six,   part, count) {
  count = split(line, part, " ")
  if (line ~ /^[0-9]+: +[^ ]+ +inet6? /) read_address(part, count)
  else if (line ~ /^[0-9]+:\t/) read_rule(part, count, six ? "rule6" : "rule")
  else if (part[2] == "dev" && (part[4] == "lladdr" || part[4] == "PERMANENT")) read_neighbour(part, count, line)
  else read_route(line, six)
}
function read_address(part, count,   i, address) {
  address = part[4]
  if (address !~ /^[0-9a-fA-F.:]+(\/[0-9]+)?$/) { odd(part[1] " " part[2] " " part[3] " " address); return }
  if (part[5] == "peer") address = address "," part[6]
  fact("address", link_word(part[2]) " " word(address))
  # Text behind it is of the next line.
  for (i = 5; i <= count && part[i] !~ /\\/; i++)
    if (part[i] == "dadfailed") fact("dadfailed", link_word(part[2]) " " word(address))
}
function read_neighbour(part, count, line,   i, mac, nailed) {
  mac = "none"
  for (i = 4; i <= count; i++) {
    if (part[i] == "lladdr") mac = tolower(part[++i])
    else if (part[i] == "PERMANENT") nailed = 1
  }
  if (part[1] !~ /^[0-9a-fA-F.:]+$/) odd(line)
  else if (nailed) fact("neighbour", link_word(part[3]) " " word(part[1]) " " word(mac))
}
function read_rule(part, count, kind,   i, text) {
  for (i = 2; i <= count; i++) {
    if (part[i] in noise) continue
    if (part[i] == "proto") { i++; continue }
    text = text " " word(part[i])
    if (part[i] ~ /^[io]if$/) text = text " " link_word(part[++i])
  }
  if (text == "") odd(part[1])
  else fact(kind, substr(part[1], 1, length(part[1]) - 1) text)
}
function read_route(line, six,   part, count, i, type, to, has, key, rest, value, hops) {
  gsub(/\\\t/, " ", line)
  count = split(line, part, " ")
  i = 1
  if (part[i] in types) type = part[i++]
  if (type == "unicast") type = ""
  to = part[i++]
  if (to !~ /^(default|[0-9a-fA-F.:]+(\/[0-9]+)?)$/) { odd(line); return }
  for (; i <= count; i++) {
    key = part[i]
    if (key == "nexthop") hops = 1
    if (key in noise) continue
    if (key in noisy || key == "pref" && part[i + 1] == "medium") {
      if (key == "proto") has["proto"] = part[i + 1]
      i++
    } else if (six && (key == "mtu" || key == "advmss")) {
      # An old kernel has them for each route.
      if (part[++i] == "lock") i++
    } else if (key in named) {
      value = part[++i]
      if (i > count) { odd(line); return }
      if (key == "dev") value = link_word(value)
      else if (value ~ /^inet6?$/) value = value " " word(part[++i])
      else value = word(value)
      if (hops) rest = rest " " key " " value
      else has[key] = value
    } else rest = rest " " word(key)
  }
  if (is_by_kernel(type, to, has, six)) return
  value = type == "" ? "" : " " type
  count = split("via dev table scope src metric", part, " ")
  for (i = 1; i <= count; i++) if (has[part[i]] != "") value = value " " part[i] " " has[part[i]]
  value = value rest
  fact(six ? "route6" : "route", word(to) (value == "" ? " unicast" : value))
}

# Whether the kernel has made a route for an address or a link.
function is_by_kernel(type, to, has, six) {
  if (has["table"] == "local" || has["table"] == "255")
    return has["proto"] ~ /^(kernel|none|unspec)$/ || six && to == "ff00::/8"
  if (!six) return 0
  if (to == "fe80::/64" && type == "" && !("via" in has) && has["metric"] == "256") return 1
  return type == "unreachable" && to == "default" && has["dev"] == "lo" && has["metric"] ~ /^(-1|4294967295)$/
}

# A line of `ip -o -d link show`: sets what[], by the name of the link.
function read_link_line(line, what,   part, piece, name) {
  if (split(line, part, " ") < 3 || part[1] !~ /^[0-9]+:$/ || part[2] !~ /:$/) { odd(line); return }
  name = substr(part[2], 1, length(part[2]) - 1)
  if (!(name in what)) sub(/@[^@]*$/, "", name)
  split(line, piece, /\\ +/)
  split(piece[3], part, " ")
  if (part[1] ~ /^[a-z][a-z0-9_]*$/) what[name] = part[1]
}

# A line of `tc qdisc show`. The kernel gives its own queues the handle 0:, and numbers those without one from 8001:.
function read_qdisc_line(line,   part, count, i, text) {
  count = split(line, part, " ")
  if (part[1] != "qdisc" || part[4] != "dev" || count < 6) { odd(line); return }
  if (part[3] == "0:") return
  text = word(part[2])
  if (part[3] !~ /^8[0-9a-f][0-9a-f][0-9a-f]:$/) text = text " " word(part[3])
  for (i = 6; i <= count; i++) {
    # Counters, and what the kernel has drawn.
    if (part[i] ~ /^(refcnt|direct_packets_stat|seed)$/) { i++; continue }
    if (part[i] ~ /^-+$/ || part[i] == "offloaded") continue
    sub(/^8[0-9a-f][0-9a-f][0-9a-f]:/, ":", part[i])
    text = text " " word(part[i])
  }
  fact("qdisc", link_word(part[5]) " " text)
}
'
