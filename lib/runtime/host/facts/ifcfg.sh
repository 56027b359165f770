#!/bin/bash
# How ifcfg files and their like are read: they are shell, but they are never run here. Sourced after
# host/base/key-lines.sh.

# What ifcfg files say, as the shell that sources them would have it: a line for each file, its name and the values of
# the keys, with one program for all of them. What is not given is `-`; a character that no name or address has is `?`, so
# a CR or a `$` never looks like what we compare with. The key BOOT is no where initscripts would not start it at boot:
# they look for a line that begins with ONBOOT=no, and ifup asks the shell's value too.
ifcfg_values() { # <keys> <file>...
  local keys=$1
  shift
  awk -v keys="$keys" "$SHELL_LINES_AWK"'
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
