#!/bin/bash
# Runs on the host, in an unpacked tree: installs what differs. No lock, no backup, no check and no record: as little as
# leads to the same files.
set -euo pipefail
umask 022
# The host's own keys come first, as in a deploy that goes through its steps in order.
sort -r manifest | while read -r _ path mode owner _; do
  case $path in
    files/*)
      target=/${path#files/}
      cmp -s "$path" "$target" || install -D -m "$mode" -o "${owner%:*}" -g "${owner#*:}" "$path" "$target"
      ;;
    keys/*)
      target=/${path#keys/*/}
      while IFS= read -r line; do
        if grep -qxF "$line" "$target" 2>/dev/null; then continue; fi
        key=${line%%=*}
        if grep -q "^$key=" "$target" 2>/dev/null; then
          sed -i "s|^$key=.*|$line|" "$target"
        else
          printf '%s\n' "$line" >>"$target"
        fi
      done <"$path"
      ;;
  esac
done
