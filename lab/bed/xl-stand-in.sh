#!/bin/bash
# Stands in for xl, xenstore-read, xenstore-ls and xenstore-list in a bed, where no hypervisor runs, under each name. Each
# guest has 64 MiB. Domains are lines `ID NAME INDEX MAC BRIDGE [STATE]` of /root/domains, one for each vif; a `_` in a name
# is a blank. It checks no configuration and starts no guest: `create` says that it was asked. A guest that is to end is gone
# at once; /root/asked has how. What stands in /root/fails, a line `PROGRAM [FIRST WORD]`, fails.
touch /root/domains
if [ -f /root/fails ]; then
  while read -r program first _; do
    if [ "$program" = "${0##*/}" ] && { [ -z "$first" ] || [ "$first" = "${1-}" ]; }; then
      echo "$program: cannot connect to xenstored" >&2
      exit 1
    fi
  done </root/fails
fi
of_domain() { awk -v id="$1" '$1 == id' /root/domains; }
case ${0##*/} in
  xenstore-ls)
    awk '{ print "/local/domain/0/backend/vif/" $1 "/" $3 "/frontend-id = \"" $1 "\""; print "/local/domain/0/backend/vif/" $1 "/" $3 "/mac = \"" $4 "\""; print "/local/domain/0/backend/vif/" $1 "/" $3 "/bridge = \"" $5 "\"" }' /root/domains
    exit
    ;;
  xenstore-list)
    echo name
    [ ! -s /root/domains ] || echo backend
    exit
    ;;
  xenstore-read)
    for path in "$@"; do
      case $path in
        */memory/target | */memory/static-max) echo 65536 ;;
        */vm) echo /vm/6a1ff1c5-0a3c-4a5d-8f6c-0123456789ab ;;
        *) break ;;
      esac
      [ "$path" != "${!#}" ] || exit 0
    done
    [[ $1 =~ ^/local/domain/0/backend/vif/([0-9]+)/([0-9]+)/bridge$ ]] || exit 1
    of_domain "${BASH_REMATCH[1]}" | awk -v index_="${BASH_REMATCH[2]}" '$3 == index_ { print $5 }'
    exit
    ;;
esac
case $1 in
  info) printf '%-22s : %s\n' xen_major 4 xen_minor 6 total_memory 16384 free_memory 14000 ;;
  list)
    line='%-40s %5d %5d %5d     %s  %8.1f\n'
    printf '%-40s %5s %5s %5s\t%s\t%s\n' Name ID Mem VCPUs State 'Time(s)'
    # shellcheck disable=SC2059  # xl's own form
    [ -n "${2-}" ] || printf "$line" Domain-0 0 1024 2 r----- 1
    awk -v line="$line" -v only="${2-}" '(only == "" || $1 == only) && !seen[$1]++ { name = $2; gsub(/_/, " ", name); printf line, name, $1, 64, 1, ($6 == "" ? "-b----" : $6), 0.1 }' /root/domains
    ;;
  vcpu-list)
    printf '%-32s %5s %5s %5s %5s %9s %s\n' Name ID VCPU CPU State 'Time(s)' Affinity
    printf '%-32s %5d %5d %5d   -b- %9.1f  all / all\n' guest "$2" 0 0 0.1
    ;;
  block-list) echo 'Vdev  BE  handle state evt-ch ring-ref BE-path' ;;
  domid) awk -v name="$2" '$2 == name { print $1; found = 1; exit } END { exit !found }' /root/domains ;;
  domname) awk -v id="$2" '$1 == id { print $2; found = 1; exit } END { exit !found }' /root/domains ;;
  network-list)
    echo 'Idx BE Mac Addr.         handle state evt-ch   tx-/rx-ring-ref BE-path'
    of_domain "$2" | awk '{ print $3, 0, $4, 0, 4 }'
    ;;
  shutdown | destroy)
    echo "$1 $2" >>/root/asked
    sed -i "/^[0-9]* $2 /d" /root/domains
    ;;
  create)
    [ "$2" != -n ] || exit 0
    echo 'xl stand-in: asked to start a guest' >&2
    exit 64
    ;;
  *)
    printf 'xl stand-in of the bed: no %s here\n' "$1" >&2
    exit 64
    ;;
esac
