#!/bin/bash
# The only reader of numbers that others have written: another host, a guest's disk, xenstore, xl, a file. bash's
# arithmetic evaluates text as a program (`a[$(reboot)]` runs). So each such word is read here before it reaches (( )),
# $(( )), -eq and its like, `printf -v` or the index of an array; a test checks that in all files. Sourced; only
# check_number needs anything else: `fail`.

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

# Prints a text of others so that it fits into a message: one short line of printable characters.
shown() { # <text>
  local LC_ALL=C text=${1//[! -~]/}
  printf '%s' "${text:0:60}"
}

# Fails the step if a text is no number. Never call it inside $( ): there only the subshell would end.
check_number() { # <what it should be, and who says so> <text>...
  local what=$1
  shift
  while [ $# -gt 0 ]; do
    is_number "$1" || fail "$what is '$(shown "$1")', expected: a whole number of at most 18 digits"
    shift
  done
}
