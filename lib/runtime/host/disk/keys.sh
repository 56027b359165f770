#!/bin/bash
# ifcfg files and their like as text: they are shell, but they are never run here. Sourced by host/disk/apply.sh.

. runtime/host/facts/ifcfg.sh

# The value that a file gives to a key; the last line counts.
value_of() {
  awk -v name="$2" "$IFCFG_AWK"'{ parse($0) } key == name { last = value } END { print last }' "$1"
}

# The keys of a file, one a line.
keys_of() { awk "$IFCFG_AWK"'{ parse($0) } key != "" { print key }' "$1"; }

# Lines that are more than one assignment could set a key of ours behind our back. False, with a problem noted.
check_plain() {
  local line
  line=$(awk "$IFCFG_AWK"'{ parse($0) } odd { print NR ": " $0; exit }' "$1" | plain)
  [ -n "$line" ] || return 0
  problem "/$2, line $line: only lines of the form KEY=value are understood there: mend it by hand"
  return 1
}

# A file with our keys in it. The keys are lines `KEY=value`, or `-KEY` for one that goes. A line whose value is right
# stays as it is; else the first of its key is changed in its place, with its quotes and its comment; later ones go.
with_keys() {
  awk "$IFCFG_AWK"'
    function same(name, a, b) {
      if (name == "HWADDR") return toupper(a) == toupper(b)
      # initscripts take anything but dhcp and bootp for none.
      if (name == "BOOTPROTO" && a == "static") return 1
      return a == b
    }
    FILENAME == ARGV[1] {
      if ($0 ~ /^-/) { drop[substr($0, 2)] = 1; next }
      name = $0
      sub(/=.*/, "", name)
      want[name] = substr($0, length(name) + 2)
      order[++count] = name
      next
    }
    { parse($0) }
    key in drop { next }
    !(key in want) { print; next }
    key in done { next }
    { done[key] = 1 }
    same(key, value, want[key]) { print; next }
    { print head quoted want[key] quoted tail }
    END { for (i = 1; i <= count; i++) if (!(order[i] in done)) print order[i] "=" want[order[i]] }
  ' "$1" "$2"
}
