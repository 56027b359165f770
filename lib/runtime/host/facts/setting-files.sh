#!/bin/bash
# What files are: type, mode, owner, and the hash of what is in them. Names may hold any character: `find` ends each of
# its words with a NUL, and sha256sum prints exactly one line a file. Sourced after words.sh and both/numbers.sh.
#
# All functions share these lists, an entry for each file: names, types (a letter of find), modes, sizes, owners, and
# targets of links. `paths` is what to ask for.

# A larger file is no settings file: it is neither hashed nor read.
readonly MOST_FILE_BYTES=1048576
readonly MOST_FILES=5000
# Seconds that a program may take for all files.
readonly FILES_SECONDS=60

# Runs a program on files.
run_on_files() { timeout "$FILES_SECONDS" "$@" </dev/null 2>/dev/null; } # <program> <argument>...

# Calls a function with as many arguments at a time as old kernels take. The arguments stay in groups.
in_chunks() { # <function> <arguments in a group> <argument>...
  local call=$1 group=$2 bytes=0 chunk=() i
  shift 2
  while [ $# -gt 0 ]; do
    for ((i = 0; i < group; i++)); do
      chunk+=("$1")
      bytes=$((bytes + ${#1} + 9))
      shift
    done
    [ "$bytes" -gt 60000 ] || [ "${#chunk[@]}" -ge 2000 ] || [ $# -eq 0 ] || continue
    "$call" ${chunk[@]+"${chunk[@]}"} || return 1
    chunk=() bytes=0
  done
}

# Fills the lists from `paths`, and with the files that links lead to. False, with `file_failed`, if that is not known.
ask_setting_files() {
  local round known='//' at=0
  names=() types=() modes=() sizes=() owners=() targets=() file_failed=''
  for ((round = 0; round < 10; round++)); do
    [ "${#paths[@]}" -gt 0 ] || return 0
    if [ $((${#names[@]} + ${#paths[@]})) -gt "$MOST_FILES" ]; then
      file_failed="there are more than $MOST_FILES files"
      return 1
    fi
    in_chunks ask_types 1 ${paths[@]+"${paths[@]}"} || return 1
    list_link_ends
  done
}

# Appends to the lists.
ask_types() { # <path>...
  local at=${#names[@]} status=none name type mode size owner target
  while IFS= read -r -d '' name && IFS= read -r -d '' type; do
    if [ -z "$name" ]; then
      status=$type
      break
    fi
    IFS= read -r -d '' mode
    IFS= read -r -d '' size
    IFS= read -r -d '' owner
    IFS= read -r -d '' target || break
    names[at]=$name types[at]=$type modes[at]=$mode sizes[at]=$size owners[at]=$owner targets[at]=$target
    at=$((at + 1))
  done < <(
    run_on_files find "$@" -maxdepth 0 -printf '%p\0%y\0%m\0%s\0%u:%g\0%l\0'
    printf '\0%s\0' "$?"
  )
  [ "$status" != 0 ] || return 0
  file_failed="find failed with exit status $status"
  [ "$status" != none ] || file_failed='find says something that is not understood'
  return 1
}

# Sets `paths` to the files that links lead to and that are not in the lists. A program that follows a link acts on that
# file. What the kernel makes up is left alone: reading it may wait for ever, or change it. Goes on from entry `at`.
list_link_ends() {
  local new=$at path
  paths=()
  for ((at = new; at < ${#names[@]}; at++)); do known+="${names[at]}//"; done
  for ((at = new; at < ${#names[@]}; at++)); do
    [ "${types[at]}" = l ] || continue
    find_link_end "${names[at]}" "${targets[at]}"
    case $known in *"//$path//"*) continue ;; esac
    known+="$path//"
    if [ -d "$path" ]; then continue; fi
    if [ -e "$path" ] || [ -L "$path" ]; then paths+=("$path"); fi
  done
}

# Sets `path` to what a link leads to, without dots in it, or to nothing if that is a part of the kernel.
find_link_end() { # <link> <target>
  local folder rest=$2
  case $2 in /*) ;; *) rest=${1%/*}/$2 ;; esac
  folder=${rest%/*} path=''
  case ${rest##*/} in '' | . | ..) return 0 ;; esac
  case $folder/ in
    *//* | */./* | */../*)
      # The x keeps line feeds at the end of the name.
      folder=$(cd -P -- "$folder/" 2>/dev/null && printf '%sx' "$PWD") || return 0
      folder=${folder%x}
      [ "$folder" != / ] || folder=''
      ;;
  esac
  case $folder/ in /proc/* | /sys/* | /dev/*) return 0 ;; esac
  path=$folder/${rest##*/}
}

# Prints a fact for each file in the lists.
print_file_facts() {
  local at hashed=() hashes=() next=0 rows=() content all
  for ((at = 0; at < ${#names[@]}; at++)); do
    is_hashed "$at" && hashed+=("${names[at]}")
  done
  if ! in_chunks hash_files 1 ${hashed[@]+"${hashed[@]}"}; then
    unknown file "$file_failed"
    return 0
  fi
  for ((at = 0; at < ${#names[@]}; at++)); do
    case ${types[at]} in
      f)
        content=large:${sizes[at]}
        if is_hashed "$at"; then
          content=sha256:${hashes[next]}
          next=$((next + 1))
        fi
        ;;
      l) content=link:${targets[at]} ;;
      d) content=directory ;;
      p) content=fifo ;;
      s) content=socket ;;
      c) content=char ;;
      b) content=block ;;
      *) content=${types[at]} ;;
    esac
    rows+=("${names[at]}" "${modes[at]}" "${owners[at]}" "$content")
  done
  if ! all=$(in_chunks print_file_rows 4 ${rows[@]+"${rows[@]}"}); then
    unknown file 'awk failed'
  elif [ -n "$all" ]; then
    printf '%s\n' "$all"
  fi
}

# Whether a file is a regular one that is not too large.
is_hashed() { # <position in the lists>
  local size=${sizes[$1]}
  [ "${types[$1]}" = f ] && is_number "$size" && [ "$size" -le "$MOST_FILE_BYTES" ]
}

# Appends to `hashes`, or is false. A name with a line feed is printed in one line too, with a backslash before it.
hash_files() { # <path>...
  local line all status=0 before=${#hashes[@]}
  all=$(run_on_files sha256sum -- "$@") || status=$?
  [ "$status" -eq 0 ] || { file_failed="sha256sum failed with exit status $status"; return 1; }
  while IFS= read -r line; do
    line=${line#\\}
    line=${line%% *}
    case $line in *[!0-9a-f]*) line='' ;; esac
    [ "${#line}" -eq 64 ] || { file_failed='sha256sum says something that is not understood'; return 1; }
    hashes+=("$line")
  done < <(printf '%s\n' "$all")
  [ $((${#hashes[@]} - before)) -eq $# ] || { file_failed='sha256sum prints more lines or fewer than files'; return 1; }
}

print_file_rows() { # [<path> <mode> <owner> <content>]...
  awk "$FACT_WORDS_AWK"'
    function print_file(i) {
      while (length(ARGV[i + 1]) < 4) ARGV[i + 1] = "0" ARGV[i + 1]
      print "file", word(ARGV[i]), ARGV[i + 1], word(ARGV[i + 2]), word(ARGV[i + 3])
    }
    BEGIN { prepare_words(); for (i = 1; i < ARGC; i += 4) print_file(i); exit }
  ' "$@" </dev/null
}
