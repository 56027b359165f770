#!/bin/bash
# What the ifcfg file of one interface of a guest should say. Sourced by host/disk/apply.sh.
# shellcheck disable=SC2154  # nic, mac, address and the rest are set by split_nic, `value` by find_value

# Prints a MAC in upper case.
upper() { # <mac>
  local text=${1//a/A}
  text=${text//b/B} text=${text//c/C}
  text=${text//d/D} text=${text//e/E}
  printf '%s' "${text//f/F}"
}

# Prints our keys of one interface, for set_keys.
write_keys() {
  local number
  printf '%s\n' "DEVICE=$nic" "HWADDR=$(upper "$mac")" ONBOOT=yes
  case $address in
    dhcp) printf '%s\n' BOOTPROTO=dhcp -IPADDR -PREFIX -NETMASK -GATEWAY -BROADCAST -NETWORK ;;
    none) printf '%s\n' BOOTPROTO=none -IPADDR -PREFIX -NETMASK -GATEWAY -BROADCAST -NETWORK ;;
    *) write_address_keys ;;
  esac
  # IPADDR0 is the first address under another name. MACADDR would override the vif's MAC.
  for number in IPADDR0 PREFIX0 NETMASK0 GATEWAY0 BROADCAST0 MACADDR; do echo "-$number"; done
}

write_address_keys() {
  local value
  find_network
  printf '%s\n' BOOTPROTO=none "IPADDR=$address"
  # NETMASK and PREFIX may contradict each other one day, and PREFIX wins in both releases.
  if [ "$GUEST_OS" = el5 ]; then printf '%s\n' "NETMASK=$netmask" -PREFIX; else printf '%s\n' \
    "PREFIX=$prefix" -NETMASK; fi
  if [ "$gateway" = -- ]; then echo -GATEWAY; else echo "GATEWAY=$gateway"; fi
  if [ "$nameservers" != -- ]; then
    echo "DNS1=${nameservers%%/*}"
    case $nameservers in */*) echo "DNS2=${nameservers#*/}" ;; *) echo -DNS2 ;; esac
  fi
  # initscripts work these two out themselves, but would believe stale values.
  find_value BROADCAST
  case $value in '' | "$broadcast") ;; *) echo -BROADCAST ;; esac
  find_value NETWORK
  case $value in '' | "$network") ;; *) echo -NETWORK ;; esac
}

note_what_stays() { # <path>
  local value
  find_value MACADDR
  [ -z "$value" ] || note "/$1 had MACADDR=$value, which overrides the vif's MAC; it goes"
  find_value IPV6ADDR
  [ -z "$value" ] || note "/$1 keeps IPV6ADDR=$value; a copy must not have it too"
  find_value PEERDNS
  [ "$nameservers" = -- ] || [ "$value" != no ] ||
    note "/$1 keeps PEERDNS=no, so initscripts ignore DNS1"
}
