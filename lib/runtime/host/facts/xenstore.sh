#!/bin/bash
# Reads xenstore, of any release. Sourced after host/facts/xen.sh.
# shellcheck disable=SC2034,SC2154  # set for host/facts/xen.sh and guests.sh; xen_said and xen_failed are ask_xen's

# Turns the tree that xenstore-ls without -f prints into the lines of `xenstore-ls -f PATH`. Releases before 3.3 know no
# -f. They put one blank a level before a name, print values as they are, and shorten long ones: "VALUE...".
# A line `PATH ?` is a shortened value, which must be read by itself. A line that is something else ends the answer.
# shellcheck disable=SC2016  # awk's own $
readonly STORE_TREE_AWK='
/^\// { print; next }
/^$/ { next }
{
  match($0, /^ */)
  depth = RLENGTH
  rest = substr($0, depth + 1)
  if (depth > deepest + 1 || !match(rest, /^[-A-Za-z0-9_@]+/)) { print "odd " $0; exit }
  if (NR == 1) { deepest = 0; if (depth) { print "odd " $0; exit } }
  name = substr(rest, 1, RLENGTH)
  rest = substr(rest, RLENGTH + 1)
  path[depth] = (depth ? path[depth - 1] : top) "/" name
  deepest = depth
  if (rest ~ /^:/) next
  if (rest !~ /^ = ".*"$/) { print "odd " $0; exit }
  if (rest ~ /\.\.\."$/) { print path[depth] " ?"; next }
  gsub(/\\/, "\\\\", rest)
  print path[depth] rest
}
'

# Does what read_backends does, also on a host whose xenstore-ls knows no -f. Of that option some releases say nothing
# but their usage, and succeed.
read_any_backends() {
  local top=/local/domain/0/backend first
  if read_backends; then
    [ -z "$backend_lines" ] || return 0
    ask_xen xenstore-ls "$top" || return 0
  else
    first=$xen_failed
    case $first in *'no answer within'* | *'no such program'*) return 1 ;; esac
    if ! ask_xen xenstore-ls "$top"; then
      xen_failed=$first
      return 1
    fi
  fi
  read_store_tree "$top"
}

# Sets `backend_lines` from the tree in `xen_said`, with shortened values in full.
read_store_tree() { # <path>
  local tree line at=0
  xen_paths=()
  tree=$(printf '%s\n' "$xen_said" | awk -v top="$1" "$STORE_TREE_AWK") || tree='odd no answer of awk'
  while IFS= read -r line; do
    case $line in
      'odd '*)
        xen_failed="xenstore-ls says something that is not understood: $(shown "${line#odd }")"
        return 1
        ;;
      *' ?') xen_paths[${#xen_paths[@]}]=${line% \?} ;;
    esac
  done < <(printf '%s\n' "$tree")
  backend_lines=$tree
  [ ${#xen_paths[@]} -gt 0 ] || return 0
  read_store_values || return 1
  backend_lines=''
  while IFS= read -r line; do
    case $line in
      *' ?')
        line="${line% \?} = \"${xen_values[at]//\\/\\\\}\""
        at=$((at + 1))
        ;;
    esac
    backend_lines+=$line$'\n'
  done < <(printf '%s\n' "$tree")
}

# Sets `xen_values` to what xenstore has under each of `xen_paths`, or to nothing for a path that is not there. One
# program for all paths, and one more for each path that is missing. False if they are not known; then `xen_failed`
# says why.
read_store_values() {
  local at=0 status starts=0 said line
  xen_values=()
  while [ "$at" -lt ${#xen_paths[@]} ]; do
    starts=$((starts + 1))
    status=0
    said=$(timeout "$XEN_SECONDS" xenstore-read "${xen_paths[@]:at}" </dev/null 2>&1) || status=$?
    xen_failed="xenstore-read ${xen_paths[at]} failed with exit status $status: $(shown "$said")"
    case $status-$said in
      0-*) ;;
      # Ends with the first path that is not there.
      1-*"couldn't read path "*) [ "$starts" -le 20 ] || return 1 ;;
      *) return 1 ;;
    esac
    while IFS= read -r line; do
      case $line in *"couldn't read path "*) continue ;; esac
      xen_values[at]=$line
      at=$((at + 1))
    done < <([ "$status$said" = 0 ] || printf '%s\n' "$said")
    if [ "$status" -ne 0 ]; then
      xen_values[at]=''
      at=$((at + 1))
    else
      break
    fi
  done
  xen_failed="xenstore-read answers ${#xen_paths[@]} questions with $at lines"
  [ "$at" -eq ${#xen_paths[@]} ]
}
