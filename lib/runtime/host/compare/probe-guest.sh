#!/bin/bash
# Whether a guest is as its last apply left it, by what Xen says. Its files are compared in host/compare/probe.sh.
# Sourced by host/observe.sh.
# shellcheck disable=SC2154  # domains, backends and domain_* are set by host/facts/xen.sh

# Asks Xen once for all guests. Sets `domains` and `backends` (host/facts/xen.sh), `targets` (lines `ID KIB`: the size
# that a guest was told to have, as libxl counts it), `all_vifs` (lines `ID INDEX MAC`) and `saves` (xendomains'
# folder).
ask_about_guests() {
  local id kind index mac target at=0 paths=() ids=()
  find_domains
  find_backends
  while read -r id _; do
    if [ "$id" = 0 ]; then continue; fi
    ids[${#ids[@]}]=$id
    paths[${#paths[@]}]=/local/domain/$id/memory/target
  done < <(printf '%s\n' "$domains")
  targets=$'\n'
  # A guest without that key, or one that has ended, ends the list; the guests after it are asked one by one.
  while read -r target; do
    targets+="${ids[at]} $target"$'\n'
    at=$((at + 1))
  done < <([ ${#paths[@]} -eq 0 ] || timeout "$XEN_SECONDS" xenstore-read ${paths[@]+"${paths[@]}"} 2>/dev/null)
  all_vifs=$'\n'
  while read -r kind id index mac _; do
    [ "$kind" != vif ] || all_vifs+="$id $index $mac"$'\n'
  done < <(printf '%s\n' "$backends")
  read_saves
}

# Whether changes of the last apply wait for the next boot of this domain.
has_waiting_changes() { # <record> <domain id>
  [ -s "$1/waiting" ] && [ "$(cat "$1/running-domid" 2>/dev/null)" = "$2" ]
}

# Whether a change of a kind waits, by the first word of its line: then the guest can't be as it was left. A vif that is
# plugged in does not count: it is there, only its guest has not brought it up.
is_kind_waiting() { # <kind>...
  local kind line IFS=$'\n'
  for line in $waiting; do
    case $line in *' is plugged in; '*) continue ;; esac
    for kind in "$@"; do
      case $line in "$kind "*) return 0 ;; esac
    done
  done
  return 1
}

memory_reason() { # <domain id> <MiB>
  local domid=$1 wanted=$2 value target=${targets#*$'\n'"$1 "}
  if [ "$target" = "$targets" ]; then
    read_xen_number "/local/domain/$domid/memory/target"
    target=$value
  fi
  target=${target%%$'\n'*}
  is_number "$target" ||
    fail_unknown "how much memory domain $domid has" "xenstore says '$(shown "$target")', which is no number"
  [ $((target / 1024)) = "$wanted" ] || echo "has $((target / 1024)) MiB of memory, not $wanted"
}

# Prints `<index> <mac> <bridge>` of a running guest, the bridge as the kernel has it.
running_vifs() { # <domain id>
  local index mac
  printf '%s\n' "$all_vifs" | awk -v id="$1" '$1 == id { print $2, $3 }' | sort | while read -r index mac; do
    echo "$index $mac $(bridge_of "vif$1.$index" | grep . || echo none)"
  done
}

# Whether a running guest has just these vifs. Nearly all guests have, so this starts no program.
has_promised_vifs() { # <domain id> <vifs, a line each>
  local domid=$1 left=$all_vifs index mac bridge found newline=$'\n'
  while read -r index mac bridge; do
    [ -n "$index" ] || continue
    found=$'\n'"$domid $index $mac"$'\n'
    case $left in *"$found"*) ;; *) return 1 ;; esac
    [ -e "$NET/$bridge/brif/vif$domid.$index" ] || return 1
    left=${left/"$found"/$newline}
  done <<<"$2"
  case $left in *$'\n'"$domid "*) return 1 ;; esac
}

vif_reasons() { # <domain id> <vifs, a line each>
  local domid=$1 promised=$2 where index mac bridge
  has_promised_vifs "$domid" "$promised" && return 0
  diff <(printf '%s' "$promised") <(running_vifs "$domid") | grep '^[<>]' |
    while read -r where index mac bridge; do
      if [ "$where" = '<' ]; then
        echo "has no vif $index with MAC $mac on $bridge"
      else
        echo "has a vif $index with MAC $mac on $bridge, which nobody promised"
      fi
    done
}

# Prints reasons and remarks.
guest_reasons() { # <record> [<word> <value>]...
  local recorded=$1 domu='' config='' autostart=no running=yes index=0 promised='' managed=no
  local auto domid line memory='' cpus=1 waiting='' saved=''
  shift
  local words=("$@")
  while [ $# -gt 0 ]; do
    case $1 in
      domu) domu=$2 ;;
      config) config=$2 ;;
      autostart) autostart=$2 ;;
      running) running=$2 ;;
      guest-os) managed=yes ;;
      vif)
        line=${2#*,}
        promised+="$index ${line%%,*} ${2%%,*}"$'\n'
        index=$((index + 1))
        ;;
    esac
    shift 2
  done
  auto=/etc/xen/auto/$domu
  [ "$autostart" = no ] || leads_to_config "$auto" "$config" ||
    echo "does not start with the host ($auto is not what it was)"
  if [ "$autostart" = no ] && [ -e "$auto" ]; then echo "starts with the host ($auto is there)"; fi
  find_saved "$domu"
  take_domain "$domu"
  [ -z "$saved" ] || [ -z "$domid" ] ||
    echo "lies saved in $saved while it runs: restored, it would come back with an old state"
  [ -z "$saved" ] || [ -n "$domid" ] || echo "lies saved in $saved"
  if [ -z "$domid" ]; then
    [ "$running" = no ] || echo 'does not run'
    [ "$managed" = no ] || disk_reasons ${words[@]+"${words[@]}"}
    return 0
  fi
  [ "$running" = yes ] || return 0
  case $domain_state in *p*) echo 'is paused' ;; *c*) echo 'has crashed' ;; esac
  if has_waiting_changes "$recorded" "$domid"; then
    waiting=$(<"$recorded/waiting")
    sed 's/^/waits: /' "$recorded/waiting"
  fi
  while read -r line; do
    case $line in 'memory = '*) memory=${line#memory = } ;; 'vcpus = '*) cpus=${line#vcpus = } ;; esac
  done <"$recorded/files$config"
  is_kind_waiting memory mem-set || memory_reason "$domid" "$memory"
  is_kind_waiting vcpus vcpu-set || [ "$domain_vcpus" = "$cpus" ] || echo "has $domain_vcpus vcpus, not $cpus"
  is_kind_waiting vif network-attach network-detach vif-back || vif_reasons "$domid" "$promised"
}
