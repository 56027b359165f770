#!/bin/bash
# The only reader of what synth says of a unit: `words/UNIT` in the tree, in a bundle and in a record, a line `word
# value` each. It is data, and is never run on either machine. Sourced; needs nothing else.
# shellcheck disable=SC2034  # set for the callers

# Sets `words`, as functions take them: word value word value ... Fails if there is no such file.
read_words() { # <file>
  local word value
  words=()
  # Only a file: reading a pipe would never end.
  [ -f "$1" ] || return 1
  while read -r word value || [ -n "$word" ]; do
    # A word that has lost its value has an empty one.
    [ -z "$word" ] || words[${#words[@]}]=$word words[${#words[@]}]=$value
  done <"$1"
}

# Sets `value` to the value of the first line with a word, or to nothing. Fails if there is no such file.
find_word() { # <file> <word>
  local word
  value=''
  [ -f "$1" ] || return 1
  while read -r word value || [ -n "$word" ]; do
    [ "$word" != "$2" ] || return 0
  done <"$1"
  value=''
}

# Whether a word is among the words.
has_word() { # <word> [<word> <value>]...
  local wanted=$1
  shift
  while [ $# -gt 0 ]; do
    [ "$1" != "$wanted" ] || return 0
    shift 2
  done
  return 1
}
