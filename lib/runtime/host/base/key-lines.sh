#!/bin/bash
# Reads the lines of files that set keys, each as its own program would: the shell, sysctl or xl. The lines are never
# run. Sourced; needs nothing else.

# A line that the shell sources. parse() reads its first assignment: key, value, what stands before the value (head) and
# behind it (tail), and the quote that it begins with (quoted). It sets `live` if the shell would put in something that
# is not known here. It sets `wild` if that may set other keys, or if the value goes on in the next line. It sets `odd`
# if there is more on the line.
# shellcheck disable=SC2016  # awk's own $
readonly SHELL_LINES_AWK='
function parse(line,   i, c, quote, exported) {
  key = value = head = tail = quoted = quote = ""
  odd = live = wild = 0
  if (line ~ /^[ \t]*(#|$)/) return
  if (!match(line, /^[ \t]*(export[ \t]+)?[A-Za-z_][A-Za-z0-9_]*=/)) { odd = 1; return }
  head = substr(line, 1, RLENGTH)
  line = substr(line, RLENGTH + 1)
  key = substr(head, 1, length(head) - 1)
  sub(/^[ \t]*/, "", key)
  exported = sub(/^export[ \t]+/, "", key)
  quoted = substr(line, 1, 1)
  if (quoted !~ /["\047]/) quoted = ""
  for (i = 1; i <= length(line); i++) {
    c = substr(line, i, 1)
    if (c == quote && c != "") quote = ""
    else if (quote == "\047") value = value c
    else if (c == "\\") {
      if (i == length(line)) wild = 1
      # Between double quotes a backslash before another character stays.
      if (quote == "" || substr(line, i + 1, 1) ~ /["\\$`]/) c = substr(line, ++i, 1)
      value = value c
    } else if (quote == "" && c ~ /["\047]/) quote = c
    else if (quote == "" && c ~ /[ \t;&|<>()]/) break
    else {
      if (c ~ /[$`]/ || quote == "" && (c == "~" || exported && c ~ /[*?{[]/)) live = 1
      value = value c
    }
  }
  tail = substr(line, i)
  # ${OTHER:=no}, $((OTHER = 1))
  if (quote != "" || live && value ~ /\$\{[^}]*=|\$\(\(|\$\[/) wild = 1
  if (wild || tail !~ /^[ \t]*([ \t]#.*)?$/) odd = 1
}
'

# A line of any of the three programs. read_line() sets `count` and names[], the keys that the line sets, with values[],
# and lives[] for values that are not known here. For a single key it also sets what parse() sets. It sets `odd` if the
# line is something else, so that its effect on our keys is unknown.
# shellcheck disable=SC2016,SC2034  # awk's own $; read by host/base/keys.sh
readonly KEY_LINES_AWK=$SHELL_LINES_AWK'
function read_line(line) {
  count = odd = live = 0
  key = value = head = tail = quoted = ""
  if (reader == "shell") read_shell_line(line)
  else if (reader == "sysctl") read_sysctl_line(line)
  else read_xl_line(line)
}
function add_key(key, value) { names[++count] = key; values[count] = value; lives[count] = live }
function keep_first() { key_1 = key; value_1 = value; head_1 = head; tail_1 = tail; quoted_1 = quoted; live_1 = live }
function take_first() { key = key_1; value = value_1; head = head_1; tail = tail_1; quoted = quoted_1; live = live_1 }

# Assignments with blanks or semicolons between them. A CR is part of the value before it.
function read_shell_line(line,   rest) {
  if (line ~ /^[ \t]*\r?$/ || line ~ /^[ \t]*export([ \t]+[A-Za-z_][A-Za-z0-9_]*)+[ \t]*$/) return
  rest = line
  while (1) {
    parse(rest)
    if (key == "" || wild) break
    odd = 0
    add_key(key, value)
    if (count == 1) keep_first()
    rest = tail
    if (sub(/^[ \t]*;[ \t]*/, "", rest)) continue
    if (rest != "" && !sub(/^[ \t]+/, "", rest)) { odd = 1; break }
  }
  if (count) take_first()
}

# `key = value`, the value to the end of the line, the key with dots or with slashes. sysctl passes over other lines.
function read_sysctl_line(line,   text, at) {
  text = line
  sub(/^[ \t]+/, "", text)
  sub(/[ \t\r]+$/, "", text)
  if (length(text) < 2 || text ~ /^[#;]/) return
  sub(/^=+/, "", text)
  at = index(text, "=")
  if (at < 2) return
  key = sysctl_name(substr(text, 1, at - 1))
  value = substr(text, at + 1)
  sub(/^\r+/, "", value)
  sub(/\r.*/, "", value)
  sub(/^[ \t]+/, "", value)
  # With a hyphen in front only later releases set the key. Without a value no release sets it.
  live = text ~ /^-/ || value == ""
  add_key(key, value)
  if (!live && match(line, /^[ \t]*[^= \t][^=]*=[ \t]*/)) head = substr(line, 1, RLENGTH)
  if (match(line, /[ \t\r]+$/)) tail = substr(line, RSTART)
}
# Returns the path below /proc/sys. If the first separator is a dot, dots and slashes change places.
function sysctl_name(name,   i, c, path) {
  sub(/^-/, "", name)
  sub(/[ \t\r]+$/, "", name)
  if (name ~ /^[^.]*\//) return name
  for (i = 1; i <= length(name); i++) {
    c = substr(name, i, 1)
    path = path (c == "." ? "/" : c == "/" ? "." : c)
  }
  return path
}

# `key = "text"` or a number, with semicolons between them. Lists are not in xl.conf.
function read_xl_line(line,   rest) {
  rest = line
  while (rest !~ /^[ \t]*(#.*)?$/) {
    if (!match(rest, /^[ \t]*[a-z][._0-9a-z]*[ \t]*=[ \t]*/)) { odd = 1; break }
    head = key = substr(rest, 1, RLENGTH)
    gsub(/[ \t=]/, "", key)
    rest = substr(rest, RLENGTH + 1)
    if (!match(rest, /^("([^"\\]|\\.)*"|\047([^\047\\]|\\.)*\047|0[xX][0-9a-fA-F]+|[0-9]+)/)) { odd = 1; break }
    value = substr(rest, 1, RLENGTH)
    tail = rest = substr(rest, RLENGTH + 1)
    live = value ~ /\\/
    quoted = substr(value, 1, 1)
    if (quoted ~ /["\047]/) value = substr(value, 2, length(value) - 2)
    else quoted = ""
    add_key(key, value)
    if (count == 1) keep_first()
    if (!sub(/^[ \t]*;/, "", rest) && rest !~ /^[ \t]*(#.*)?$/) { odd = 1; break }
  }
  if (count) take_first()
}
'
