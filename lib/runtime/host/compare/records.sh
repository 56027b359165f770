#!/bin/bash
# Reads expectations, see host/compare/compare.sh. Sourced.

# Prints expectations, each unit's after a line `unit NAME`.
print_expectations() { # <file>...
  awk 'FNR == 1 { name = FILENAME; sub(/.*\//, "", name); print "unit " name } { print }' "$@"
}

# Sets `kinds` to the kinds that expectations are about.
find_kinds() { # <expectations>
  local kind
  kinds=''
  while read -r kind; do kinds+=" $kind"; done < <(
    printf '%s\n' "$1" | awk '($1 == "must" || $1 == "only") && !seen[$2]++ { print $2 }'
  )
}
