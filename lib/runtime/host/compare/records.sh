#!/bin/bash
# Reads expectations, see host/compare/compare.sh. Sourced.

# Prints expectations, each unit's after a line `unit NAME`.
print_expectations() { # <file>...
  awk 'FNR == 1 { name = FILENAME; sub(/.*\//, "", name); print "unit " name } { print }' "$@"
}

# Sets `kinds` to the kinds that expectations are about, and `wanted_files` to a pattern of the files, so that no others
# are read; it is empty for all files.
# shellcheck disable=SC2034  # host/facts/settings.sh reads wanted_files
find_scope() { # <expectations>
  kinds='' wanted_files=''
  {
    read -r kinds || :
    read -r wanted_files || :
  } < <(printf '%s\n' "$1" | awk '
    $1 != "must" && $1 != "only" { next }
    !seen[$2]++ { kinds = kinds " " $2 }
    $2 ~ /^(file|key|line|onboot)$/ && !known[$3]++ {
      # Such a sign means something else in a pattern of the shell.
      if ($3 ~ /[^A-Za-z0-9_.:*\/-]/) odd = 1
      all = all (all == "" ? "" : "|") $3
    }
    END { print kinds; if (!odd && all != "") print "@(" all ")" }
  ')
}
