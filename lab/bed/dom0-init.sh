#!/bin/bash
# dom0-init.sh WORK HOSTNAME VAR_KIB EL6_ROOT SHIMS STRICT: process 1 of dom0. Builds a root of its own on a tmpfs,
# moves into it and waits. Started in new mount, pid, uts, ipc and net namespaces, so all of it ends with this process.
# STRICT is what stands before dom0's programs, made by ../el6/strict/build.sh, or empty.
set -euo pipefail
work=$1 name=$2 var_kib=$3 el6=$4 shims=$5 strict=$6
here=$(cd "$(dirname "$0")" && pwd)
# The machine's /proc is still mounted here, so this is the process id that the machine knows.
read -r pid _ </proc/self/stat
umask 022
hostname "$name"
R=$work/root
mkdir -p "$R"
mount -t tmpfs -o size=256m,mode=755 bed-root "$R"
mkdir -p "$R"/{.host/usr,.bed,usr/bin,usr/sbin,dev/pts,proc,sys,root,tmp,mnt,home,opt,srv} \
  "$R"/etc/{sysconfig/network-scripts,rc.d,xen,ssh,sysctl.d,modprobe.d,profile.d} "$R"/run/{lock/subsys,netreport} \
  "$R"/var/{lib,log,tmp,cache,empty,spool/cron} "$R"/usr/{local/bin,local/sbin,libexec}
chmod 700 "$R/root"
chmod 1777 "$R/tmp" "$R/var/tmp"
ln -s ../run "$R/var/run"
ln -s ../run/lock "$R/var/lock"

# The machine's programs, one link each, so that single programs can be replaced or taken away.
mount --bind /usr "$R/.host/usr"
mount -o remount,bind,ro "$R/.host/usr"
for dir in bin sbin; do
  ln -s "usr/$dir" "$R/$dir"
  (cd "/usr/$dir" && printf '%s\0' ./*) | sed -z "s,^\./,../../.host/usr/$dir/," | xargs -0 ln -s -t "$R/usr/$dir"
  # Links such as "pidof -> /sbin/killall5" in the bound tree are relative to its own top.
  ln -s "usr/$dir" "$R/.host/$dir"
done
for dir in lib lib32 lib64 libx32; do
  [ -d "/$dir" ] || continue
  ln -s "usr/$dir" "$R/$dir"
  ln -s "usr/$dir" "$R/.host/$dir"
done
for dir in lib lib32 lib64 libx32 share; do
  [ -d "/usr/$dir" ] && ln -s "../.host/usr/$dir" "$R/usr/$dir"
done
for dir in /usr/libexec/*; do
  [ -e "$dir" ] && ln -s "../../.host$dir" "$R/usr/libexec/"
done
# The places and flavours that EL6 has and Debian has not.
for tool in arping pidof ethtool; do
  [ -e "$R/usr/bin/$tool" ] && [ ! -e "$R/usr/sbin/$tool" ] && ln -s "../bin/$tool" "$R/usr/sbin/$tool"
done
ln -sf bash "$R/usr/bin/sh"
[ -e "$R/usr/bin/gawk" ] && ln -sf gawk "$R/usr/bin/awk"
# Debian's own network scripts and service managers are no part of an EL6 host.
rm -f "$R"/usr/{bin,sbin}/{ifup,ifdown,ifquery,service,chkconfig,update-rc.d,invoke-rc.d,systemctl,nmcli,NetworkManager,dhclient}

cp -a /etc/alternatives "$R/etc/" 2>/dev/null || true
[ -e /etc/ld.so.cache ] && cp /etc/ld.so.cache "$R/etc/"
for file in protocols services; do
  [ -e "/etc/$file" ] && cp "/etc/$file" "$R/etc/"
done
cat >"$R/etc/passwd" <<'END'
root:x:0:0:root:/root:/bin/bash
sshd:x:74:74:Privilege-separated SSH:/var/empty:/sbin/nologin
nobody:x:99:99:Nobody:/:/sbin/nologin
END
printf 'root:*:16000:0:99999:7:::\nsshd:!!:16000::::::\nnobody:*:16000:0:99999:7:::\n' >"$R/etc/shadow"
chmod 600 "$R/etc/shadow"
printf 'root:x:0:\ntty:x:5:\nsshd:x:74:\nnobody:x:99:\n' >"$R/etc/group"
printf 'passwd: files\nshadow: files\ngroup: files\nhosts: files dns\n' >"$R/etc/nsswitch.conf"
printf '127.0.0.1 localhost localhost.localdomain\n' >"$R/etc/hosts"
: >"$R/etc/resolv.conf"
: >"$R/etc/mtab"
printf 'NETWORKING=yes\nHOSTNAME=%s\n' "$name" >"$R/etc/sysconfig/network"

# Shims replace Debian's programs, and the EL6 root's own files replace both. Its links may cross ours (sbin); the
# shims' links lead out of their tree and are followed.
lay() {
  tar -C "$1" "${@:2}" -cf - . | tar -C "$R" --no-same-owner --no-overwrite-dir --keep-directory-symlink -xf -
}
lay "$shims" --dereference
lay "$el6"
if [ -n "$strict" ]; then
  mkdir -p "$R/.strict/made"
  mount -o bind,ro "$strict" "$R/.strict/made"
  # shellcheck source=../el6/strict/lay.sh
  . "$here/../el6/strict/lay.sh"
  lay_strict "$R"
fi
# An installed host has these; a source tree need not.
[ -e "$R/etc/init.d" ] || ln -s rc.d/init.d "$R/etc/init.d"
for level in 0 1 2 3 4 5 6; do
  mkdir -p "$R/etc/rc.d/rc$level.d"
  [ -e "$R/etc/rc$level.d" ] || ln -s "rc.d/rc$level.d" "$R/etc/rc$level.d"
done
if [ -e "$R/etc/init.d/network" ] && ! compgen -G "$R/etc/rc.d/rc3.d/S??network" >/dev/null; then
  ln -s ../init.d/network "$R/etc/rc.d/rc3.d/S10network"
fi
ip=$(readlink -f "$(command -v ip)")
ln -s "../.host$ip" "$R/.bed/ip"
cp "$here"/{boot,observe,hold}.sh "$R/.bed/"
# What the kernel of a dom0 shows, for programs that look whether Xen runs.
mkdir "$R/proc-of-xen"
: >"$R/proc-of-xen/xen"
ln -s /proc/{net,sys,modules} "$R/proc-of-xen/"

for node in null zero full random urandom tty; do
  : >"$R/dev/$node"
  mount --bind "/dev/$node" "$R/dev/$node"
done
mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$R/dev/pts"
ln -s pts/ptmx "$R/dev/ptmx"
mkdir "$R/dev/shm"
mount -t tmpfs -o mode=1777 tmpfs "$R/dev/shm"
ln -s /proc/self/fd "$R/dev/fd"
for number in 0:stdin 1:stdout 2:stderr; do
  ln -s "/proc/self/fd/${number%%:*}" "$R/dev/${number#*:}"
done
ln -s null "$R/dev/console"
# /proc/sys is the machine's but for net, which belongs to the namespace; so is /sys but for the interfaces.
mount -t proc proc "$R/proc"
mount --bind "$R/proc/sys" "$R/proc/sys"
mount --bind "$R/proc/sys/net" "$R/proc/sys/net"
mount -o remount,bind,ro "$R/proc/sys"
[ -e "$R/proc/sysrq-trigger" ] && mount --bind "$R/dev/null" "$R/proc/sysrq-trigger"
mount -t sysfs sysfs "$R/sys"
mount --bind "$R/sys/devices/virtual/net" "$R/sys/devices/virtual/net"
mount -o remount,bind,ro "$R/sys"
if [ "$var_kib" -gt 0 ]; then
  mount -t tmpfs -o "size=${var_kib}k,mode=755" bed-var-lib "$R/var/lib"
fi

cd "$R"
mkdir .old
pivot_root . .old
umount -l /.old
rmdir /.old
echo "ready $pid"
# shellcheck source=hold.sh
. /.bed/hold.sh
