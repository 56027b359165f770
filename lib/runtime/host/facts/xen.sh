#!/bin/bash
# The only reader of what Xen says: the domains, their vifs, their disks, and the host's free memory. Sourced after
# host/base/common.sh and both/numbers.sh, or with another `fail`; also used to answer questions about a host.
#
# Each question has three answers: yes, no, and not known. A program that fails, hangs, or prints what can't be
# understood means "not known", never "no", and the step stops with the reason. So these functions set variables. They
# are never called in $( ): there `fail` would end only the subshell.
# shellcheck disable=SC2034  # other files read what is set here

# Seconds that one of Xen's programs may take: if xenstored is dead, some wait for ever.
XEN_SECONDS=30

fail_unknown() { # <what is not known> <more>...
  local what=$1
  shift
  fail "it is not known $what" "$@" \
    'is xencommons running? see xl dmesg and /var/log/xen on the host; mend that, then deploy again'
}

# Sets `xen_said` to what a program prints. False if the program fails; then `xen_failed` says how.
ask_xen() { # <program> <argument>...
  local status=0
  xen_said=$(timeout "$XEN_SECONDS" "$@" </dev/null 2>/dev/null 3>&- 7>&- 8>&- 9>&-) || status=$?
  [ "$status" -ne 0 ] || return 0
  xen_said=''
  case $status in
    124) xen_failed="no answer within $XEN_SECONDS s" ;;
    127) xen_failed='there is no such program on the host' ;;
    # Runs it again to read its errors alone: a file to keep them in may not fit on a full disk.
    *) xen_failed=$(timeout "$XEN_SECONDS" "$@" </dev/null 2>&1 >/dev/null 3>&- 7>&- 8>&- 9>&- |
      tr '\n\t' '  ' | tr -cd '\40-\176' | cut -c 1-200 | sed 's/ *$//') || : ;;
  esac
  xen_failed="$* failed with exit status $status: ${xen_failed:-without a word}"
  return 1
}

# Sets `domains`, a line `ID MEMORY VCPUS STATE<tab>NAME` for each domain, dom0 among them. A line of xl is read from
# its end: five columns stand behind the name, and the name itself may hold blanks and numbers. Builtins alone: a plan
# asks many hosts, and starting small programs would take most of the time.
find_domains() { read_domains xl || fail_unknown 'which guests run' "$xen_failed"; }

# Does the same by a toolstack. False if the domains are not known; then `xen_failed` says why. xm also lists guests
# that do not run; these have no id, and are left out.
read_domains() { # xl|xm
  local line begun=no odd='' form='^(.*[^ ]) +([0-9]+) +([0-9]+) +([0-9]+) +([-rbpscd]+) +[0-9]+\.[0-9]+ *$'
  local idle='^.*[^ ] +[0-9]+ +[0-9]+ +(------ +)?[0-9]+\.[0-9]+ *$'
  ask_xen "$1" list || return 1
  domains=''
  while IFS= read -r line; do
    if [ "$begun" = no ]; then
      case $line in Name*) begun=yes ;; esac
    elif [[ $line =~ $form ]] && [[ ${BASH_REMATCH[1]} != *[$'\001'-$'\037'$'\177']* ]]; then
      domains+="${BASH_REMATCH[2]} ${BASH_REMATCH[3]} ${BASH_REMATCH[4]} ${BASH_REMATCH[5]}"
      domains+=$'\t'"${BASH_REMATCH[1]}"$'\n'
    elif [ "$1" = xm ] && [[ $line =~ $idle ]]; then
      :
    else
      odd=${odd:-$line}
      [ -n "$odd" ] || odd='an empty line'
    fi
  done < <(printf '%s\n' "$xen_said")
  [ "$begun" = yes ] || odd='it has no header'
  xen_failed="$1 list says something that is not understood: $(shown "$odd")"
  [ -z "$odd" ] || return 1
  domains=${domains%$'\n'}
  xen_failed="$1 list shows no domain at all, not even dom0"
  [ -n "$domains" ]
}

# Sets `domid` to the id of the domain that has a name, else to nothing. Sets `domain_memory` (MiB), `domain_vcpus` and
# `domain_state` (as xl list has it) of that domain.
find_domain() { # <name>
  find_domains
  take_domain "$1"
}

# Does the same from the `domains` that were asked for last.
take_domain() { # <name>
  local all=$'\n'$domains$'\n' line
  domid='' domain_memory='' domain_vcpus='' domain_state=''
  line=${all%%$'\t'"$1"$'\n'*}
  [ "$line" != "$all" ] || return 0
  # shellcheck disable=SC2086  # four words
  set -- ${line##*$'\n'}
  domid=$1 domain_memory=$2 domain_vcpus=$3 domain_state=$4
}

# Sets `domain_name` to the name of an id, from `domains`; false if there is no such domain.
take_name() { # <id>
  local all=$'\n'$domains$'\n' line
  line=${all#*$'\n'"$1 "}
  domain_name=''
  [ "$line" != "$all" ] || return 1
  line=${line%%$'\n'*}
  domain_name=${line#*$'\t'}
}

# Sets `backend_lines` to what dom0 has under its backend folder, as `xenstore-ls -f` prints it: PATH = "VALUE".
# False if that is not known; then `xen_failed` says why.
read_backends() {
  local first try
  for try in 1 2 3; do
    backend_lines=''
    if ask_xen xenstore-ls -f /local/domain/0/backend; then
      backend_lines=$xen_said
      return 0
    fi
    first=$xen_failed
    # Until a guest was started there is no such folder. dom0's own folder is there, unless xenstored is dead.
    if ! ask_xen xenstore-list /local/domain/0; then
      xen_failed="$first; $xen_failed"
      return 1
    fi
    case $'\n'$xen_said$'\n' in *$'\nbackend\n'*) ;; *) return 0 ;; esac
    # A guest that starts or ends meanwhile makes the folder, or takes away a part that was about to be read.
    xen_failed=$first
    case $first in *'no answer within'* | *'no such program'*) return 1 ;; esac
    [ "$try" = 3 ] || sleep 0.2
  done
  return 1
}

# Sets `backends` to what dom0 serves to domains, from a place in xenstore that a guest can read but not write:
#
#   vif ID INDEX MAC BRIDGE           MAC in lower case; `-` if a value is missing
#   disk ID VDEV DEVICE PARAMS        DEVICE as `major:minor` in hex, `-` if it is none; PARAMS with xenstore's escapes
#
# Entries of domains that are gone may stay behind: only those of `domains` count.
find_backends() {
  local line place key value device='' mac='' bridge='' name='' node='' params='' behind_tap='' backend_lines=''
  read_backends || fail_unknown 'what the guests on this host have attached' "$xen_failed"
  backends=''
  while IFS= read -r line; do
    case $line in /local/domain/0/backend/*' = "'*) ;; *) continue ;; esac
    place=${line%%' = "'*}
    key=${place##*/}
    case $key in mac | bridge | dev | params | tapdisk-params | physical-device) ;; *) continue ;; esac
    place=${place%/*}
    if [ "$place" != "$device" ]; then
      keep_backend
      device=$place mac='' bridge='' name='' node='' params='' behind_tap=''
    fi
    value=${line#*' = "'}
    value=${value%\"}
    case $key in
      mac) mac=$value ;;
      bridge) bridge=$value ;;
      dev) name=$value ;;
      params) params=$value ;;
      tapdisk-params) behind_tap=$value ;;
      *) node=$value ;;
    esac
  done < <(printf '%s\n' "$backend_lines")
  keep_backend
  backends=${backends%$'\n'}
}

# Adds the device that find_backends has just read to its end. KIND/ID/DEVICE is its place.
keep_backend() {
  local rest=${device#/local/domain/0/backend/} kind id
  kind=${rest%%/*}
  rest=${rest#*/}
  id=${rest%%/*}
  rest=${rest#*/}
  case $id in '' | *[!0-9]*) return 0 ;; esac
  case $rest in '' | */*) return 0 ;; esac
  # A value that is empty or holds a blank would not be one word of the line.
  case $mac in '' | *' '*) mac=- ;; *[A-F]*) mac=$(printf '%s' "$mac" | tr 'A-F' 'a-f') ;; esac
  case $bridge in '' | *' '*) bridge=- ;; esac
  case $name in '' | *' '*) name=- ;; esac
  case $node in '' | *' '*) node=- ;; esac
  if [ "$kind" = vif ]; then
    backends+="vif $id $rest $mac $bridge"$'\n'
  elif [ "$node" != - ] || [ -n "$params" ]; then
    # Where a tapdisk stands between, params is its device, and not the file.
    backends+="disk $id $name $node ${behind_tap:-$params}"$'\n'
  fi
}

# Sets `vifs`, a line `INDEX MAC BRIDGE` for each vif of a domain, in their order; from `backends`.
take_vifs() { # <domain id>
  vifs=$(printf '%s\n' "$backends" | awk -v id="$1" '$1 == "vif" && $2 == id { print $3, $4, $5 }' | sort -n)
}

# Prints how a command names a domain: by its id if a shell would not read the name as one word.
name_for_command() { # <name> <id>
  case $1 in '' | -* | *[!A-Za-z0-9._+:@-]*) printf '%s\n' "$2" ;; *) printf '%s\n' "$1" ;; esac
}

# Sets `domid` and `domain_name` of a domain that has a vif with a MAC on a bridge; false if there is none. The kernel
# says which bridge a vif is on; for a vif with another name (vifname) xenstore does.
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
  is_number "$free_memory" ||
    fail_unknown 'how much memory the host has free' "xl info has free_memory '$(shown "$free_memory")'"
}

# Sets `value` to a number that xenstore has under a path.
read_xen_number() { # <path>
  ask_xen xenstore-read "$1" || fail_unknown "what xenstore has under $1" "$xen_failed"
  value=$xen_said
  is_number "$value" || fail_unknown "what xenstore has under $1" "'$(shown "$value")' is no number"
}
