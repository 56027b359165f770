#!/bin/bash
# Reads ifcfg files and files like them. They are shell, but they are never run here. Sourced after
# host/base/key-lines.sh.

# shellcheck disable=SC2034  # for host/network
readonly SCRIPTS=/etc/sysconfig/network-scripts

# Prints a line for each ifcfg file: its name and the values of the keys, as the shell that sources it would have them.
# One program reads all files. `-` stands for a key that is not given. `?` stands for a character that no name or
# address has, so a value with a CR or a `$` never equals one of ours.
ifcfg_values() { # <keys> <file>...
  local keys=$1
  shift
  awk -v keys="$keys" "$SHELL_LINES_AWK"'
    function known(text) { gsub(/[^A-Za-z0-9_.:\/-]/, "?", text); return text == "" ? "-" : text }
    function flush(   i, line) {
      if (file == "") return
      sub(/.*\/ifcfg-/, "", file)
      line = known(file)
      for (i = 1; i <= count; i++) line = line " " known(has[name[i]])
      print line
      for (i in has) delete has[i]
    }
    BEGIN { count = split(keys, name, " ") }
    FILENAME != file_before { flush(); file = file_before = FILENAME }
    {
      # A line may have several assignments, as in the shell.
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
