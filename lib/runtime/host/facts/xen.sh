#!/bin/bash
# The one reader of what Xen says: which domains there are, their vifs, their disks, the host's free memory. Sourced after
# host/base/common.sh and both/numbers.sh, or where `fail` is defined otherwise; also part of what is asked of a host.
#
# Each question has three answers: yes, no, and not known. A program that fails, hangs, or prints something that is not
# understood is never a no: the step stops with what has failed. So these functions set variables and are called as they
# are, never in $( ), where a stop would end the copy of the shell alone.
# shellcheck disable=SC2034  # what is set here is read by all the others

# Seconds that one of Xen's programs may take: with a dead xenstored some wait for ever.
XEN_SECONDS=30

fail_unknown() { # <what is not known> <more>...
  local what=$1
  shift
  fail "it is not known $what" "$@" 'is xencommons running? see xl dmesg and /var/log/xen on the host; mend that, then deploy again'
}

# Sets `xen_said` to what a program prints; false where it fails, with `xen_failed` saying how.
ask_xen() { # <program> <argument>...
  local status=0
  xen_said=$(timeout "$XEN_SECONDS" "$@" </dev/null 2>/dev/null 3>&- 7>&- 8>&- 9>&-) || status=$?
  [ "$status" -ne 0 ] || return 0
  xen_said=''
  case $status in
    124) xen_failed="no answer within $XEN_SECONDS s" ;;
    127) xen_failed='there is no such program on the host' ;;
    # What it complains of has to be kept apart from what it answers, without a file that a full disk would not take.
    *) xen_failed=$(timeout "$XEN_SECONDS" "$@" </dev/null 2>&1 >/dev/null 3>&- 7>&- 8>&- 9>&- | tr '\n\t' '  ' | tr -cd '\40-\176' | cut -c 1-200 | sed 's/ *$//') || : ;;
  esac
  xen_failed="$* failed with exit status $status: ${xen_failed:-without a word}"
  return 1
}

# Sets `domains`, a line `ID MEMORY VCPUS STATE<tab>NAME` for each domain, dom0's own among them. xl pads the name with
# blanks and puts five columns behind it, so a line is read from its end: a name may hold blanks and numbers itself.
# Builtins alone: a plan asks many hosts, and most of that would be the start of small programs.
find_domains() {
  local line begun=no odd='' form='^(.*[^ ]) +([0-9]+) +([0-9]+) +([0-9]+) +([-rbpscd]+) +[0-9]+\.[0-9]+ *$'
  ask_xen xl list || fail_unknown 'which guests run' "$xen_failed"
  domains=''
  while IFS= read -r line; do
    if [ "$begun" = no ]; then
      case $line in Name*) begun=yes ;; esac
    elif [[ $line =~ $form ]] && [[ ${BASH_REMATCH[1]} != *[$'\001'-$'\037'$'\177']* ]]; then
      domains+="${BASH_REMATCH[2]} ${BASH_REMATCH[3]} ${BASH_REMATCH[4]} ${BASH_REMATCH[5]}"$'\t'"${BASH_REMATCH[1]}"$'\n'
    else
      odd=${odd:-$line}
      [ -n "$odd" ] || odd='an empty line'
    fi
  done < <(printf '%s\n' "$xen_said")
  [ "$begun" = yes ] || odd='it has no header'
  [ -z "$odd" ] || fail_unknown 'which guests run' "xl list says something that is not understood: $(shown "$odd")"
  domains=${domains%$'\n'}
  [ -n "$domains" ] || fail_unknown 'which guests run' 'xl list shows no domain at all, not even dom0'
}

# Sets `domid` to the id of the domain that has a name, else to nothing; and `domain_memory` (MiB), `domain_vcpus` and
# `domain_state` (as xl list has it) of that domain.
find_domain() { # <name>
  find_domains
  take_domain "$1"
}

# The same from `domains` as they were last asked for.
take_domain() { # <name>
  local all=$'\n'$domains$'\n' line
  domid='' domain_memory='' domain_vcpus='' domain_state=''
  line=${all%%$'\t'"$1"$'\n'*}
  [ "$line" != "$all" ] || return 0
  # shellcheck disable=SC2086  # four words
  set -- ${line##*$'\n'}
  domid=$1 domain_memory=$2 domain_vcpus=$3 domain_state=$4
}

# Sets `domain_name` of an id, from `domains`; false where there is no such domain.
take_name() { # <id>
  local all=$'\n'$domains$'\n' line
  line=${all#*$'\n'"$1 "}
  domain_name=''
  [ "$line" != "$all" ] || return 1
  line=${line%%$'\n'*}
  domain_name=${line#*$'\t'}
}

# Sets `backends` to what dom0 serves to domains, from xenstore, where a guest can read it but not write it:
#
#   vif ID INDEX MAC BRIDGE           MAC in lower case; `-` for what is not said
#   disk ID VDEV DEVICE PARAMS        DEVICE as `major:minor` in hex, `-` where it is none; PARAMS with xenstore's escapes
#
# Entries of domains that are gone stay behind at times: only those in `domains` count.
find_backends() {
  local line place key value device='' mac='' bridge='' name='' node='' params=''
  local first what='what the guests on this host have attached'
  if ! ask_xen xenstore-ls -f /local/domain/0/backend; then
    first=$xen_failed
    backends=''
    # There is no such folder where no guest was ever started; dom0's own is there, unless xenstored is dead.
    ask_xen xenstore-list /local/domain/0 || fail_unknown "$what" "$first" "$xen_failed"
    case $'\n'$xen_said$'\n' in *$'\nbackend\n'*) fail_unknown "$what" "$first" ;; esac
    return 0
  fi
  backends=''
  while IFS= read -r line; do
    case $line in /local/domain/0/backend/*' = "'*) ;; *) continue ;; esac
    place=${line%%' = "'*}
    key=${place##*/}
    case $key in mac | bridge | dev | params | physical-device) ;; *) continue ;; esac
    place=${place%/*}
    if [ "$place" != "$device" ]; then
      keep_backend
      device=$place mac='' bridge='' name='' node='' params=''
    fi
    value=${line#*' = "'}
    value=${value%\"}
    case $key in mac) mac=$value ;; bridge) bridge=$value ;; dev) name=$value ;; params) params=$value ;; *) node=$value ;; esac
  done < <(printf '%s\n' "$xen_said")
  keep_backend
  backends=${backends%$'\n'}
}

# Adds the device that find_backends has come to the end of; KIND/ID/DEVICE is its place.
keep_backend() {
  local rest=${device#/local/domain/0/backend/} kind id
  kind=${rest%%/*}
  rest=${rest#*/}
  id=${rest%%/*}
  rest=${rest#*/}
  case $id in '' | *[!0-9]*) return 0 ;; esac
  case $rest in '' | */*) return 0 ;; esac
  # What is no word would be none in a line, or more than one.
  case $mac in '' | *' '*) mac=- ;; *[A-F]*) mac=$(printf '%s' "$mac" | tr 'A-F' 'a-f') ;; esac
  case $bridge in '' | *' '*) bridge=- ;; esac
  case $name in '' | *' '*) name=- ;; esac
  case $node in '' | *' '*) node=- ;; esac
  if [ "$kind" = vif ]; then
    backends+="vif $id $rest $mac $bridge"$'\n'
  elif [ "$node" != - ] || [ -n "$params" ]; then
    backends+="disk $id $name $node $params"$'\n'
  fi
}

# Sets `vifs`, a line `INDEX MAC BRIDGE` for each vif of a domain, in their order; from `backends`.
take_vifs() { # <domain id>
  vifs=$(printf '%s\n' "$backends" | awk -v id="$1" '$1 == "vif" && $2 == id { print $3, $4, $5 }' | sort -n)
}

# How a command names a domain: by its id where the name would be more than one word to a shell.
called() { # <name> <id>
  case $1 in '' | -* | *[!A-Za-z0-9._+:@-]*) printf '%s\n' "$2" ;; *) printf '%s\n' "$1" ;; esac
}

# Sets `domid` of a domain that has a vif with a MAC on a bridge, with `domain_name`; false where none has. The kernel's
# word on the bridge counts, and where a vif has another name (vifname) xenstore's.
find_owner_of_mac() { # <mac> <bridge>
  local kind id index mac bridge
  while read -r kind id index mac bridge; do
    if [ "$kind" != vif ] || [ "$mac" != "$1" ]; then continue; fi
    if [ "$bridge" != "$2" ] && [ "$(bridge_of "vif$id.$index")" != "$2" ]; then continue; fi
    take_name "$id" || continue
    domid=$id
    return 0
  done < <(printf '%s\n' "$backends")
  return 1
}

# Sets `free_memory` of the host, in MiB.
find_free_memory() {
  ask_xen xl info || fail_unknown 'how much memory the host has free' "$xen_failed"
  free_memory=$(printf '%s\n' "$xen_said" | awk -F' *: ' '$1 == "free_memory" { print $2; exit }')
  is_number "$free_memory" || fail_unknown 'how much memory the host has free' "xl info has free_memory '$(shown "$free_memory")'"
}

# Sets `value` to a number that xenstore has under a path.
read_xen_number() { # <path>
  ask_xen xenstore-read "$1" || fail_unknown "what xenstore has under $1" "$xen_failed"
  value=$xen_said
  is_number "$value" || fail_unknown "what xenstore has under $1" "'$(shown "$value")' is no number"
}
