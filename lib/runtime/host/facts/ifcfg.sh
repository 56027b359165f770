#!/bin/bash
# How ifcfg files and their like are read: they are shell, but they are never run here. Sourced; needs nothing else.

# What all programs that read such files share: parse() takes a line apart into key, value and what stands around them.
# shellcheck disable=SC2016  # awk's own $
readonly IFCFG_AWK='
function parse(line,   i, c, quote) {
  key = value = tail = quoted = ""
  odd = 0
  if (line ~ /^[ \t]*(#|$)/) return
  if (!match(line, /^[ \t]*(export[ \t]+)?[A-Za-z_][A-Za-z0-9_]*=/)) { odd = 1; return }
  head = substr(line, 1, RLENGTH)
  line = substr(line, RLENGTH + 1)
  key = substr(head, 1, length(head) - 1)
  sub(/^[ \t]*/, "", key)
  sub(/^export[ \t]+/, "", key)
  quoted = substr(line, 1, 1)
  if (quoted !~ /["\047]/) quoted = ""
  quote = ""
  for (i = 1; i <= length(line); i++) {
    c = substr(line, i, 1)
    if (quote != "") {
      if (c == quote) quote = ""
      else { if (c == "\\" && quote == "\"") c = substr(line, ++i, 1); value = value c }
    } else if (c ~ /["\047]/) quote = c
    else if (c ~ /[ \t;&|<>()]/) break
    else { if (c == "\\") { if (i == length(line)) odd = 1; c = substr(line, ++i, 1) } value = value c }
  }
  tail = substr(line, i)
  if (quote != "" || tail !~ /^[ \t]*([ \t]#.*)?$/) odd = 1
}
'

# What ifcfg files say, as the shell that sources them would have it: a line for each file, its name and the values of
# the keys, with one program for all of them. What is not given is `-`; a character that no name or address has is `?`, so
# a CR or a `$` never looks like what we compare with. The key BOOT is no where initscripts would not start it at boot:
# they look for a line that begins with ONBOOT=no, and ifup asks the shell's value too.
ifcfg_values() { # <keys> <file>...
  local keys=$1
  shift
  awk -v keys="$keys" "$IFCFG_AWK"'
    function known(text) { gsub(/[^A-Za-z0-9_.:\/-]/, "?", text); return text == "" ? "-" : text }
    function flush(   i, line) {
      if (file == "") return
      sub(/.*\/ifcfg-/, "", file)
      has["BOOT"] = (has["BOOT"] == "no" || tolower(has["ONBOOT"]) ~ /^(no|n|false|f|0)$/) ? "no" : "yes"
      line = known(file)
      for (i = 1; i <= count; i++) line = line " " known(has[name[i]])
      print line
      for (i in has) delete has[i]
    }
    BEGIN { count = split(keys, name, " ") }
    FILENAME != file_before { flush(); file = file_before = FILENAME }
    /^ONBOOT=["\047]?[Nn][Oo]/ { has["BOOT"] = "no" }
    {
      # Several on a line, as the shell takes them too.
      rest = $0
      while (rest != "") {
        parse(rest)
        if (key == "") break
        has[key] = value
        rest = tail
        sub(/^[ \t;&|]+/, "", rest)
      }
    }
    END { flush() }
  ' "$@"
}
