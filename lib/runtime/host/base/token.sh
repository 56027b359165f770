#!/bin/bash
# The word that passes between a plan and a host: for each unit the token that the last apply left there, or, where the
# host is no longer as that left it, the reasons, a line each, and last a hash of both. Sourced.
#
# A plan that sees another word than the state has replaces the unit and shows the reasons; apply stores the word that
# the plan saw as the new token, so the next plan is clean. Since the hash covers the old token, an apply can tell
# whether the host is still the one that the plan saw.
#
# The token of a host without drift stays what it is, so that idle plans are empty, and does not tell one deploy from the
# next. That the generation does: the name of the last run that began to change the unit. A plan carries it to the apply,
# and it is no reason for anything.

# Takes token and reasons (lines); prints the last line.
token_hash() { # <token> <reasons>
  local sum
  sum=$(printf '%s\n%s\n' "$1" "$2" | sha256sum)
  printf '[%s]\n' "${sum:0:16}"
}

# Takes token and reasons.
live_word() {
  if [ -z "$2" ]; then
    printf '%s\n' "$1"
  else
    printf '%s\n' "$2"
    token_hash "$1" "$2"
  fi
}

# Whether a word was said about a host that has this token.
is_said_of() {
  local word=$1 token=$2
  [ "$word" != "$token" ] || return 0
  # A word of one line has no hash.
  case $word in *$'\n'*) ;; *) return 1 ;; esac
  [ "$(token_hash "$token" "${word%$'\n'*}")" = "${word##*$'\n'}" ]
}

# Sets `generation`; 0 where nobody has applied the unit yet, or it was retired since.
# shellcheck disable=SC2034  # for whoever calls
read_generation() { # <unit>
  generation=0
  [ ! -s "$STATE/generation/$1" ] || read -r generation _ <"$STATE/generation/$1" || :
}
