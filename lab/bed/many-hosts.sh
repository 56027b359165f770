#!/bin/bash
# Makes one bed's dom0 into many hosts, for benchmarks and tests of what asks many: the network and the programs are shared; each host has
# an sshd at a port of its own, behind which lie records and an /etc/xen of its own. Runs in dom0.
#
#   many-hosts.sh record         reads a tar of the hosts' trees; lays down what deploys of all their units would leave
#   many-hosts.sh start PORT     starts the sshds, the first at that port
#   many-hosts.sh serve HOST PORT     one of them, with the host's own key, as long as it runs
set -euo pipefail
readonly OWN=/srv/hosts

# Xen's word on the guests of a tree, as files that the stand-ins print.
say_they_run() {
  local tree=$1 xen=$2 domid=0 words vif disk mac path
  echo 'Name  ID  Mem VCPUs  State  Time(s)' >"$xen/stand-in.list"
  for words in "$tree"/words/domU-*; do
    domid=$((domid + 1))
    vif=/local/domain/0/backend/vif/$domid/0
    disk=/local/domain/0/backend/vbd/$domid/51712
    mac=$(sed -n 's/^vif [^,]*,\([^,]*\),.*/\1/p' "$words")
    path=$(sed -n 's/^disk [^,]*,//p' "$words")
    words=${words##*/domU-}
    mkdir -p "$xen/auto"
    ln -s "/etc/xen/$words" "$xen/auto/$words"
    echo "$words  $domid  256  1  -b----  1.0" >>"$xen/stand-in.list"
    printf '%s\n' "$vif/mac = \"$mac\"" "$vif/bridge = \"xenbr0\"" \
      "$disk/params = \"$path\"" "$disk/mode = \"w\"" "$disk/type = \"phy\"" "$disk/dev = \"xvda\"" >>"$xen/stand-in.vifs"
  done
}

record() {
  local host unit path mode record
  mkdir -p "$OWN"
  cd "$OWN"
  tar -xf -
  for host in *; do
    chown -R root:root "$host"
    mkdir -p "$host/units" "$host/xen"
    cp -a /etc/xen/. "$host/tree/files/etc/xen/." "$host/xen/"
    say_they_run "$host/tree" "$host/xen"
    while read -r unit; do
      record=$host/units/$unit
      mkdir "$record"
      grep "^$unit " "$host/tree/manifest" >"$record/manifest"
      sha256sum <"$record/manifest" >"$record/sha256"
      echo 'not on the host yet' >"$record/token"
      # Of a real deploy to this very dom0.
      cp /var/lib/cdktf-xen/units/host/runtime "$record/"
      while read -r _ path mode _; do
        mkdir -p "$record/${path%/*}"
        cp "$host/tree/$path" "$record/$path"
        case $path in files/etc/xen/*) chmod "$mode" "$host/xen/${path#files/etc/xen/}" ;; esac
      done <"$record/manifest"
    done < <(cut -d ' ' -f 1 "$host/tree/manifest" | sort -u)
    rm -rf "$host/tree"
  done
}

serve() { # <host> <port>
  sed "s,^HostKey .*,HostKey /srv/keys/$1," /etc/ssh/sshd_config >"/srv/keys/$1.config"
  exec /usr/sbin/sshd -D -f "/srv/keys/$1.config" -p "$2"
}

start() {
  local port=$1 host
  mkdir -p /run/sshd
  for host in "$OWN"/*; do
    # shellcheck disable=SC2016  # the inner shell expands it
    unshare -m -- bash -c 'mount --bind "$1/units" /var/lib/cdktf-xen/units && mount --bind "$1/xen" /etc/xen && exec "$2" serve "${1##*/}" "$3"' \
      sshd "$host" "$0" "$port" </dev/null >/dev/null 2>&1 &
    port=$((port + 1))
  done
}

"$@"
