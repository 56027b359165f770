#!/bin/bash
# What dom0's kernel says, one JSON document or plain text per section; read by state.ts. The tools are named by
# their place in the machine's tree, because a test may have taken them out of dom0's PATH.
ip=/.bed/ip
section() { printf '\n== %s\n' "$1"; }
section links
$ip -j -d link show
section addresses
$ip -j -4 address show
section routes
$ip -j -d -4 route show
section hostname
hostname
section sysctl
for key in ipv4/ip_forward ipv4/conf/default/rp_filter ipv4/conf/default/accept_source_route ipv4/tcp_syncookies \
  bridge/bridge-nf-call-ip6tables bridge/bridge-nf-call-iptables bridge/bridge-nf-call-arptables; do
  if [ -r "/proc/sys/net/$key" ]; then
    read -r value <"/proc/sys/net/$key"
    printf 'net.%s=%s\n' "${key//\//.}" "$value"
  fi
done
