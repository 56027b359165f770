#!/bin/bash
# Everything that would make a switch fail, found before it starts. Sourced by apply-bridge.sh.

readonly SCRIPTS=/etc/sysconfig/network-scripts

preflight() {
  [ -z "$UPLINK" ] || check_uplink
  check_network_manager
  check_network_script
  check_foreign_files
  [ -z "$GATEWAY" ] || check_gateway
  [ -z "$ADDRESS" ] || check_address
}

check_uplink() {
  local actual other
  if [ ! -e "$NET/$UPLINK" ]; then
    fail "uplink $UPLINK does not exist on the host" "it has: $(cd "$NET" && echo *)"
  fi
  actual=$(tr 'A-F' 'a-f' <"$NET/$UPLINK/address")
  [ "$actual" = "$UPLINK_MAC" ] || fail "uplink $UPLINK has MAC $actual, the stack says $UPLINK_MAC" \
    "initscripts would ignore the interface and leave the host without a network" "set Uplink.nic('$UPLINK', '$actual')"
  other=$(bridge_of "$UPLINK")
  [ -z "$other" ] || [ "$other" = "$BRIDGE" ] ||
    fail "$UPLINK is a port of bridge $other, the stack puts it under $BRIDGE" \
      "use the name $other in the stack, or take ifcfg-$other out and restart the network from the console"
}

# EL6's NetworkManager knows no bridges: it would take the interface away again.
check_network_manager() {
  local pid
  pid=$(cat /var/run/NetworkManager/NetworkManager.pid 2>/dev/null || :)
  [ -n "$pid" ] && [ -d "/proc/$pid" ] || return 0
  [ -z "$UPLINK" ] || ! grep -qi '^[[:space:]]*NM_CONTROLLED=["'\'']*no' "$SCRIPTS/ifcfg-$UPLINK" 2>/dev/null || return 0
  fail "NetworkManager runs and owns ${UPLINK:-the network}" \
    'turn it off: service NetworkManager stop; chkconfig NetworkManager off; chkconfig network on'
}

# Xen 3's way. Run beside ifcfg bridges it renames them away and cuts the host off for good.
check_network_script() {
  local file=/etc/xen/xend-config.sxp line
  [ -f "$file" ] || return 0
  line=$(grep -E '^[[:space:]]*\(network-script[[:space:]]' "$file" | grep -Ev 'network-script[[:space:]]+("?/bin/true"?|network-dummy|none)[[:space:]]*\)' || :)
  [ -z "$line" ] || fail "$file still runs Xen 3's bridge script: $line" 'put a # before that line'
}

# Copies such as ifcfg-eth0.20150301 are interfaces to initscripts, whatever their author meant.
check_foreign_files() {
  local file name device
  for file in "$SCRIPTS"/ifcfg-*; do
    name=${file##*/ifcfg-}
    case $name in *~ | *.bak | *.orig | *.rpmnew | *.rpmorig | *.rpmsave | "$BRIDGE" | "$UPLINK") continue ;; esac
    device=$(sed -n 's/^[[:space:]]*DEVICE=["'\'']*\([^"'\'' #]*\).*/\1/p' "$file" | tail -n 1)
    if [ -n "$device" ] && { [ "$device" = "$BRIDGE" ] || [ "$device" = "$UPLINK" ]; }; then
      fail "$file also describes $device, and initscripts would start it" "move it out of $SCRIPTS, or end its name in .bak"
    fi
  done
}

# The device that the LAN is reached through now.
current_device() {
  local master
  master=$(bridge_of "$UPLINK")
  echo "${master:-$UPLINK}"
}

check_gateway() {
  local device
  device=$(current_device)
  if [ -n "$UPLINK" ] && [ -z "$(who_answers "$device" "$GATEWAY")" ]; then
    fail "gateway $GATEWAY does not answer on $device now, so nobody could tell whether the switch worked" \
      "check the Lan's gateway and the cable"
  fi
}

check_address() {
  local device answer
  [ -n "$UPLINK" ] || return 0
  device=$(current_device)
  ! ip -4 -o addr show | awk '{ print $4 }' | grep -q "^${ADDRESS%/*}/" || return 0
  answer=$(who_answers "$device" "${ADDRESS%/*}")
  [ -z "$answer" ] || fail "address ${ADDRESS%/*} is taken: $answer answers to it" 'give the bridge another address, or find that machine'
}
