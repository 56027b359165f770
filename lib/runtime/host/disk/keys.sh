#!/bin/bash
# Reads ifcfg files and files like them as text. They are shell, but they are never run here. Sourced by
# host/disk/apply.sh after host/base/key-lines.sh.

# Prints the value that a file gives to a key; the last line counts.
value_of() { # <file> <key>
  awk -v name="$2" "$SHELL_LINES_AWK"'{ parse($0) } key == name { last = value } END { print last }' "$1"
}

# Prints the keys of a file, one a line.
keys_of() { awk "$SHELL_LINES_AWK"'{ parse($0) } key != "" { print key }' "$1"; } # <file>

# Refuses lines that are more than one assignment: they could set one of our keys unnoticed. False, with a problem
# noted.
check_plain() { # <file> <path in the guest>
  local line
  line=$(awk "$SHELL_LINES_AWK"'{ parse($0) } odd { print NR ": " $0; exit }' "$1" | plain)
  [ -n "$line" ] || return 0
  problem "/$2, line $line: only lines of the form KEY=value are understood there: mend it by hand"
  return 1
}
