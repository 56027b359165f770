#!/bin/bash
# The one reader of numbers that somebody else has written: another host, a guest's disk, xenstore, xl, a file. bash's
# arithmetic evaluates text as a program (`a[$(reboot)]` runs), so no such word reaches (( )), $(( )), -eq and its like,
# `printf -v` or the index of an array before it was read here; a test goes through all files for that. Sourced;
# check_number needs `fail`, nothing else needs anything.

# Whether a text is a whole number that bash can count with. No leading zero: bash would read it as octal.
is_number() { # <text>
  case $1 in
    0) return 0 ;;
    '' | 0* | *[!0-9]*) return 1 ;;
  esac
  [ ${#1} -le 18 ]
}

# Whether a text is a number below 2^32 in hexadecimal digits, as `stat -c %t` writes a device's, or a MAC a byte.
is_hex() { # <text>
  case $1 in '' | *[!0-9a-fA-F]*) return 1 ;; esac
  [ ${#1} -le 8 ]
}

# A text of somebody else's, fit for a message: one short line, nothing but printable characters.
shown() { # <text>
  local LC_ALL=C text=${1//[! -~]/}
  printf '%s' "${text:0:60}"
}

# Ends the step where a text is no number. Never inside $( ), where only a subshell would end.
check_number() { # <what it should be, and who says so> <text>...
  local what=$1
  shift
  while [ $# -gt 0 ]; do
    is_number "$1" || fail "$what is '$(shown "$1")', expected: a whole number of at most 18 digits"
    shift
  done
}
