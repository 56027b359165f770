#!/bin/bash
# The one reader of what synth says of a unit: `words/UNIT` in the tree, in a bundle and in a record, a line `word value`
# each. Data: nothing of it is run, on neither machine. Sourced; needs nothing else.
# shellcheck disable=SC2034  # set for whoever calls

# Sets `words`, as functions take them: word value word value ... Fails where there is no such file.
read_words() { # <file>
  local word value
  words=()
  # Nothing but a file: a pipe would be waited for.
  [ -f "$1" ] || return 1
  while read -r word value || [ -n "$word" ]; do
    # One that has lost its value has an empty one.
    [ -z "$word" ] || words[${#words[@]}]=$word words[${#words[@]}]=$value
  done <"$1"
}

# Sets `value`, that of the first line with a word; it is empty where there is none. Fails where there is no such file.
find_word() { # <file> <word>
  local word
  value=''
  [ -f "$1" ] || return 1
  while read -r word value || [ -n "$word" ]; do
    [ "$word" != "$2" ] || return 0
  done <"$1"
  value=''
}

# Whether there is a word among them.
has_word() { # <word> [<word> <value>]...
  local wanted=$1
  shift
  while [ $# -gt 0 ]; do
    [ "$1" != "$wanted" ] || return 0
    shift 2
  done
  return 1
}
