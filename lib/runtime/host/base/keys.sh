#!/bin/bash
# Sets our keys in files of others, on dom0 and on a guest's disk. Nothing else does. Sourced after
# host/base/key-lines.sh.

# Sets `reader`: the program that reads a file, which decides how its lines are understood.
# shellcheck disable=SC2034  # for the callers
find_reader() { # <path>
  case $1 in
    */sysctl.conf | */sysctl.d/*) reader=sysctl ;;
    */xl.conf) reader=xl ;;
    *) reader=shell ;;
  esac
}

# Prints a file with our keys in it. The keys are lines as the file has them, or `-KEY` for one that goes. A line with
# the right value stays as it is; else the first line of the key is changed in its place, and keeps its `export`, its
# quotes and its comment. Later lines of the key go, since the last one would win. All other lines stay. Fails, with a
# message, if it is not known what a line does to our keys.
set_keys() { # <reader> <keys> <file>
  awk -v reader="$1" "$KEY_LINES_AWK"'
    function refuse(why) {
      gsub(/[^ -~]/, "?")
      print "line " FNR why ": " $0 >"/dev/stderr"
      refused = 1
      exit 1
    }
    function is_right(name) {
      if (live) return 0
      if (reader == "shell" && name == "HWADDR") return toupper(value) == toupper(want[name])
      # initscripts read every value but dhcp and bootp as none.
      if (reader == "shell" && name == "BOOTPROTO" && value == "static") return want[name] == "none"
      return value == want[name]
    }
    # Keeps the quotes of the line if they can hold the value; else takes our own line.
    function spelled(name) {
      if (reader == "sysctl") return want[name]
      if (quoted == "\"" && want[name] !~ /["\\$`]/) return quoted want[name] quoted
      if (quoted == "\047" && want[name] !~ /[\047\\]/) return quoted want[name] quoted
      if (quoted == "" && want[name] ~ (reader == "xl" ? "^[0-9]+$" : "^[A-Za-z0-9_.,:/@%+-]+$")) return want[name]
      return text[name]
    }
    function line_of(name,   indent) {
      if (head != "") return head spelled(name) tail
      indent = $0
      sub(/[^ \t].*/, "", indent)
      return indent own[name]
    }
    FILENAME == ARGV[1] {
      if ($0 ~ /^-/) { drop[substr($0, 2)] = 1; next }
      read_line($0)
      if (odd || live || count != 1) refuse(" of our own keys is not understood")
      want[key] = value
      text[key] = substr($0, length(head) + 1, length($0) - length(head) - length(tail))
      own[key] = $0
      order[++ours] = key
      next
    }
    {
      read_line($0)
      if (odd) refuse(": only lines of the form KEY=value are understood there: mend it by hand")
      for (i = 1; i <= count; i++) {
        if (count > 1 && (names[i] in want || names[i] in drop))
          refuse(" sets " names[i] " beside others: give it a line of its own")
      }
    }
    count == 1 && key in drop { next }
    count != 1 || !(key in want) { print; next }
    key in done { next }
    { done[key] = 1 }
    is_right(key) { print; next }
    { print line_of(key) }
    END {
      if (refused) exit 1
      for (i = 1; i <= ours; i++) if (!(order[i] in done)) print own[order[i]]
    }
  ' "$2" "$3"
}

# The form of a line that sets one key and does nothing else; the key is the second of the groups.
readonly PLAIN_TEXT='"[^"$`\]*"|'\''[^'\''\]*'\'''
readonly PLAIN_SHELL='^[[:blank:]]*(export[[:blank:]]+)?([A-Za-z_][A-Za-z0-9_]*)=('$PLAIN_TEXT\
'|[A-Za-z0-9_.,:/@%+-]*)([[:blank:]]+#.*)?[[:blank:]]*$'
readonly PLAIN_SYSCTL='^[[:blank:]]*()([A-Za-z0-9_][^=[:blank:]]*)[[:blank:]]*='
readonly PLAIN_XL='^[[:blank:]]*()([a-z][._0-9a-z]*)[[:blank:]]*=[[:blank:]]*('$PLAIN_TEXT'|[0-9]+)[[:blank:]]*(#.*)?$'

# Whether a file has each of our lines word for word and once, and else plain lines of other keys. That is the usual
# case, and it needs no program.
has_our_lines() { # <reader> <keys> <file>
  local plain line name ours=$'\n' names=' ' seen=' '
  case $1 in shell) plain=$PLAIN_SHELL ;; sysctl) plain=$PLAIN_SYSCTL ;; *) plain=$PLAIN_XL ;; esac
  while IFS= read -r line; do
    ours+=$line$'\n'
    names+="${line%%[ =]*} "
  done <"$2"
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in '' | '#'*) continue ;; esac
    [[ $line =~ $plain ]] || return 1
    # sysctl allows slashes in a key.
    name=${BASH_REMATCH[2]//\//.}
    case $names in *" $name "*) ;; *) continue ;; esac
    case $ours in *$'\n'"$line"$'\n'*) ;; *) return 1 ;; esac
    case $seen in *" $name "*) return 1 ;; esac
    seen+="$name "
  done <"$3"
  [ ${#seen} -eq ${#names} ]
}
