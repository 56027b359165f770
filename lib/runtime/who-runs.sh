# shellcheck shell=bash
# On another host than a guest's own, read-only: whether anybody there has one of its MACs. Read by that host's bash
# after a line that sets MACS and GUESTS, and saved-guests.sh; see carry-elsewhere.sh. A line for each finding:
#
#   vif GUEST DOMID MAC BRIDGE    a domain runs with the MAC
#   auto GUEST FILE MAC           a guest that starts with the host has it
#   saved GUEST FILE              a guest of one of the names lies saved, and comes back with the MAC
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin
set -u
: "${MACS:=}" "${GUESTS:=}"

command -v xl >/dev/null 2>&1 || { echo 'has no xl' && exit 1; }
domains=$(xl list 2>&1) || { echo "xl list failed: $domains" && exit 1; }

is_wanted() { case " $MACS " in *" $1 "*) true ;; *) false ;; esac }

printf '%s\n' "$domains" | awk 'NR > 1 && $2 ~ /^[0-9]+$/ && $2 != 0 { print $1, $2 }' | while read -r name id; do
  # Idx BE Mac ... : the bridge comes from dom0's own side of it.
  xl network-list "$id" 2>/dev/null | awk 'NR > 1 { print $1, tolower($3) }' | while read -r index mac; do
    is_wanted "$mac" || continue
    bridge=$(xenstore-read "/local/domain/0/backend/vif/$id/$index/bridge" 2>/dev/null || echo -)
    echo "vif $name $id $mac $bridge"
  done
done

for file in /etc/xen/auto/*; do
  [ -f "$file" ] || continue
  tr 'A-F' 'a-f' <"$file" | grep -o '\([0-9a-f]\{2\}:\)\{5\}[0-9a-f]\{2\}' | sort -u | while read -r mac; do
    is_wanted "$mac" && echo "auto ${file##*/} $file $mac"
  done
done

for name in $GUESTS; do
  file=$(saved_file "$name")
  [ -z "$file" ] || echo "saved $name $file"
done
exit 0
