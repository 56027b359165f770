#!/bin/bash
# Whether a guest is as its last apply left it: its file is looked at by others, here it is Xen's own word on it. Part of
# observe.sh's far end.

xen_asked=no

# Asked once for all guests. Sets `domains` (xl list without its head) and `vifs`, lines `ID INDEX MAC`.
ask_xen() {
  [ "$xen_asked" = no ] || return 0
  xen_asked=yes
  domains=$(xl list 2>/dev/null | awk 'NR > 1')
  # PATH = "VALUE"
  vifs=$(xenstore-ls -f /local/domain/0/backend/vif 2>/dev/null | awk '
    sub(/^\/local\/domain\/0\/backend\/vif\//, "") && split($1, part, "/") == 3 && part[3] == "mac" {
      gsub(/"/, "", $3)
      print part[1], part[2], tolower($3)
    }
  ')
}

# What a guest's apply could not give it while it ran, as long as that domain lives.
still_waits() { [ -s "$1/waiting" ] && [ "$(cat "$1/running-domid" 2>/dev/null)" = "$2" ]; }

# What libxl counts: the size that the guest was told to have.
memory_reason() {
  local domid=$1 wanted=$2 target
  target=$(xenstore-read "/local/domain/$domid/memory/target" 2>/dev/null) || return 0
  [ $((target / 1024)) = "$wanted" ] || echo "has $((target / 1024)) MiB of memory, not $wanted"
}

# `<index> <mac> <bridge>` of a running guest, the bridge as the kernel has it.
running_vifs() {
  local index mac
  awk -v id="$1" '$1 == id { print $2, $3 }' <<<"$vifs" | sort | while read -r index mac; do
    echo "$index $mac $(bridge_of "vif$1.$index" | grep . || echo none)"
  done
}

vif_reasons() {
  local domid=$1 promised=$2 where index mac bridge
  diff <(printf '%s' "$promised") <(running_vifs "$domid") | grep '^[<>]' |
    while read -r where index mac bridge; do
      if [ "$where" = '<' ]; then echo "has no vif $index with MAC $mac on $bridge"; else echo "has a vif $index with MAC $mac on $bridge, which nobody promised"; fi
    done
}

# Takes the record's folder and the words of the apply script.
guest_reasons() {
  local recorded=$1 domu='' config='' autostart=no running=yes index=0 promised='' managed=no auto state domid line
  shift
  local words=("$@")
  while [ $# -gt 0 ]; do
    case $1 in
      --domu) domu=$2 ;;
      --config) config=$2 ;;
      --autostart) autostart=$2 ;;
      --running) running=$2 ;;
      --guest-os) managed=yes ;;
      --vif)
        line=${2#*,}
        promised+="$index ${line%%,*} ${2%%,*}"$'\n'
        index=$((index + 1))
        ;;
    esac
    shift 2
  done
  auto=/etc/xen/auto/$domu
  if [ "$autostart" = yes ] && [ "$(readlink "$auto" 2>/dev/null)" != "$config" ]; then echo "does not start with the host ($auto is not what it was)"; fi
  if [ "$autostart" = no ] && [ -e "$auto" ]; then echo "starts with the host ($auto is there)"; fi
  line=$(saved_file "$domu")
  ask_xen
  read -r domid state < <(awk -v name="$domu" '$1 == name { print $2, $5 }' <<<"$domains") || :
  [ -z "$line" ] || [ -z "$domid" ] || echo "lies saved in $line while it runs: restored, it would come back with an old state"
  [ -z "$line" ] || [ -n "$domid" ] || echo "lies saved in $line"
  if [ -z "$domid" ]; then
    [ "$running" = no ] || echo 'does not run'
    [ "$managed" = no ] || disk_reasons ${words[@]+"${words[@]}"}
    return 0
  fi
  [ "$running" = yes ] || return 0
  case $state in *p*) echo 'is paused' ;; *c*) echo 'has crashed' ;; esac
  if still_waits "$recorded" "$domid"; then
    sed 's/^/waits: /' "$recorded/waiting"
    return 0
  fi
  memory_reason "$domid" "$(sed -n 's/^memory = //p' "$recorded/files$config")"
  line=$(awk -v name="$domu" '$1 == name { print $4 }' <<<"$domains")
  index=$(sed -n 's/^vcpus = //p' "$recorded/files$config")
  [ "$line" = "${index:-1}" ] || echo "has $line vcpus, not ${index:-1}"
  vif_reasons "$domid" "$promised"
}
