#!/bin/bash
# Writes texts as words of facts, see lib/facts/fact.ts: what is not printable ASCII, `%` and `*` become %XX, and the
# empty text becomes a single `%`. Sourced; needs LC_ALL=C and nothing else.

# For awk: word(text). The caller's BEGIN calls prepare_words() first.
# shellcheck disable=SC2034  # for the collectors
readonly FACT_WORDS_AWK='
function prepare_words(   i) { for (i = 1; i < 256; i++) coded[sprintf("%c", i)] = sprintf("%%%02X", i) }
function word(text,   i, c, all) {
  if (text == "") return "%"
  if (text !~ /[^!-$&-)+-~]/) return text
  for (i = 1; i <= length(text); i++) {
    c = substr(text, i, 1)
    all = all (c ~ /[!-$&-)+-~]/ ? c : coded[c])
  }
  return all
}
'

# Sets `word`. Starts a program only if the text is not plain.
encode() { # <text>
  case $1 in
    '') word=% ;;
    *[!\!-\$\&-\)+-~]*)
      # awk sees lines.
      word=$(printf '%s\n' "$1" | awk "$FACT_WORDS_AWK"'
        BEGIN { prepare_words() }
        { all = all (NR > 1 ? "%0A" : "") ($0 == "" ? "" : word($0)) }
        END { print all }
      ')
      ;;
    *) word=$1 ;;
  esac
}

# Prints that facts of a kind are missing, and why: all of them, or those about one file.
unknown() { # <kind> <why> [<file>]
  local word about=''
  if [ $# -eq 3 ]; then
    encode "$3"
    about=" $word"
  fi
  encode "$2"
  printf 'unknown %s %s%s\n' "$1" "$word" "$about"
}

# Whether one of some kinds is asked for; reads `kinds`.
# shellcheck disable=SC2154  # the caller's
wants() { # <kind>...
  local kind
  for kind in "$@"; do
    case " $kinds " in *" $kind "*) return 0 ;; esac
  done
  return 1
}

# Prints that those of some kinds are unknown which are asked for.
unknown_kinds() { # <why> <kind>...
  local why=$1 kind
  shift
  for kind in "$@"; do
    ! wants "$kind" || unknown "$kind" "$why"
  done
}

# Whether a file is set aside by its name: initscripts pass over it.
is_spare_name() { # <path>
  case $1 in *~ | *.bak | *.orig | *.rpmnew | *.rpmorig | *.rpmsave) true ;; *) false ;; esac
}
