#!/.host/usr/bin/dash
# shellcheck shell=dash
# Stands in for xl, xenstore-ls and xenstore-read on the hosts of many-hosts.sh, under each of these names: the guests run
# as described. Builtins of the smallest shell, for the real ones are programs of their own and start no others.
case ${0##*/} in
  xl) file=/etc/xen/stand-in.list ;;
  xenstore-ls) file=/etc/xen/stand-in.vifs ;;
  xenstore-read)
    for _ in "$@"; do echo 262144; done
    exit
    ;;
esac
while read -r line; do echo "$line"; done <"$file"
