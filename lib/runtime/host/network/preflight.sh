#!/bin/bash
# Everything that would make a switch fail, found before the switch starts. Sourced by host/unit/bridge.sh.
# shellcheck disable=SC2034  # `confirm_at`, `reached_at` and `answering_gateway` are for host/network/stage.sh

. runtime/host/facts/ifcfg.sh
. runtime/host/network/losses.sh

preflight_switch() {
  local note
  need chkconfig:chkconfig service:initscripts setsid:util-linux-ng timeout:coreutils
  [ -z "$UPLINK" ] || check_uplink
  [ "$ABSENT" = no ] || check_unused
  check_way_in
  check_network_manager
  refuse_foreign is_left_to_people
  check_losses loss_problems
  while IFS= read -r note; do say "note: $note"; done < <(lease_notes)
  [ -z "$GATEWAY" ] || check_gateway
  [ -z "$ADDRESS" ] || check_address
  find_answering_gateway
  accept_foreign
}

check_uplink() {
  local actual other
  if [ ! -e "$NET/$UPLINK" ]; then
    fail "uplink $UPLINK does not exist on the host" "it has: $(cd "$NET" && echo *)"
  fi
  actual=$(tr 'A-F' 'a-f' <"$NET/$UPLINK/address")
  if [ -z "$UPLINK_MAC" ]; then
    say "uplink $UPLINK has MAC $actual; the stack knows it by its name alone"
  elif [ "$actual" != "$UPLINK_MAC" ]; then
    fail "uplink $UPLINK has MAC $actual, the stack says $UPLINK_MAC" \
    "initscripts would ignore the interface and leave the host without a network" "set Uplink.nic('$UPLINK', '$actual')"
  fi
  other=$(bridge_of "$UPLINK")
  case $other in '' | "$BRIDGE" | "$FROM") return 0 ;; esac
  fail "$UPLINK is a port of bridge $other, the stack puts it under $BRIDGE" \
    "if $other is to be called $BRIDGE from now on, set renamedFrom: '$other'; else use the name $other in the stack"
}

# Refuses to take a bridge away while guests are on it.
check_unused() {
  local port guests=''
  for port in $(ports_of "$BRIDGE"); do
    ! is_guest_port "$port" || guests="$guests $port ($(owner_of_port "$port"))"
  done
  [ -z "$guests" ] ||
    fail "bridge $BRIDGE is in use by:$guests" 'shut those guests down or give them another bridge first'
}

# Sets `reached_at` to the address of the host that this deploy came to, and `confirm_at` to the address that the
# confirmation has to come to: the new one if the switch changes the interface that this deploy came over.
check_way_in() {
  local server device after=${ADDRESS%/*}
  read -r _ _ server _ <<<"${SSH_CONNECTION:-}"
  confirm_at=$server reached_at=$server
  device=$(holder_of "$server")
  [ -n "$server" ] && [ -n "$device" ] || return 0
  case " $UPLINK $BRIDGE $FROM $(other_uplinks "$BRIDGE" | tr '\n' ' ')" in *" $device "*) ;; *) return 0 ;; esac
  [ -n "$after" ] || fail \
    "the host is reached over $device at $server, and with this stack nobody would have an address there any longer" \
    "give $HOLDER its address: Address.ipv4('$server')"
  [ "$after" = "$server" ] || [ "${CDKTF_XEN_VIA:-}" = former ] ||
    fail "the host is reached at $server, and this stack moves it to $after" \
      "say where it is to be found: ssh: { address: '$after', movesFrom: '$server', ... }"
  confirm_at=$after
}

# EL6's NetworkManager does not know bridges, and would take the interface away again.
check_network_manager() {
  local pid
  pid=$(cat /var/run/NetworkManager/NetworkManager.pid 2>/dev/null || :)
  [ -n "$pid" ] && [ -d "/proc/$pid" ] || return 0
  [ -z "$UPLINK" ] || ! grep -qi '^[[:space:]]*NM_CONTROLLED=["'\'']*no' "$SCRIPTS/ifcfg-$UPLINK" 2>/dev/null ||
    return 0
  fail "NetworkManager runs and owns ${UPLINK:-the network}" \
    'turn it off: service NetworkManager stop; chkconfig NetworkManager off; chkconfig network on'
}

# Fails with all losses at once, so that people can cure them in one go. If only files are going to
# change, those are the file_losses.
check_losses() { # loss_problems|file_losses
  local losses problem cure lines=()
  losses=$("$1")
  [ -n "$losses" ] || return 0
  while IFS=$'\t' read -r problem cure; do lines+=("$problem" "  $cure"); done < <(printf '%s\n' "$losses")
  fail "${lines[0]}" "${lines[1]#  }" "${lines[@]:2}"
}

# Prints the device that the host reaches the LAN through now.
current_device() {
  local master
  master=$(bridge_of "$UPLINK")
  echo "${master:-$UPLINK}"
}

# An uplink that was not in use may be down: it has to be up before the gateway can be asked.
check_gateway() {
  local device answer='' was_down=no tries=0
  [ -n "$UPLINK" ] || return 0
  device=$(current_device)
  if ! is_up "$device"; then
    was_down=yes
    ip link set dev "$device" up
    until [ "$(cat "$NET/$device/carrier" 2>/dev/null)" = 1 ] || [ $tries -ge 50 ]; do
      tries=$((tries + 1))
      sleep 0.1
    done
  fi
  ! is_answered "$device" "$GATEWAY" || answer=yes
  [ "$was_down" = no ] || ip link set dev "$device" down
  [ -n "$answer" ] ||
    fail "gateway $GATEWAY does not answer on $device now, so nobody could tell whether the switch worked" \
    "check the Lan's gateway and the cable"
}

# Sets `answering_gateway`: the gateway of now if it answers, else nothing. After a way back it has to answer again.
find_answering_gateway() {
  local device gateway
  read -r device gateway <<<"$(default_route)"
  answering_gateway=''
  if [ -n "$gateway" ] && is_answered "$device" "$gateway"; then answering_gateway=$gateway; fi
}

check_address() {
  local device answer
  [ -n "$UPLINK" ] || return 0
  device=$(current_device)
  [ -z "$(holder_of "${ADDRESS%/*}")" ] || return 0
  answer=$(answering_macs "$device" "${ADDRESS%/*}")
  [ -z "$answer" ] ||
    fail "address ${ADDRESS%/*} is taken: $answer answers to it" 'give the bridge another address, or find that machine'
}
