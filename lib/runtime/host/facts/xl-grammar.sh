#!/bin/bash
# Reads guests' configurations as libxlutil does, for awk. xl refuses a whole file for one line that it does not
# understand; this reader keeps what is around such lines, and says them. Sourced; needs nothing else.

# begin_file(), then read_line() for each line, then end_file(size). They set, for each key: type_of[key], "text" or
# "list"; text_of[key]; and of a list length_of[key] and item_of[key, 1...]. odd_lines[1...odd_count] are the numbers of
# the lines that are odd, all_lines[] has the lines.
# shellcheck disable=SC2016,SC2034  # awk's own $; for host/facts/configs.sh
readonly XL_GRAMMAR_AWK='
function begin_file() {
  split("", type_of); split("", text_of); split("", length_of); split("", item_of); split("", all_lines)
  split("", is_odd); split("", odd_lines)
  line_count = odd_count = bytes = 0
  expected = "key"
}
function mark_odd(from, to) {
  for (; from <= to; from++) if (!(from in is_odd)) { is_odd[from] = 1; odd_lines[++odd_count] = from }
}
# What stands before `first` on a line has been understood. A list that has not ended is odd with all its lines, but a
# key at the beginning of a line may be the next assignment: then the list has no end.
function refuse(type, first) {
  if (expected ~ /^item/) {
    if (type == "key" && first && list_from < line_count) {
      mark_odd(list_from, line_count - 1)
      expected = "key"
      return 1
    }
    mark_odd(list_from, line_count)
  } else mark_odd(line_count, line_count)
  expected = type == "end" ? "key" : "end of the odd line"
  return 0
}
function read_line(line,   first, comment) {
  all_lines[++line_count] = line
  bytes += length(line) + 1
  ends_in_comment = 0
  for (first = 1; ; first = 0) {
    sub(/^[ \t]+/, "", line)
    if (line == "") break
    if (line ~ /^#/) { ends_in_comment = 1; break }
    if (match(line, /^("([^"\\]|\\.)*"|\047([^\047\\]|\\.)*\047)/)) token = "string"
    else if (match(line, /^[0-9][0-9a-fx]*/)) token = "number"
    else if (match(line, /^[a-z][._0-9a-z]*/)) token = "key"
    else if (match(line, /^[]=,[;]/)) token = substr(line, 1, 1)
    else { refuse("odd"); break }
    said = substr(line, 1, RLENGTH)
    line = substr(line, RLENGTH + 1)
    if (token == "string" && !take_quotes_off()) token = "odd"
    if (!take_token(first) && (!refuse(token, first) || !take_token(first))) break
  }
  if (expected == "end") expected = "key"
  else if (expected !~ /^(key|item)/) refuse("end")
}
# Sets `said` to what a string means. False if xl knows no such escape; numbers after a backslash it reads wrong.
function take_quotes_off(   i, c, all) {
  said = substr(said, 2, length(said) - 2)
  if (said !~ /\\/) return 1
  for (i = 1; i <= length(said); i++) {
    c = substr(said, i, 1)
    if (c == "\\") {
      c = substr(said, ++i, 1)
      if (c == "a") c = "\007"
      else if (c == "b") c = "\010"
      else if (c == "f") c = "\014"
      else if (c == "n") c = "\n"
      else if (c == "r") c = "\r"
      else if (c == "t") c = "\t"
      else if (c == "v") c = "\013"
      else if (c !~ /["\047\\]/) return 0
    }
    all = all c
  }
  said = all
  return 1
}
# False if the token is out of place.
function take_token(first,   is_value) {
  is_value = token == "string" || token == "number"
  if (expected == "key") {
    if (token == ";") return 1
    if (token != "key") return 0
    key = said
    expected = "="
  } else if (expected == "=") {
    if (token != "=") return 0
    expected = "value"
  } else if (expected == "value") {
    if (is_value) {
      type_of[key] = "text"
      text_of[key] = token == "number" ? number_said(said) : said
      expected = "end"
    } else if (token == "[") {
      split("", items)
      count = 0
      list_from = line_count
      expected = "item"
    } else return 0
  } else if (expected == "item") {
    if (is_value) { items[++count] = said; expected = "item or comma" }
    else if (token == "]") keep_list()
    else return 0
  } else if (expected == "item or comma") {
    if (token == ",") expected = "item"
    else if (token == "]") keep_list()
    else return 0
  } else if (expected == "end") {
    if (token != ";") return 0
    expected = "key"
  } else return 0
  return 1
}
function keep_list(   i) {
  type_of[key] = "list"
  length_of[key] = count
  for (i = 1; i <= count; i++) item_of[key, i] = items[i]
  expected = "end"
}
# A number as strtoul reads it, else its text: of 16 digits or more each awk has its own idea.
function number_said(text,   i, n, base) {
  if (length(text) > 15 || text ~ /^(0|[1-9][0-9]*)$/) return text
  if (text ~ /^0x[0-9a-f]+$/) { base = 16; text = substr(text, 3) }
  else if (text ~ /^0[0-7]+$/) base = 8
  else return text
  for (i = 1; i <= length(text); i++) n = n * base + index("0123456789abcdef", substr(text, i, 1)) - 1
  return sprintf("%.0f", n)
}
# Bytes of the file that are not its lines: a NUL that awk did not read, or a change at this moment. xl refuses a
# comment that ends the file without the end of a line.
function end_file(size) {
  if (expected ~ /^item/) mark_odd(list_from, line_count)
  if (bytes == size) return
  if (bytes != size + 1) for (size = 1; size <= line_count; size++) mark_odd(size, size)
  else if (ends_in_comment) mark_odd(line_count, line_count)
}
'
