#!/bin/bash
# Reads ifcfg files and files like them as text. They are shell, but they are never run here. Sourced by
# host/disk/apply.sh after host/base/key-lines.sh.
# shellcheck disable=SC2034,SC2154  # the callers read further and value

# Sets `values`, a line `KEY=VALUE` for each assignment of a file between line feeds, and `odd_line` to the first line
# that is not one assignment. What is not printable is a question mark there: a stranger may have written the file.
read_values() { # <file>
  values=$'\n'$(awk "$SHELL_LINES_AWK"'
    { parse($0) }
    key != "" { gsub(/\r/, "", value); gsub(/[^ -~]/, "?", value); print key "=" substr(value, 1, 300) }
    odd && !seen { seen = 1; print "odd " NR ": " $0 }
  ' "$1")$'\n'
  odd_line=''
  case $values in *$'\n''odd '*)
    odd_line=${values#*$'\n''odd '}
    odd_line=$(printf '%s' "${odd_line%%$'\n'*}" | plain)
    ;;
  esac
}

# Sets `value` to what read_values has found for a key; the last line counts.
find_value() { # <key>
  value=${values##*$'\n'"$1="}
  if [ "$value" = "$values" ]; then value=''; else value=${value%%$'\n'*}; fi
}

# Sets `further` to the keys of further addresses that read_values has found, between blanks.
find_further_addresses() {
  local line
  further=''
  while IFS= read -r line; do
    [[ $line =~ ^(IPADDR[1-9][0-9]*)= ]] || continue
    case " $further " in *" ${BASH_REMATCH[1]} "*) ;; *) further=${further:+$further }${BASH_REMATCH[1]} ;; esac
  done < <(printf '%s' "$values")
}

# Refuses lines that are more than one assignment: they could set one of our keys unnoticed. False, with a problem
# noted.
check_plain() { # <path in the guest>
  [ -n "$odd_line" ] || return 0
  problem "/$1, line $odd_line: only lines of the form KEY=value are understood there: mend it by hand"
  return 1
}
