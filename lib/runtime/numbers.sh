#!/bin/bash
# The one reader of numbers that somebody else has written: another host, a guest's disk, xenstore, xl, a file. bash's
# arithmetic evaluates text as a program (`a[$(reboot)]` runs), so no such word reaches (( )), $(( )), -eq and its like,
# `printf -v` or the index of an array before it was read here. Sourced; needs nothing else.

# Whether a text is a whole number that bash can count with. No leading zero: bash would read it as octal.
is_number() { # <text>
  case $1 in
    0) return 0 ;;
    '' | 0* | *[!0-9]*) return 1 ;;
  esac
  [ ${#1} -le 18 ]
}
