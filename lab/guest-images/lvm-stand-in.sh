#!/bin/bash
# Stands in for lvs, vgs, lvcreate, lvremove and lvrename, under these names, where there is no device-mapper. One volume
# group, vg0, with extents of 1 MiB and the size in MiB that the file `size` has. A volume is a file with a loop device
# and a line `NAME|ATTR|BYTES|PERCENT|ORIGIN|TAGS` in the file `volumes`; a snapshot is a copy of its origin. A fresh
# volume is full of what others have left. It knows the options that lib/runtime/host/copy/lvm.sh uses and refuses others.
cd /var/lib/lvm-stand-in || exit
touch volumes
exec 9>lock
flock 9
echo "${0##*/} $*" >>calls

size_of() { awk -F'|' '{ total += $3 } END { printf "%.0f\n", total / 1048576 }' volumes; }
refuse() { echo "  $*" >&2 && exit 5; }

case ${0##*/} in
  vgs)
    case ${*: -1} in
      vg0) echo "  $((($(<size) - $(size_of)) * 1048576)) 1048576" ;;
      vg_name) echo '  vg0' ;;
      *) refuse "Volume group \"${*: -1}\" not found" ;;
    esac
    ;;
  lvs)
    case ${*: -1} in
      vg0) sed 's/^/  /' volumes ;;
      /dev/vg0/*) awk -F'|' -v name="$(basename "${*: -1}")" '$1 == name { print "  vg0 " name; found = 1 } END { exit found ? 0 : 5 }' volumes ;;
      *) refuse "Volume group \"${*: -1}\" not found" ;;
    esac
    ;;
  lvcreate)
    tags='' name='' mib='' origin='' attributes='-wi-a-----'
    while [ $# -gt 1 ]; do
      case $1 in
        -Zn) shift ;;
        -s) attributes='swi-a-s---' && shift ;;
        --addtag) tags=${tags:+$tags,}$2 && shift 2 ;;
        -n) name=$2 && shift 2 ;;
        -L)
          case $2 in
            *k) mib=$(((${2%k} + 1023) / 1024)) ;;
            *m) mib=${2%m} ;;
            *) refuse "Invalid argument for -L: $2" ;;
          esac
          shift 2
          ;;
        *) refuse "the stand-in does not know $1" ;;
      esac
    done
    [ $(($(<size) - $(size_of))) -ge "$mib" ] || refuse "Volume group \"vg0\" has insufficient free space"
    ! grep -q "^$name|" volumes || refuse "Logical volume \"$name\" already exists"
    case $1 in
      vg0) yes 'somebody else was here' | head -c "${mib}M" >"$name" ;;
      vg0/*)
        origin=${1#vg0/}
        cat "/dev/vg0/$origin" >"$name"
        ;;
      *) refuse "Volume group \"$1\" not found" ;;
    esac
    echo "$name|$attributes|$((mib * 1048576))|${origin:+1.00}|$origin|$tags" >>volumes
    ln -s "$(losetup -f --show "$name" 9>&-)" "/dev/vg0/$name"
    ;;
  lvremove)
    [ "$1" = -f ] || refuse "Do you really want to remove it? [y/n]: n"
    name=${2#vg0/}
    grep -q "^$name|" volumes || refuse "Failed to find logical volume \"$2\""
    losetup -d "$(readlink "/dev/vg0/$name")" || exit 5
    rm "/dev/vg0/$name" "$name"
    sed -i "/^$name|/d" volumes
    ;;
  lvrename)
    ! grep -q "^$3|" volumes || refuse "Logical Volume \"$3\" already exists in volume group \"$1\""
    mv "/dev/vg0/$2" "/dev/vg0/$3" && mv "$2" "$3" && sed -i "s/^$2|/$3|/" volumes
    ;;
esac
