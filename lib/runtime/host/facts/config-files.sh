#!/bin/bash
# Prints what guests' configurations on the host say. Sourced after words.sh, secrets.sh, xl-grammar.sh, xl-devices.sh
# and config-links.sh of host/facts, and both/numbers.sh.
# shellcheck disable=SC2154  # `target` is set by take_target

# For awk: reads files; `sizes` has their sizes in bytes. `surely` has a 1 for each file that is a configuration even if
# no key says so, else a 0. Prints facts of the kinds whose variable is 1.
# shellcheck disable=SC2016  # awk's own $
readonly CONFIGS_AWK=$FACT_WORDS_AWK$SECRETS_AWK$XL_GRAMMAR_AWK$XL_DEVICES_AWK'
BEGIN { prepare_words() }
BEGIN {
  split(sizes, size_of, " ")
  split(surely, sure_of, " ")
}
FNR == 1 { if (number) finish(); number++; file = FILENAME; begin_file() }
{ read_line($0) }
END { if (number) finish() }

# Prints a blank and a word, in parts: a long text would take too long in one.
function say_word(text,   at) {
  printf "%s", " "
  if (text == "") printf "%s", "%"
  for (at = 1; at <= length(text); at += 512) printf "%s", word(substr(text, at, 512))
}
function say_fact(kind, subject, attribute, value) {
  printf "%s", kind " " shown_file " " subject
  say_word(attribute)
  say_word(value)
  printf "%s", "\n"
}
function finish(   key, i, text, secret) {
  end_file(size_of[number])
  if (!(sure_of[number] || is_guest())) return
  shown_file = word(file)
  for (key in type_of) {
    if (type_of[key] == "list" && length_of[key] && key == "vif") { if (vif) say_vifs(); continue }
    if (type_of[key] == "list" && length_of[key] && key == "disk") { if (disk) say_disks(); continue }
    if (!config) continue
    printf "%s", "config " shown_file
    say_word(key)
    if (type_of[key] == "text") say_word(harmless(key, text_of[key]))
    else {
      # The brackets tell a list from a text: xl takes no vif from a text.
      printf "%s", " ["
      for (i = 1; i <= length_of[key]; i++) say_word(harmless(key, item_of[key, i]))
      printf "%s", " ]"
    }
    printf "%s", "\n"
  }
  if (!odd) return
  split("", told)
  for (i = 1; i <= line_count; i++) {
    if (!(i in is_odd)) { secret = 0; continue }
    # A value may go on in the next line, so all odd lines behind a secret one are secret.
    text = all_lines[i]
    if (!secret) secret = tolower(text) ~ /pass|pwd|secret|token|chap|psk|credential|key/
    text = secret ? hidden(text) : masked(text)
    if (text in told) continue
    told[text] = 1
    printf "%s", "config-odd " shown_file
    say_word(text)
    printf "%s", "\n"
  }
}
# A key of these is what xl starts a guest from.
function is_guest(   i) {
  for (i = 1; i <= odd_count; i++)
    if (all_lines[odd_lines[i]] ~ /^[ \t]*(kernel|bootloader|disk|vif|builder)[ \t]*=/) return 1
  return "kernel" in type_of || "bootloader" in type_of || "disk" in type_of || "vif" in type_of ||
    "builder" in type_of || "name" in type_of && !("sched" in type_of)
}
function harmless(key, text) {
  if (secret_name(key)) return hidden(text)
  # qemu has secrets in words of its own.
  if (key ~ /^device_model_args/ && secret_name(text)) return hidden(text)
  return masked(text)
}
function say_attributes(kind, subject,   i, name, value) {
  for (i = 1; i <= attribute_count; i++) {
    name = attribute_of[i]
    value = value_of[name]
    say_fact(kind, subject, masked(name), secret_name(name) ? hidden(value) : masked(value))
  }
}
function say_vifs(   i) {
  for (i = 1; i <= length_of["vif"]; i++) {
    read_vif(item_of["vif", i])
    say_attributes("config-vif", i - 1)
  }
}
function say_disks(   i, text) {
  for (i = 1; i <= length_of["disk"]; i++) {
    text = item_of["disk", i]
    if (read_disk(text)) say_attributes("config-disk", word(vdev == "" ? "?" (i - 1) : vdev))
    else say_fact("config-disk", "?" (i - 1), "odd", masked(text))
  }
}
'

unknown_configs() { # <why> [autostart]
  unknown_kinds "$1" config config-vif config-disk config-odd ${2+"$2"}
}

# Sets `files` to the files that may be configurations, and `surely` to a 1 or 0 for each. False if they are not known.
find_config_files() {
  local entry target seen=$'\n'
  files=() surely=''
  # The entries that xendomains starts come first: each of them is a configuration.
  for entry in /etc/xen/auto/* /etc/xen/*; do
    [ -f "$entry" ] || continue
    case $entry in
      /etc/xen/auto/*) ;;
      *.sxp | */xl.conf | */xm-config.xml | */xmexample* | */xlexample* | */cpupool | */*xenstored.conf) continue ;;
    esac
    # What is set aside by its name is started by nothing.
    case $entry in /etc/xen/auto/*) ;; *) ! is_spare_name "$entry" || continue ;; esac
    take_target "$entry" || return 1
    case $seen in *$'\n'"$target"$'\n'*) continue ;; esac
    seen+=$target$'\n'
    files[${#files[@]}]=$target
    case $entry in /etc/xen/auto/*) surely+=' 1' ;; *) surely+=' 0' ;; esac
    [ ${#files[@]} -le "$MOST_CONFIGS" ] || return 0
  done
}

print_config_file_facts() {
  local files=() surely='' said why='' sizes='' config=0 vif=0 disk=0 odd=0
  if ! find_config_files; then
    unknown_configs 'find does not know all links in /etc/xen'
    return 0
  fi
  if [ ${#files[@]} -gt "$MOST_CONFIGS" ]; then
    unknown_configs "there are more than $MOST_CONFIGS configurations"
    return 0
  fi
  [ ${#files[@]} -gt 0 ] || return 0
  if ! find_sizes; then
    unknown_configs "$why"
    return 0
  fi
  [ ${#files[@]} -gt 0 ] || return 0
  ! wants config || config=1
  ! wants config-vif || vif=1
  ! wants config-disk || disk=1
  ! wants config-odd || odd=1
  if ! said=$(timeout "$CONFIG_SECONDS" awk -v sizes="$sizes" -v surely="$surely" -v config="$config" -v vif="$vif" \
    -v disk="$disk" -v odd="$odd" "$CONFIGS_AWK" ${files[@]+"${files[@]}"} </dev/null 2>/dev/null); then
    unknown_configs 'awk can not read the configurations'
    return 0
  fi
  [ -z "$said" ] || printf '%s\n' "$said"
}

# Sets `sizes`, and drops empty files, and files that are not to be read, from `files` and `surely` too. False if they
# are not known; then `why` says why.
find_sizes() {
  # shellcheck disable=SC2206  # words
  local type size said at=0 kept=() flags='' all_flags=($surely)
  said=$(timeout "$CONFIG_SECONDS" stat -L -c '%f %s' ${files[@]+"${files[@]}"} 2>/dev/null && echo end) || said=''
  while read -r type size; do
    [ "$type" != end ] || break
    why="stat does not understand ${files[at]-}"
    is_number "$size" || return 1
    if [ "${type#8???}" != '' ] || [ "$size" -gt "$MOST_CONFIG_BYTES" ]; then
      unknown_config "${files[at]}" "$type" "$size"
    elif [ "$size" -gt 0 ]; then
      kept[${#kept[@]}]=${files[at]}
      sizes+=" $size"
      flags+=" ${all_flags[at]}"
    fi
    at=$((at + 1))
  done < <(printf '%s\n' "$said")
  why="stat knows $at of ${#files[@]} configurations"
  [ "$at" -eq ${#files[@]} ] || return 1
  files=(${kept[@]+"${kept[@]}"}) surely=$flags
}
unknown_config() { # <file> <type> <bytes>
  local kind why="it has $3 bytes, more than $MOST_CONFIG_BYTES"
  case $2 in 8???) ;; *) why='it is no regular file' ;; esac
  for kind in config config-vif config-disk config-odd; do ! wants "$kind" || unknown "$kind" "$why" "$1"; done
}
