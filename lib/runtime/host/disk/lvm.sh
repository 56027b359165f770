#!/bin/bash
# Finds a logical volume inside a guest's disk, from LVM's metadata. Sourced by host/disk/apply.sh.
# shellcheck disable=SC2154  # disk_sectors device belong to host/disk/open.sh

# Runs LVM with its own folder for configuration, cache and locks: it sees only the guest's physical volumes, and dom0's
# cache never sees them. It is told that there is no device-mapper, so it can't activate anything.
guest_lvm() { # <program> <argument>...
  LVM_SYSTEM_DIR=$GUEST_STATE/lvm LVM_SUPPRESS_FD_WARNINGS=1 "$@" --driverloaded n 2>"$LOOK/lvm-errors" 3>&- 8>&- 9>&-
}

write_lvm_configuration() {
  local device filter=''
  while read -r device _; do filter="$filter\"a|^$device\$|\","; done <"$LOOK/volumes"
  [ -d "$GUEST_STATE/lvm" ] || mkdir "$GUEST_STATE/lvm"
  cat >"$GUEST_STATE/lvm/lvm.conf" <<END
config { checks=0 }
devices { dir="/dev" scan=["/dev"] filter=[$filter"r|.*|"] global_filter=[$filter"r|.*|"] write_cache_state=0 obtain_device_list_from_udev=0 use_devicesfile=0 }
backup { backup=0 archive=0 }
global { use_lvmetad=0 locking_dir="$GUEST_STATE/lvm" }
activation { monitoring=0 }
END
}

# Writes the file `volumes`: a read-only loop device for each physical volume on the disk, and its first sector.
attach_volumes() {
  local start size content
  : >"$LOOK/volumes"
  while read -r _ start size; do
    check_number "a partition of $disk" "$start" "$size"
    find_content "$start" "$size"
    [ "$content" = LVM2_member ] || continue
    attach_loop "$start" "$size" ro
    printf '%s %s %s\n' "$device" "$start" "$size" >>"$LOOK/volumes"
  done < <(if [ -s "$LOOK/partitions" ]; then cat "$LOOK/partitions"; else echo "0 0 $disk_sectors"; fi)
}

# Writes the file `pieces` for VG/LV.
find_volume() { # <vg>/<volume>
  need lvs:lvm2 pvs:lvm2
  attach_volumes
  [ -s "$LOOK/volumes" ] ||
    refuse_disk "there is no LVM physical volume on it, the stack says root 'lv,$1'" "$(describe_disk)"
  write_lvm_configuration
  if ! guest_lvm lvs --segments --noheadings --nosuffix --units s \
    -o vg_name,lv_name,lv_attr,segtype,seg_start,seg_size,devices >"$LOOK/segments" ||
    ! guest_lvm pvs --noheadings --nosuffix --units s -o pv_name,pe_start,vg_extent_size >"$LOOK/extents"; then
    refuse_disk 'its LVM metadata can not be read' "$(plain <"$LOOK/lvm-errors")"
  fi
  awk -v wanted="$1" '$1 "/" $2 == wanted' "$LOOK/segments" | sort -n -k 5,5 >"$LOOK/segments-of-root"
  [ -s "$LOOK/segments-of-root" ] || refuse_disk "it has no logical volume $1" \
    "it has: $(awk '!seen[$1 "/" $2]++ { printf "%s ", $1 "/" $2 }' "$LOOK/segments" | plain)"
  check_segments "$1"
  map_segments
  close_openings
}

# Refuses all but a plain linear volume. Writing to the origin of a snapshot would spoil the snapshot.
check_segments() { # <vg>/<volume>
  local odd
  odd=$(awk '$3 !~ /^-/ || $4 != "linear" { print $4 " (" $3 ")"; exit }' "$LOOK/segments-of-root" | plain)
  [ -z "$odd" ] || refuse_disk "$1 is of the kind $odd, only plain linear volumes are written" \
    'remove its snapshots, or convert it, with the guest running; or write the identity inside the guest by hand'
  ! grep -q 'unknown\|missing' "$LOOK/segments-of-root" ||
    refuse_disk "$1 lies in part on another disk" 'put / on one disk, or write the identity inside the guest by hand'
}

# Writes `pieces` from the segments. Several physical volumes on the disk are no problem. Pieces that touch become one.
map_segments() {
  awk -v volumes="$LOOK/volumes" -v extents="$LOOK/extents" '
    BEGIN {
      while ((getline line <volumes) > 0) { split(line, f, " "); first[f[1]] = f[2]; size[f[1]] = f[3] }
      while ((getline line <extents) > 0) { split(line, f, " "); skip[f[1]] = f[2]; extent[f[1]] = f[3] }
    }
    {
      device = $7; sub(/\(.*/, "", device)
      number = $7; sub(/.*\(/, "", number); sub(/\).*/, "", number)
      inside = skip[device] + number * extent[device]
      if (!(device in first) || $5 != total || inside + $6 > size[device]) { bad = 1; exit 1 }
      start = first[device] + inside
      if (count && start == from + length_) length_ += $6
      else { if (count++) printf "%.0f %.0f\n", from, length_; from = start; length_ = $6 }
      total += $6
    }
    END { if (!bad && count) printf "%.0f %.0f\n", from, length_ }
  ' "$LOOK/segments-of-root" >"$LOOK/pieces" ||
    refuse_disk 'its LVM metadata contradicts itself' 'see vgck and pvck inside the guest'
}
