#!/bin/bash
# Facts of what is set in files, for the next start of the network, of Xen or of the host: kinds file, key, line,
# onboot, service and subsys. Says which files these are. Sourced after setting-files.sh, setting-keys.sh and
# services.sh.
# shellcheck disable=SC2034,SC2154  # lists and errors of setting-files.sh

# Prints facts of the kinds that are asked for.
print_setting_facts() {
  local paths=() path names=() types=() modes=() sizes=() owners=() targets=() asked
  print_service_facts
  wants file key line onboot || return 0
  # A file may go away meanwhile.
  asked=no
  list_setting_files
  if ask_setting_files || { list_setting_files && ask_setting_files; }; then asked=yes; fi
  if [ "$asked" = no ]; then
    unknown_kinds "$file_failed" file key line onboot
    return 0
  fi
  ! wants file || print_file_facts
  ! wants key line onboot || print_key_facts
}

# Sets `paths` to the files that are there, links that lead nowhere among them. If no fact of kind `file` is asked for,
# only those whose lines are read.
list_setting_files() {
  local path all=no form
  paths=()
  ! wants file || all=yes
  shopt -s extglob
  for path in \
    /etc/sysconfig/{network,static-routes,xendomains,xencommons,xend,pcmcia,netconsole,iptables*,ip6tables*,ebtables*} \
    /etc/sysconfig/modules/*.modules /etc/sysconfig/network-scripts/* \
    /etc/sysctl.conf /etc/sysctl.d/* /etc/resolv.conf /etc/ethers /etc/iproute2/* /etc/inittab /etc/init/*.conf \
    /etc/dhclient* /etc/dhcp/* /etc/dhcp/*.d/* /etc/modprobe.conf /etc/modprobe.d/* /etc/udev/rules.d/*net*.rules \
    /etc/xen/* /etc/xen/*/* /etc/libvirt/qemu/networks/* /etc/libvirt/qemu/networks/autostart/* \
    /sbin/if{up,down}{,-local,-pre-local} /etc/rc.d/{rc,rc.sysinit,rc.local} /etc/rc.local /etc/rc.d/init.d/* \
    /etc/default/{grub,xen,xendomains,xencommons,networking} /etc/default/grub.d/* \
    /etc/network/* /etc/network/*.d/* /etc/systemd/network/* /etc/NetworkManager/{*.conf,*.d/*,*-connections/*} \
    /boot/grub/{grub.conf,menu.lst,grub.cfg} /boot/grub2/grub.cfg /etc/grub*.conf /boot/efi/EFI/*/{grub.conf,*.cfg}; do
    [ -e "$path" ] || [ -L "$path" ] || continue
    is_wanted_file "$path" || continue
    if [ "$all" = no ]; then
      find_file_form "$path"
      [ -n "$form" ] || continue
    fi
    paths+=("$path")
  done
  # Debian has no rc.d. With it, init.d is a link to rc.d/init.d.
  [ "$all" = no ] || [ -e /etc/rc.d/init.d ] || for path in /etc/init.d/*; do
    if [ -e "$path" ] && is_wanted_file "$path"; then paths+=("$path"); fi
  done
  shopt -u extglob
}

# Whether a file is asked for. The caller may have set `wanted_files`, a pattern.
is_wanted_file() { # <path>
  # shellcheck disable=SC2053  # a pattern
  [ -z "${wanted_files-}" ] || [[ $1 == $wanted_files ]]
}
