#!/bin/bash
# The token of a unit is what the last apply left on the host. A plan sees a word for each unit: the token, if the host
# is still as the apply left it. Else the word is the reasons, a line each, and last a hash of both. Sourced.
#
# If a plan sees another word than the state has, it replaces the unit and shows the reasons. The apply stores that word
# as the new token, so the next plan is clean. The hash covers the old token, so an apply can tell whether the host has
# changed since the plan.
#
# A host without drift keeps its token, so that idle plans are empty. So the token does not tell one deploy from the
# next; the generation does. It is the name of the last run that began to change the unit. A plan hands it to the apply,
# and never changes anything because of it.

# Prints the hash, the last line of a word.
token_hash() { # <token> <reasons>
  local sum
  sum=$(printf '%s\n%s\n' "$1" "$2" | sha256sum)
  printf '[%s]\n' "${sum:0:16}"
}

# Prints the word.
word_for_plan() { # <token> <reasons>
  if [ -z "$2" ]; then
    printf '%s\n' "$1"
  else
    printf '%s\n' "$2"
    token_hash "$1" "$2"
  fi
}

# Whether a word was said about a host that has this token.
is_said_of() { # <word> <token>
  local word=$1 token=$2
  [ "$word" != "$token" ] || return 0
  # A word of one line has no hash.
  case $word in *$'\n'*) ;; *) return 1 ;; esac
  [ "$(token_hash "$token" "${word%$'\n'*}")" = "${word##*$'\n'}" ]
}

# Sets `generation`; 0 if the unit was never applied, or was retired since.
# shellcheck disable=SC2034  # for the callers
read_generation() { # <unit>
  generation=0
  [ ! -s "$STATE/generation/$1" ] || read -r generation _ <"$STATE/generation/$1" || :
}
