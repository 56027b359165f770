#!/bin/bash
# Starts a guest, and proves that it has the MAC and address that it was promised. Sourced by host/unit/guest.sh.
# shellcheck disable=SC2034,SC2154  # `changed` belongs to host/base/tell.sh, `was_running` to host/unit/guest.sh

start_guest() {
  local status=0
  say 'starting'
  # xl stays as the domain's keeper, so it must not hold our lock or the stream to the deployer.
  timeout 300 xl create -q "$CONFIG" </dev/null >created 2>&1 3>&- 8>&- 9>&- || status=$?
  cat created
  changed=yes
  find_domain "$DOMU"
  if [ "$status" -ne 0 ] || [ -z "$domid" ]; then
    fail "xl create $CONFIG failed with exit status $status" "$(grep -v '^Parsing' created | head -n 3)" \
      'the configuration is in place, the guest is not running; more in /var/log/xen on the host'
  fi
  say "runs as domain $domid"
}

# Fails if the guest has ended, or was started again, while it was starting up.
check_still_there() {
  local was=$domid
  find_domain "$DOMU"
  [ "$domid" != "$was" ] || return 0
  [ -z "$domid" ] ||
    fail "domain $was has ended while it was starting up, and started again as domain $domid" 'deploy again'
  fail "domain $was has ended while it was starting up" \
    "what it said last: $(tail -n 1 "/var/log/xen/console/guest-$DOMU.log" 2>/dev/null || echo 'see xl dmesg and /var/log/xen')"
}

# Asks three witnesses, since each alone may be wrong: Xen's own list, the bridge's table, and an answer on the wire.
prove_identity() {
  local vif rest index=0
  find_running_macs
  [ -s waiting ] || [ "$(cat running-macs)" = "$(promised_macs | sort)" ] ||
    fail "xl network-list shows other interfaces than promised: $(tr '\n' ' ' <running-macs)"
  for vif in ${VIFS[@]+"${VIFS[@]}"}; do
    rest=${vif#*,}
    # A change that waits for the next boot is not visible yet.
    if [ -s waiting ] && ! vif_is_as_promised "$index" "${vif%%,*}" "${rest%%,*}"; then
      index=$((index + 1))
      continue
    fi
    if is_unchecked "${rest#*,}"; then
      prove_mac "$index" "${vif%%,*}" "${rest%%,*}" "${rest#*,}"
    else
      prove_vif "$index" "${vif%%,*}" "${rest%%,*}" "${rest#*,}"
    fi
    index=$((index + 1))
  done
}

vif_is_as_promised() { # <index> <bridge> <mac>
  grep -Fxq "$1 $3" running-macs && [ "$(bridge_of "vif$domid.$1")" = "$2" ]
}

check_port() { # <port> <bridge>
  [ "$(bridge_of "$1")" = "$2" ] ||
    fail "$1 is not a port of $2" 'see /var/log/xen/xen-hotplug.log on the host'
}

# Whether frames come from a guest's vif, or from the emulated card that stands beside it until an HVM guest has drivers
# for Xen.
is_behind() { [ "$1" = "$2" ] || [ "$1" = "$2-emu" ]; } # <port of the frames> <vif>

# Fails if the MAC is seen on another port too. Only the bridge sees a twin with the same MAC and another address: the
# two take turns in its table.
check_alone() { # <bridge> <mac> <port>
  local bridge=$1 mac=$2 port=$3 seen looks=0
  while [ $looks -lt 4 ]; do
    looks=$((looks + 1))
    seen=$(seen_on "$bridge" "$mac")
    case ${seen%% *} in
      "$port" | "$port-emu" | '') sleep 0.5 ;;
      *) fail "MAC $mac is seen on port ${seen%% *} of $bridge too, $(owner_of_port "${seen%% *}"): two machines have it" \
        "shut that machine down at once, or this guest: xl shutdown $DOMU; until then they take each other off the network" ;;
    esac
  done
}

# Proves a vif by its frames alone, since the address that the guest answers to is not known. The frames of a guest that
# has just started are waited for. A guest that ran before may keep silent, and that proves nothing.
prove_mac() { # <index> <bridge> <mac> dhcp|none|unknown
  local index=$1 bridge=$2 mac=$3 port seen started=$SECONDS patience=10 how=''
  port=vif$domid.$index
  case $4 in
    dhcp) how='has its address by DHCP' ;;
    none) how='has no IPv4 address' ;;
    unknown) how='has an address that the stack does not know' ;;
  esac
  if [ "$domid" != "$was_running" ] && ! is_plugged_in "$index" "$mac"; then patience=$BOOT_TIMEOUT; fi
  check_port "$port" "$bridge"
  while :; do
    # Makes a quiet guest speak, if both sides have IPv6.
    mac_answers "$bridge" "$mac" || sleep 0.5
    seen=$(seen_on "$bridge" "$mac")
    if [ -n "$seen" ]; then
      check_alone "$bridge" "$mac" "$port"
      say "vif $index: $mac is heard on $bridge, behind $port; it $how, which is not checked"
      return 0
    fi
    check_still_there
    [ $((SECONDS - started)) -ge "$patience" ] || continue
    [ "$4-$patience" != "dhcp-$BOOT_TIMEOUT" ] ||
      fail "the guest runs as domain $domid, but no frame of $mac came from $port within $BOOT_TIMEOUT s" \
        'so it has not asked for an address' \
        "look inside: xl console $DOMU; a HWADDR that is not $mac keeps a CentOS guest's eth0 down" \
        'if it only boots slowly, raise bootTimeoutSeconds'
    say "note: vif $index: no frame of $mac was heard within $patience s; it $how, so nobody can ask whether it is up"
    return 0
  done
}

# A vif that was plugged in while the guest runs gets only ten seconds: the guest itself decides when it brings it up.
prove_vif() { # <index> <bridge> <mac> <address>
  local index=$1 bridge=$2 mac=$3 address=$4 port answers seen started=$SECONDS patience=$BOOT_TIMEOUT plugged=''
  port=vif$domid.$index
  ! is_plugged_in "$index" "$mac" || patience=10 plugged=yes
  check_port "$port" "$bridge"
  while :; do
    answers=$(answering_macs "$bridge" "$address" 1 | tr '\n' ' ')
    answers=${answers% }
    seen=$(seen_on "$bridge" "$mac")
    if [ "$answers" = "$mac" ] && is_behind "${seen%% *}" "$port"; then
      check_alone "$bridge" "$mac" "$port"
      say "vif $index: $mac answers to $address on $bridge, behind $port"
      return 0
    fi
    case $answers in
      '' | "$mac") ;;
      "$mac $mac"*) fail "two machines answer to $address on $bridge, both with MAC $mac" \
        "one is this guest, domain $domid; find the other one and shut it down, or this one: xl shutdown $DOMU" \
        'if both are to live, one of them needs another MAC and address: a copy needs a name of its own' ;;
      *' '*) fail "more than one machine answers to $address on $bridge: $answers; promised was $mac alone" \
        "find the other one and shut it down, or this guest: xl shutdown $DOMU" ;;
      *) fail "address $address is answered by $answers, promised was $mac" \
        'either the guest has another MAC inside than outside, or somebody else has its address' ;;
    esac
    check_still_there
    if [ $((SECONDS - started)) -ge "$patience" ] && [ -n "$plugged" ]; then
      plugged_in_line "$index" "$mac" >>waiting
      say "note: $(plugged_in_line "$index" "$mac"): nobody answers to $address on $bridge, it comes with the next boot or by hand"
      return 0
    fi
    [ $((SECONDS - started)) -lt "$patience" ] || fail \
      "the guest runs as domain $domid, but nobody answers to $address on $bridge after $BOOT_TIMEOUT s" \
      "look inside: xl console $DOMU; a HWADDR that is not $mac keeps a CentOS guest's eth0 down" \
      'if it only boots slowly, raise bootTimeoutSeconds'
  done
}
