#!/bin/bash
# Facts about guests' configurations on the host, about the entries that xendomains starts, and about saved guests, in
# the words of lib/facts/vocabulary.ts. Sourced after words.sh, config-links.sh, config-files.sh and saved-guests.sh.
# shellcheck disable=SC2034,SC2154  # `saves` and `target` are set by functions of these

print_config_facts() {
  local link_names=() link_targets=()
  wants config config-vif config-disk config-odd autostart saved || return 0
  if wants config config-vif config-disk config-odd autostart; then print_files_and_links; fi
  if wants saved; then print_saved_facts; fi
}

print_files_and_links() {
  local why=''
  [ -d /etc/xen ] || return 0
  if ! find_links; then
    unknown_configs "$why" autostart
    return 0
  fi
  ! wants autostart || print_autostart_facts
  if wants config config-vif config-disk config-odd; then print_config_file_facts; fi
}

# Prints facts, each of a kind and the words that follow, without a word for it in a shell variable: any text is taken.
print_words() { # <kind> <words of a fact> <text>...
  local kind=$1 each=$2
  shift 2
  [ $# -gt 0 ] || return 0
  awk -v kind="$kind" -v each="$each" "$FACT_WORDS_AWK"'
    BEGIN { prepare_words() }
    BEGIN {
      for (i = 1; i < ARGC; i += each) {
        line = kind
        for (j = i; j < i + each; j++) line = line " " word(ARGV[j])
        print line
      }
      exit
    }
  ' "$@" </dev/null || unknown "$kind" 'awk failed'
}

print_autostart_facts() {
  local entry target words=()
  for entry in /etc/xen/auto/*; do
    if [ ! -e "$entry" ] && [ ! -L "$entry" ]; then continue; fi
    if ! take_target "$entry"; then
      unknown autostart 'find does not know all links in /etc/xen/auto'
      return 0
    fi
    words[${#words[@]}]=${entry##*/}
    words[${#words[@]}]=$target
    if [ ${#words[@]} -gt $((2 * MOST_CONFIGS)) ]; then
      unknown autostart "/etc/xen/auto has more than $MOST_CONFIGS entries"
      return 0
    fi
  done
  print_words autostart 2 ${words[@]+"${words[@]}"}
}

print_saved_facts() {
  local saves='' place file seen='' words=()
  read_saves
  for place in "$saves" /var/lib/xen/save; do
    place=${place%/}
    case $place in "$seen" | '') continue ;; esac
    seen=$place
    for file in "$place"/*; do
      if [ -f "$file" ]; then words[${#words[@]}]=$file; fi
      if [ ${#words[@]} -gt "$MOST_CONFIGS" ]; then
        unknown saved "$place has more than $MOST_CONFIGS files"
        return 0
      fi
    done
  done
  print_words saved 1 ${words[@]+"${words[@]}"}
}
