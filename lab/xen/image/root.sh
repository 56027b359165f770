#!/bin/bash
# root.sh ROOT XEN_VERSION STRICT SHIMS STAND_IN EL6: turns unpacked packages into a dom0 that behaves as EL6 does for what a tool
# touches. EL6 holds an EL6 system's own files; the stand-in fills what it lacks, the shims what Debian lacks. STRICT
# is yes or no: whether dom0's programs refuse what CentOS 6's lack.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$1
xen=$2
strict=$3
shims=$4
stand_in=$5
el6=$6

# What configuring the packages would have done.
cp "$root/usr/share/base-passwd/passwd.master" "$root/etc/passwd"
cp "$root/usr/share/base-passwd/group.master" "$root/etc/group"
echo 'sshd:x:74:74:Privilege-separated SSH:/run/sshd:/usr/sbin/nologin' >>"$root/etc/passwd"
echo 'sshd:x:74:' >>"$root/etc/group"
printf 'passwd: files\ngroup: files\nshadow: files\nhosts: files\n' >"$root/etc/nsswitch.conf"
printf '127.0.0.1 localhost\n' >"$root/etc/hosts"
: >"$root/etc/fstab"
cp "$root/usr/share/base-files/profile" "$root/etc/profile"

# EL6 has bash as sh, gawk as awk, and these programs in these places.
ln -sf bash "$root/usr/bin/sh"
ln -sf gawk "$root/usr/bin/awk"
ln -sf which.debianutils "$root/usr/bin/which"
for name in arping pidof ip; do [ -e "$root/usr/sbin/$name" ] || ln -s "../bin/$name" "$root/usr/sbin/$name"; done
ln -sf "../lib/xen-$xen/bin/xl" "$root/usr/sbin/xl"
rm -rf "$root/var/run" "$root/var/lock"
ln -s /run "$root/var/run"
ln -s /run/lock "$root/var/lock"
mkdir -p "$root"/{proc,sys,dev,run,tmp,root/.ssh,usr/local/sbin,etc/sysconfig/network-scripts} \
  "$root"/etc/xen/{auto,scripts} "$root"/var/{lib/xen/{save,images},log/xen/console,lib/xenstored}
chmod 1777 "$root/tmp"
chmod 700 "$root/root" "$root/root/.ssh"
# Debian's own init scripts have no place in an EL6 boot; its example guests would only be noise.
rm -f "$root"/etc/rc.d/init.d/* "$root"/etc/xen/xlexample.* "$root"/etc/default/xendomains

install -m 755 "$here/dom0-init.sh" "$root/sbin/lab-init"
install -m 755 "$here/dom0-guest-disk.sh" "$root/usr/local/sbin/lab-guest-disk"
install -m 755 "$here/dom0-volume-group.sh" "$root/usr/local/sbin/lab-volume-group"
install -m 755 "$here/dom0-power.sh" "$root/sbin/lab-power"
for name in reboot poweroff halt shutdown; do ln -sf lab-power "$root/sbin/$name"; done
install -m 600 "$here/sshd_config" "$root/etc/ssh/sshd_config"
install -m 644 "$here/sysconfig-xendomains" "$root/etc/sysconfig/xendomains"
ln -s ../sysconfig/xendomains "$root/etc/default/xendomains"
for service in sshd xencommons xendomains; do install -m 755 "$here/service-$service.sh" "$root/etc/rc.d/init.d/$service"; done
sed -i "s|@XEN@|/usr/lib/xen-$xen|" "$root"/etc/rc.d/init.d/xen{commons,domains}
# There is no udev daemon in the lab for lvm to wait for.
sed -i -E 's/^(\s*)#? ?(udev_sync|udev_rules|obtain_device_list_from_udev) = 1/\1\2 = 0/' "$root/etc/lvm/lvm.conf"

# An overlay may have the links between init.d and rc.d the other way round; ours lead to the same files.
overlay() { # DIR TAR_OPTION
  local link links=()
  while read -r link; do [ ! -d "$root/$link" ] || links+=("--exclude=$link"); done < <(cd "$1" && find . -type l)
  tar -C "$1" ${links[@]+"${links[@]}"} -c . | tar -C "$root" -x --keep-directory-symlink --no-same-owner "$2"
}
# Programs that EL6 has and Debian lacks: they never replace what is there.
overlay "$shims" --skip-old-files
overlay "$stand_in" --overwrite
[ "$el6" = "$stand_in" ] || overlay "$el6" --overwrite
# An EL6 system's own ifup must never be shadowed by one that fills in for it.
for name in ifup ifdown; do
  [ -e "$el6/sbin/$name" ] || [ ! -e "$el6/etc/sysconfig/network-scripts/$name" ] ||
    ln -sf "/etc/sysconfig/network-scripts/$name" "$root/sbin/$name"
done
[ -x "$root/etc/rc.d/init.d/network" ] || {
  echo "lab build: no executable etc/init.d/network in the EL6 root '$el6'"
  exit 1
}

# The services of a Xen host as `chkconfig SERVICE on` leaves them.
for level in 3 5; do
  for link in S10network S55sshd S70xencommons S99xendomains; do ln -sf "../init.d/${link:3}" "$root/etc/rc.d/rc$level.d/$link"; done
done
for level in 0 6; do
  for link in K00xendomains K10xencommons K25sshd K90network; do ln -sf "../init.d/${link:3}" "$root/etc/rc.d/rc$level.d/$link"; done
done

# Xen's own scripts are no part of CentOS 6 and call what Debian's programs know: those come first for them.
if [ "$strict" = yes ]; then
  "$here/../../el6/strict/build.sh" "$root/.strict/made"
  # shellcheck source=../../el6/strict/lay.sh
  . "$here/../../el6/strict/lay.sh"
  lay_strict "$root"
  sed -i 's|^export PATH="|&/.strict/real:|' "$root/etc/xen/scripts/xen-hotplug-common.sh"
  grep -q '^export PATH="/.strict/real:' "$root/etc/xen/scripts/xen-hotplug-common.sh" || {
    echo 'lab build: xen-hotplug-common.sh sets PATH in another way than this knows'
    exit 1
  }
fi

# With root's rights the loader's cache and the bytecode that pygrub needs are made here, at native speed.
if [ "$(id -u)" = 0 ]; then
  ldconfig -r "$root"
  chroot "$root" "/usr/lib/xen-$xen/bin/pygrub" --help >/dev/null 2>&1 || true
fi
