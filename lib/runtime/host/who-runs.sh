#!/bin/bash
# Runs on another host than a guest's own, read-only: whether that host has one of the guest's MACs; see
# deployer/elsewhere.sh. Reads a line of MACs and a line of guests' names. Prints a line for each finding. If something
# can't be known, it prints one line that says so, and ends with 1:
#
#   vif GUEST DOMID MAC BRIDGE    a domain runs with the MAC
#   auto GUEST FILE MAC           a guest that starts with the host has it
#   saved GUEST FILE              a guest of one of the names lies saved, and comes back with the MAC
# shellcheck disable=SC2154  # domains and backends are set by host/facts/xen.sh
cd "${0%/*}/../.." || exit
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin
set -u
. runtime/both/numbers.sh
. runtime/host/base/answer.sh
. runtime/host/facts/xen.sh
. runtime/host/facts/saved-guests.sh
macs='' guests=''
read -r macs && read -r guests || exit 1

is_wanted() { case " $macs " in *" $1 "*) true ;; *) false ;; esac } # <mac>

# Prints a text as one word of a line.
word() { printf '%s' "$1" | tr -c '!-~' '_'; } # <text>

find_domains
find_backends
while read -r kind id _ mac bridge; do
  if [ "$kind" != vif ] || ! is_wanted "$mac" || ! take_name "$id"; then continue; fi
  echo "vif $(word "$domain_name") $id $mac $bridge"
done < <(printf '%s\n' "$backends")

for file in /etc/xen/auto/*; do
  [ -e "$file" ] || continue
  text=$(tr 'A-F' 'a-f' <"$file") || fail "$(word "$file") can not be read"
  printf '%s\n' "$text" | grep -o '\([0-9a-f]\{2\}:\)\{5\}[0-9a-f]\{2\}' | sort -u | while read -r mac; do
    is_wanted "$mac" && echo "auto $(word "${file##*/}") $(word "$file") $mac"
  done
done

for name in $guests; do
  file=$(saved_file "$name")
  [ -z "$file" ] || echo "saved $name $(word "$file")"
done
exit 0
