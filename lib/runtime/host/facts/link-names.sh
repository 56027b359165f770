#!/bin/bash
# What a link is called in facts. The kernel's name of a guest's vif holds the domain's id of today, so the vif is
# called domU:NAME/INDEX instead. Sourced after facts/words.sh; reads `domain_names`, lines `ID NAME` with the name as a
# word of a fact. It is unset or empty if Xen was not asked.

# Where the kernel shows its state; a test lays a tree of its own.
FACTS_SYS=${FACTS_SYS:-/sys}
FACTS_PROC=${FACTS_PROC:-/proc}

# For awk: link_word(name). The caller hands each line of print_link_names to keep_link_name(); other lines are left
# alone.
# shellcheck disable=SC2016,SC2034  # awk's own $; for the collectors
readonly LINK_NAMES_AWK='
function keep_link_name(line,   part) {
  if (split(line, part, " ") != 3) return
  if (part[1] == "domain") domain_names[part[2]] = part[3]
  # A vif whose configuration gives it another name (vifname): its device is still called vif-ID-INDEX.
  if (part[1] == "backend" && part[3] ~ /^vif-[0-9]+-[0-9]+$/) backends[part[2]] = substr(part[3], 5)
}
function guest_word(id, index_of_vif, twin) {
  return id in domain_names ? "domU:" domain_names[id] "/" index_of_vif twin : ""
}
function link_word(name,   part, base, found, twin) {
  base = name
  if (sub(/-emu$/, "", base) || base ~ /^tap[0-9]+\.[0-9]+$/) twin = "-emu"
  if (base in backends) {
    split(backends[base], part, "-")
    found = guest_word(part[1], part[2], twin)
    if (found == "") found = "vif" part[1] "." part[2] twin
  } else if (base ~ /^(vif|tap)[0-9]+\.[0-9]+$/) {
    split(substr(base, 4), part, ".")
    found = guest_word(part[1], part[2], twin)
  }
  return found == "" ? word(name) : found
}
'

# Prints `domain ID NAME` for each domain that is known by name, and `backend LINK DEVICE` for each vif.
print_link_names() {
  local names=${domain_names-} line link
  while [ -n "$names" ]; do
    line=${names%%$'\n'*}
    names=${names#"$line"}
    names=${names#$'\n'}
    printf 'domain %s\n' "$line"
  done
  for link in "$FACTS_SYS"/class/net/*; do
    is_vif "$link" || continue
    # print_answered calls this in a subshell, so that the folder of the caller stays.
    cd -P "$link/device" 2>/dev/null && printf 'backend %s %s\n' "${link##*/}" "${PWD##*/}"
  done
  cd / || :
}

# Whether a link is a guest's end, served by dom0.
is_vif() { # <folder of the link>
  [ "$1/device/subsystem" -ef "$FACTS_SYS/bus/xen-backend" ]
}
