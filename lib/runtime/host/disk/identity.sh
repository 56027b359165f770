#!/bin/bash
# The network identity of a guest as its files should have it. Reads the guest's files, and writes only copies in the
# run's own folder. Sourced by host/disk/apply.sh.
# shellcheck disable=SC2034,SC2154  # inode, kind and size are set by find_place; host/disk/nic-keys.sh reads the rest
#
# HWADDR here and `mac=` in the guest's vif are written from one value, so they can't differ.

readonly NETWORK_SCRIPTS=etc/sysconfig/network-scripts

# Sets nic, mac, address (or dhcp, or none), prefix, gateway and nameservers from the value of one word guest-nic.
split_nic() { IFS=, read -r nic mac address prefix gateway nameservers <<<"$1"; } # <value>

# Looks at every file. Writes the changes, problems and notes to files in $LOOK, and sets no variable.
look_at_identity() {
  local entry
  : >"$LOOK/changes"
  : >"$LOOK/problems"
  : >"$LOOK/notes"
  : >"$LOOK/kept"
  check_release || return 0
  for entry in ${GUEST_NICS[@]+"${GUEST_NICS[@]}"}; do
    split_nic "$entry"
    want_ifcfg
  done
  check_other_ifcfg
  want_udev_rules
  want_hwconf
  want_network
}

# Refuses a file system that is not a CentOS root, or that is of another release.
check_release() {
  local release number=${GUEST_OS#el}
  find_place "$NETWORK_SCRIPTS" || return 1
  if [ "$kind" != folder ]; then
    problem "there is no /$NETWORK_SCRIPTS, so this is not the / of a CentOS guest; it has: $(entries_of 2 | grep -v '^\.' | sort | head -n 12 | plain)"
    return 1
  fi
  if [ "$place" != "$NETWORK_SCRIPTS" ]; then
    problem "/$NETWORK_SCRIPTS is a link to /$(printf '%s' "$place" | plain): put the folder itself there"
    return 1
  fi
  find_place etc/redhat-release || return 1
  if [ "$kind" != 'file' ] || [ "$size" -gt 262144 ]; then return 0; fi
  copy_out "$inode" "$size" guest/release || :
  release=$(plain <guest/release)
  release=${release:0:200}
  case $release in
    *" release $number"[.\ ]* | *" release $number") ;;
    *)
      problem "it holds '$release', the stack says $GUEST_OS: set the guest's release"
      return 1
      ;;
  esac
}

# --- ifcfg-ethN ---------------------------------------------------------------------------------------------------

want_ifcfg() {
  local path=$NETWORK_SCRIPTS/ifcfg-$nic base further key value
  take_file "$path" etc/sysconfig || return 0
  local target=$place
  base=guest/base
  printf 'DEVICE=%s\nTYPE=Ethernet\n' "$nic" >$base
  [ "$found" = no ] || with_line_feeds "$OLD/$target" >$base
  take_admins_file "$path" || return 0
  # A link to a missing file has no text yet; the file is made where the link leads.
  [ "$found" = no ] || ! grep -q $'\r' "$OLD/$target" ||
    note "/$path had the line ends of DOS, which initscripts do not understand"
  read_values $base
  check_plain "$path" || return 0
  find_further_addresses
  if [ -n "$further" ]; then
    problem "/$path has further addresses ($further), the stack promises one per interface: take them out, a copy must not keep them"
    return 0
  fi
  for key in SLAVE MASTER BRIDGE; do
    find_value "$key"
    case $value in '' | no | NO) continue ;; esac
    problem "/$path puts $nic under something else ($key=$value), where an address of its own is ignored: take that out"
    return 0
  done
  note_what_stays "$path"
  write_keys >guest/keys
  set_keys shell guest/keys $base | want_file "$target"
}

# When kudzu meets a new MAC, it moves the admin's file to .bak and writes one with DHCP in its place. Then the other
# keys are taken from .bak.
take_admins_file() { # <path>
  local path=$1 was=$found value
  if [ "$GUEST_OS" != el5 ] || [ "$address" = dhcp ]; then return 0; fi
  if [ "$was" = yes ]; then
    read_values guest/base
    find_value BOOTPROTO
    [ "$value" = dhcp ] || return 0
  fi
  local keep=$place
  if ! take_file "$path.bak" etc/sysconfig; then return 1; fi
  if [ "$found" = yes ]; then
    note "/$path was written by kudzu; its other keys are taken from /$path.bak, the admin's own"
    with_line_feeds "$OLD/$place" >guest/base
    printf '%s\n' "$place" >>"$LOOK/kept"
  fi
  place=$keep
  found=$was
}

# Checks the other ifcfg files, since to initscripts each is an interface. Names those that claim one of our names or
# MACs.
check_other_ifcfg() {
  local name entry device_ hwaddr value
  find_place "$NETWORK_SCRIPTS"
  entries_of "$inode" | sort >"$LOOK/others"
  [ ! -s "$LOOK/tree/$inode.odd" ] ||
    problem "/$NETWORK_SCRIPTS holds a name with the end of a line in it (...$(head -n 1 "$LOOK/tree/$inode.odd" | plain)): remove it"
  while IFS= read -r name; do
    # rename_device reads .orig too, for its HWADDR.
    case $name in
      *~ | *.bak | *.rpmnew | *.rpmorig | *.rpmsave | ifcfg-lo) continue ;;
      ifcfg-*) ;;
      *) continue ;;
    esac
    find_place "$NETWORK_SCRIPTS/$name" || continue
    if [ "$kind" != 'file' ] || [ "$size" -gt 262144 ]; then continue; fi
    if ! copy_out "$inode" "$size" guest/other; then
      problem "/$NETWORK_SCRIPTS/$(printf '%s' "$name" | plain) can not be read ($(plain <"$LOOK/tree-errors")): remove it, or end its name in .bak"
      continue
    fi
    read_values guest/other
    find_value DEVICE
    device_=$value
    find_value HWADDR
    hwaddr=$(upper "$value")
    for entry in ${GUEST_NICS[@]+"${GUEST_NICS[@]}"}; do
      split_nic "$entry"
      [ "$name" != "ifcfg-$nic" ] || continue 2
    done
    name=$(printf '%s' "$name" | plain)
    for entry in ${GUEST_NICS[@]+"${GUEST_NICS[@]}"}; do
      split_nic "$entry"
      check_claim "$name" "$device_" "$hwaddr"
    done
  done <"$LOOK/others"
}

check_claim() { # <name> <its DEVICE> <its HWADDR>
  local cure="remove it, or end its name in .bak"
  case $1 in
    "ifcfg-$nic":* | "ifcfg-$nic"-range*)
      problem "/$NETWORK_SCRIPTS/$1 gives $nic a further address, the stack promises one per interface: $cure"
      return 0
      ;;
  esac
  if [ -n "$3" ] && [ "$3" = "$(upper "$mac")" ]; then
    problem "/$NETWORK_SCRIPTS/$1 claims $nic's MAC (HWADDR=$3): $cure"
    return 0
  fi
  case $1 in *.orig) return 0 ;; esac
  [ "${2%%:*}" != "$nic" ] ||
    problem "/$NETWORK_SCRIPTS/$1 also describes $nic (DEVICE=$2), and initscripts would start it: $cure"
}

# --- what else knows a MAC ----------------------------------------------------------------------------------------

# Prints `ethN mac` per interface, for awk.
write_nics() {
  local entry
  for entry in ${GUEST_NICS[@]+"${GUEST_NICS[@]}"}; do
    split_nic "$entry"
    printf '%s %s\n' "$nic" "$mac"
  done
}

# The MAC must be in lower case here, since udev compares letters as they are. EL5 does not make this file by itself.
want_udev_rules() {
  local path=etc/udev/rules.d/70-persistent-net.rules
  take_file "$path" etc/udev || return 0
  [ "$found" = yes ] || [ "$GUEST_OS" = el6 ] || return 0
  if [ "$found" = no ] && ! has_folder_of "$place"; then
    note "there is no /etc/udev/rules.d, so no rule is written"
    return 0
  fi
  write_nics >guest/nics
  with_line_feeds "$OLD/$place" >guest/base
  awk -v os="$GUEST_OS" '
    FILENAME == ARGV[1] { mac[$1] = $2; name[$2] = $1; order[++count] = $1; next }
    # A rule may go over several lines.
    { text = text $0; whole = whole $0 "\n" }
    /\\$/ { sub(/\\$/, "", text); next }
    { rule() }
    function rule(   device, address) {
      device = address = ""
      if (text !~ /^[ \t]*#/ && match(text, /NAME:?="[^"]*"/) && substr(text, RSTART - 1, 1) !~ /[A-Z_]/) {
        device = substr(text, RSTART, RLENGTH)
        gsub(/NAME:?=|"/, "", device)
      }
      if (device != "" && match(text, /[0-9A-Fa-f][0-9A-Fa-f](:[0-9A-Fa-f][0-9A-Fa-f])(:[0-9A-Fa-f][0-9A-Fa-f])(:[0-9A-Fa-f][0-9A-Fa-f])(:[0-9A-Fa-f][0-9A-Fa-f])(:[0-9A-Fa-f][0-9A-Fa-f])/))
        address = substr(text, RSTART, RLENGTH)
      if (address == "" || (!(device in mac) && !(tolower(address) in name))) printf "%s", whole
      else if (mac[device] == address && !(device in done)) { printf "%s", whole; done[device] = 1 }
      text = whole = ""
    }
    END {
      if (whole != "") rule()
      for (i = 1; i <= count; i++) if (!(order[i] in done)) {
        if (os == "el5") printf "SUBSYSTEM==\"net\", SYSFS{address}==\"%s\", NAME=\"%s\"\n", mac[order[i]], order[i]
        else printf "SUBSYSTEM==\"net\", ACTION==\"add\", DRIVERS==\"?*\", ATTR{address}==\"%s\", ATTR{type}==\"1\", KERNEL==\"eth*\", NAME=\"%s\"\n", mac[order[i]], order[i]
      }
    }
  ' guest/nics guest/base | want_file "$place"
}

# kudzu's list of the hardware that it saw last. If it has the new MAC, kudzu finds nothing new at boot, and leaves
# ifcfg-ethN alone.
want_hwconf() {
  [ "$GUEST_OS" = el5 ] || return 0
  take_file etc/sysconfig/hwconf etc/sysconfig || return 0
  [ "$found" = yes ] || return 0
  write_nics >guest/nics
  awk '
    FILENAME == ARGV[1] { mac[$1] = $2; next }
    $0 == "-" { flush() }
    { line[++count] = $0 }
    $1 == "class:" { class = $2 }
    $1 == "device:" { device = $2 }
    END { flush() }
    function flush(   i, old) {
      for (i = 1; i <= count; i++) {
        if (class == "NETWORK" && (device in mac) && line[i] ~ /^(network\.)?hwaddr: /) {
          old = line[i]
          sub(/^[^ ]* */, "", old)
          sub(/[ \t]*$/, "", old)
          # Keeps upper or lower case as kudzu has written it.
          if (tolower(old) != mac[device])
            line[i] = substr(line[i], 1, index(line[i], " ")) (old ~ /[A-F]/ ? toupper(mac[device]) : mac[device])
        }
        print line[i]
      }
      count = 0
      class = device = ""
    }
  ' guest/nics "$OLD/$place" | want_file "$place"
  ! grep -Fxq "$place" "$LOOK/changes" || note "/$place is told of the MAC, so that kudzu finds nothing new at boot"
}

# --- the host name ------------------------------------------------------------------------------------------------

# Without this file initscripts start no network at all.
want_network() {
  local path=etc/sysconfig/network value entry known=''
  take_file "$path" etc/sysconfig || return 0
  echo 'NETWORKING=yes' >guest/base
  [ "$found" = no ] || with_line_feeds "$OLD/$place" >guest/base
  read_values guest/base
  check_plain "$path" || return 0
  find_value NETWORKING
  case $value in
    yes | YES | true) ;;
    *) note "/$path does not say NETWORKING=yes, so the guest starts no network" ;;
  esac
  find_value GATEWAYDEV
  for entry in ${GUEST_NICS[@]+"${GUEST_NICS[@]}"}; do
    split_nic "$entry"
    known="$known $nic"
    [ "$gateway" = -- ] || [ -z "$value" ] || [ "$value" = "$nic" ] ||
      note "/$path says GATEWAYDEV=$value, so the default route of $nic is not set"
  done
  find_value GATEWAY
  split_nic "$(printf '%s\n' ${GUEST_NICS[@]+"${GUEST_NICS[@]}"} | awk -F, '$5 != "--" { print; exit }')"
  [ -z "$value" ] || [ "$value" = "${gateway:---}" ] ||
    note "/$path has GATEWAY=$value, the stack promises ${gateway:-none}; initscripts fall back on it"
  : >guest/keys
  [ -z "$GUEST_HOSTNAME" ] || echo "HOSTNAME=$GUEST_HOSTNAME" >guest/keys
  set_keys shell guest/keys guest/base | want_file "$place"
}
