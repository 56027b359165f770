#!/bin/bash
# Facts of the settings and lines in files. Sourced after words.sh, setting-files.sh and setting-lines.sh; reads the
# lists of setting-files.sh.
# shellcheck disable=SC2154  # the lists

# A program runs for each value that has to be hidden.
readonly MOST_SECRETS=50

# Sets `form`: how the lines of a file are read, or nothing if they are no facts.
#   shell, sysctl, xl   settings, see host/base/key-lines.sh
#   route               settings if there is an ADDRESSn=, else a line for each `ip route add`
#   text, resolv        each line that is no comment
#   inittab             only the runlevel
find_file_form() { # <path>
  local scripts=/etc/sysconfig/network-scripts
  form=''
  ! is_spare_name "$1" || return 0
  case $1 in
    $scripts/ifcfg* | $scripts/*.route) form=shell ;;
    $scripts/route-* | $scripts/route6-*) form=route ;;
    $scripts/rule-* | $scripts/rule6-*) form=text ;;
    /etc/sysconfig/network | /etc/sysconfig/xen* | /etc/sysconfig/pcmcia) form=shell ;;
    /etc/default/*/*) case $1 in *.cfg) form=shell ;; esac ;;
    /etc/default/*) form=shell ;;
    /etc/sysctl.conf) form=sysctl ;;
    # initscripts read all of them, since 8.45.37 and 9.03.24. systemd asks for the suffix.
    /etc/sysctl.d/*.conf) form=sysctl ;;
    /etc/sysctl.d/*) [ -d /run/systemd/system ] || form=sysctl ;;
    /etc/xen/xl.conf) form=xl ;;
    /etc/inittab) form=inittab ;;
    /etc/resolv.conf) form=resolv ;;
    /etc/sysconfig/static-routes | /etc/ethers | /etc/xen/xend-config.sxp) form=text ;;
    /etc/network/interfaces | /etc/network/interfaces.d/*) form=text ;;
    # Links to one and the same file, usually.
    /boot/*/grub.conf | /boot/grub/menu.lst | /etc/grub*.conf) [ -L "$1" ] || form=text ;;
    /boot/efi/EFI/*/xen*.cfg) form=text ;;
  esac
}

# Prints facts of the settings and lines in the files of the lists.
print_key_facts() {
  local at end form args=() all why
  for ((at = 0; at < ${#names[@]}; at++)); do
    find_file_form "${names[at]}"
    [ -n "$form" ] || continue
    end=$at
    [ "${types[at]}" != l ] || find_end_entry "$at"
    [ -n "$end" ] || continue
    case ${types[end]} in d | l) continue ;; esac
    if is_hashed "$end"; then
      args+=("form=$form" "${names[at]}")
    else
      why='it is no regular file'
      [ "${types[end]}" != f ] || why="it has more than $MOST_FILE_BYTES bytes"
      unknown_settings "$why" "${names[at]}"
    fi
  done
  if all=$(in_chunks read_settings 2 ${args[@]+"${args[@]}"}); then
    print_settings
  else
    unknown_settings 'awk failed on the files'
  fi
}

read_settings() { run_on_files awk "$SETTING_LINES_AWK" "$@"; } # [<form> <path>]...

unknown_settings() { # <why> [<file>]
  local kind
  for kind in key line onboot; do ! wants "$kind" || unknown "$kind" "$@"; done
}

# Sets `end` to the entry of the file that a link leads to, or to nothing if there is none.
find_end_entry() { # <entry of the link>
  local turn path i
  end=$1
  for ((turn = 0; turn < 10; turn++)); do
    [ "${types[end]}" = l ] || return 0
    find_link_end "${names[end]}" "${targets[end]}"
    end=''
    for ((i = 0; i < ${#names[@]}; i++)); do [ "${names[i]}" != "$path" ] || end=$i; done
    [ -n "$end" ] || return 0
  done
}

# Prints the lines of `all` that are asked for, and the hashes of secrets.
print_settings() {
  local line fact='' secret='' count=0 kind
  while IFS= read -r line; do
    case $line in
      +*)
        secret+=$'\n'${line#+}
        continue
        ;;
    esac
    [ -z "$fact" ] || print_hidden_setting "${secret#?}"
    fact='' secret=''
    case $line in
      '!'*)
        kind=${line#!}
        ! wants "${kind%% *}" || fact=$kind
        ;;
      'unread '*)
        for kind in key line onboot; do
          ! wants "$kind" || printf 'unknown %s %s\n' "$kind" "${line#* }"
        done
        ;;
      *) ! wants "${line%% *}" || printf '%s\n' "$line" ;;
    esac
  done < <(printf '%s\n' "$all" '')
}

# Prints `fact` with the hash of a text at its end. Each needs a program, so there is a limit.
print_hidden_setting() { # <text>
  local hash kind=${fact%% *}
  count=$((count + 1))
  if [ "$count" -gt "$MOST_SECRETS" ]; then
    [ "$count" -gt $((MOST_SECRETS + 1)) ] || unknown "$kind" "there are more than $MOST_SECRETS values to hide"
    return 0
  fi
  hash=$(printf '%s' "$1" | sha256sum 2>/dev/null) || hash=''
  case ${hash%% *} in
    '' | *[!0-9a-f]*) unknown "$kind" 'sha256sum failed on a value that may be secret' ;;
    *) printf '%ssha256:%s\n' "$fact" "${hash:0:16}" ;;
  esac
}
