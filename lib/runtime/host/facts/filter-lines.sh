#!/bin/bash
# Reads what packet filters' programs print: iptables-save and its like, ebtables -L, nft list ruleset. Counters are
# left out. Sourced after facts/link-names.sh.

# For awk; see ANSWERS_AWK for fact() and odd(). A rule goes through split_words(), which sets words[]: quotes are taken
# off, since versions of a program differ in them.
# shellcheck disable=SC2016,SC2034  # awk's own $; for host/facts/packets.sh
readonly FILTER_LINES_AWK=$LINK_NAMES_AWK'
function split_words(text, words,   i, c, count, inside, begun, one) {
  if (text !~ /["\\]/) return split(text, words, " ")
  for (i = 1; i <= length(text); i++) {
    c = substr(text, i, 1)
    if (c == "\"") { inside = !inside; begun = 1 }
    else if (c == "\\" && inside && about_now !~ / nft/) one = one substr(text, ++i, 1)
    else if (c ~ /[ \t]/ && !inside) {
      if (begun || one != "") words[++count] = one
      one = begun = ""
    } else one = one c
  }
  if (begun || one != "") words[++count] = one
  return inside ? -1 : count + 0
}
function encoded(text,   words, count, i, all, comma) {
  count = split_words(text, words)
  for (i = 1; i <= count; i++) {
    comma = sub(/,$/, "", words[i]) ? "," : ""
    all = all " " (words[i] == "" && comma != "" ? "" : link_word(words[i])) comma
  }
  return all
}
function filter_fact(position, text) {
  text = encoded(text)
  fact("firewall", program " " word(table) " " word(position) (text == "" ? " %" : text))
}

# A comment may hold the end of a line.
function read_filter_line(line, about,   part, words) {
  if (about != about_now) { end_filters(); about_now = about }
  if (pending != "") line = pending "\n" line
  else if (line == "") return
  pending = ""
  if (split_words(line, words) < 0) { pending = line; return }
  split(about, part, " ")
  program = part[3]
  if (part[2] == "save") read_saved(line)
  else if (part[2] == "list") { table = part[4]; read_listed(line) }
  else { program = "nft"; read_nft(line) }
}
# What must not stay open when an answer ends.
function end_filters() {
  if (pending != "" || table_open) no_fact("firewall", "the list of rules is cut off")
  pending = table_open = about_now = chain = ""
  split("", rules)
}
function read_saved(line,   part) {
  if (line ~ /^#/) return
  split(line, part, " ")
  if (line ~ /^\*[^ ]+$/) { table = substr(line, 2); table_open = 1; split("", rules) }
  else if (line == "COMMIT") table_open = ""
  else if (line ~ /^:[^ ]+ [^ ]+/) filter_fact(substr(part[1], 2) "/policy", part[2])
  else if (line ~ /^-A [^ ]+/) {
    line = substr(line, length(part[2]) + 5)
    filter_fact(part[2] "/" ++rules[part[2]], line)
  } else odd(line)
}
function read_listed(line,   part) {
  split(line, part, " ")
  if (line ~ /^(Bridge table:|target +source)/) return
  if (line ~ /^Bridge chain: [^ ]+, entries: [0-9]+, policy: [A-Z]+$/) {
    chain = substr(part[3], 1, length(part[3]) - 1)
    filter_fact(chain "/policy", part[7])
  } else if (line ~ /^Chain [^ ]+ \(.*\)$/) {
    chain = part[2]
    sub(/\)$/, "", part[4])
    filter_fact(chain "/policy", part[3] == "(policy" ? part[4] : "-")
  } else if (chain == "") odd(line)
  else filter_fact(chain "/" ++rules[chain], line)
}

function braces(text,   quoted, opened, closed) {
  gsub(/"[^"]*"/, "", text)
  opened = gsub(/{/, "", text)
  closed = gsub(/}/, "", text)
  return opened - closed
}
function read_nft(line,   part, words) {
  sub(/^[ \t]+/, "", line)
  if (line ~ /^#/) return
  split(line, part, " ")
  if (table_open == "") {
    if (line !~ /^table [a-z0-9]+ .+ {$/) { odd(line); return }
    table = part[2] "/" part[3]
    table_open = 1
    block = ""
  } else if (block == "") {
    if (line == "}") table_open = ""
    else if (line ~ /^[a-z]+ [^ ]+ {$/) {
      block = part[1]
      chain = part[2]
      text = piece = ""
      depth = 0
    } else nft_fact(part[1], line)
  } else if (piece == "" && line == "}") {
    # What a set learns from packets is no fact, nor are counters.
    if (block !~ /^(chain|counter|quota)$/) nft_fact(block ":" chain, text)
    block = ""
  } else {
    piece = piece (piece == "" ? "" : " ") line
    depth += braces(line)
    if (length(piece) > 1000000) no_fact("firewall", "a set has more elements than can be read")
    if (depth > 0 && length(piece) <= 1000000) return
    depth = 0
    if (block != "chain") {
      if (piece !~ /^elements = / || text !~ /(^| )flags [^;]*(dynamic|timeout)/)
        text = text (text == "" ? "" : " ; ") piece
    } else if (piece ~ /^type [a-z]+ hook /) nft_fact(chain "/policy", piece)
    else nft_fact(chain "/" ++rules[table, chain], piece)
    piece = ""
  }
}
# Tables that iptables shows in full are not shown twice.
function nft_fact(position, text) { if (!(table in managed)) filter_fact(position, text) }
'
