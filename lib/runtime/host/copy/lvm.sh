#!/bin/bash
# All that a copy asks of LVM. It has to suit every LVM from CentOS 6's first (2.02.56) on. Sourced by host/copy/end.sh.
# shellcheck disable=SC2034  # shared with the ends

# Runs a program of LVM without input, so that it can't ask; its errors go to the file lvm-errors.
lvm_tool() { LVM_SUPPRESS_FD_WARNINGS=1 "$@" </dev/null 2>lvm-errors 3>&- 7>&- 8>&-; } # <program> <argument>...

lvm_says() { sed '/^ *WARNING/d; s/^ *//' lvm-errors | plain; }

# Sets `free` and `extent`, in bytes.
find_room() { # <vg>
  local line
  need vgs:lvm2 lvs:lvm2 lvcreate:lvm2 lvrename:lvm2 lvremove:lvm2
  line=$(lvm_tool vgs --noheadings --nosuffix --units b -o vg_free,vg_extent_size "$1") ||
    fail "$END_HOST has no volume group $1 ($(lvm_says))" "it has: $(lvm_tool vgs --noheadings -o vg_name | plain)"
  read -r free extent < <(printf '%s\n' "$line")
  check_number "the free space of volume group $1 on $END_HOST (vgs)" "$free"
  check_number "the size of an extent of volume group $1 on $END_HOST (vgs)" "$extent"
  [ "$extent" -gt 0 ] || fail "volume group $1 on $END_HOST has extents of 0 bytes (vgs)"
}

# Fails if VG has no room for BYTES in whole extents, with what is given back before.
check_volume_room() { # <vg> <bytes> <name of the disk or snapshot> <bytes that come back>
  local free extent needed
  find_room "$1"
  free=$((free + $4))
  needed=$((($2 + extent - 1) / extent * extent))
  [ "$free" -ge "$needed" ] ||
    fail "volume group $1 on $END_HOST has $(amount "$free") free, $3 needs $(amount "$needed"): $(amount $((needed - free))) are missing" \
    'make room (vgextend, lvremove of what nobody needs), then deploy again'
}

# Sets `attributes`, `bytes`, `percent`, `origin` and `tags` of VG's volume; false if there is none.
find_volume_facts() { # <vg> <volume>
  local name
  lvm_tool lvs --noheadings --nosuffix --units b --separator '|' \
    -o lv_name,lv_attr,lv_size,snap_percent,origin,lv_tags "$1" >lvm-list ||
    fail "volume group $1 on $END_HOST can not be read: $(lvm_says)"
  while IFS='|' read -r name attributes bytes percent origin tags; do
    [ "${name// /}" != "$2" ] || return 0
  done <lvm-list
  return 1
}

has_tag() { # <tag>
  case ,${tags// /}, in *,"$1",*) true ;; *) false ;; esac
}

# -Zn, since all of the volume is written anyhow, and since it suppresses the question about old signatures. In KiB,
# which every version takes; lvcreate rounds up to extents.
make_volume() { # <vg> <volume> <bytes> <tag>
  lvm_tool lvcreate -Zn --addtag "$4" -n "$2" -L "$((($3 + 1023) / 1024))k" "$1" >/dev/null ||
    fail "lvcreate of $1/$2 failed: $(lvm_says)"
}

rename_volume() { # <vg> <volume> <new name>
  lvm_tool lvrename "$1" "$2" "$3" >/dev/null || fail "lvrename $1/$2 $1/$3 failed: $(lvm_says)"
}

# Tries several times: another program (udev) may look at the volume for a moment.
remove_volume() { # <vg> <volume>
  local try
  for try in 0.1 0.5 1 2 0; do
    if lvm_tool lvremove -f "$1/$2" >/dev/null; then return 0; fi
    sleep "$try"
  done
  return 1
}

make_snapshot() { # <vg> <volume> <snapshot> <mib> <id>
  lvm_tool lvcreate -s --addtag cdktf-xen-copy --addtag "cdktf-xen-copy-$5" -n "$3" -L "$4m" "$1/$2" >/dev/null ||
    fail "lvcreate of the snapshot $1/$3 failed: $(lvm_says)"
}

# Whether a snapshot has overflowed: more was written to the origin than the snapshot has room for. Reads what
# find_volume_facts has set.
is_overflowed() {
  case $attributes in ????[IS]*) return 0 ;; esac
  case ${percent%%[.,]*} in *100) true ;; *) false ;; esac
}
