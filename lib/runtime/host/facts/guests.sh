#!/bin/bash
# Facts about Xen and its domains, in the words of lib/facts/vocabulary.ts. Sourced after host/facts/words.sh, xen.sh
# and xenstore.sh, and both/numbers.sh. Of xenstore it reads only the part that a guest can't write. Devices that
# another domain serves (a driver domain) are left out: that domain writes what xenstore says of them.
# shellcheck disable=SC2034,SC2154  # `domains`, `xen_*` and backend_lines are set by xen.sh and xenstore.sh

# For awk: the lines of a file in the form of `xenstore-ls -f`. Input: `ID NAME` of each domain, `--`, these lines.
# shellcheck disable=SC2016  # awk's own $
readonly BACKENDS_AWK=$FACT_WORDS_AWK'
BEGIN { prepare_words() }
BEGIN {
  split("mac bridge ip script type rate vifname", keys, " ")
  for (i in keys) wanted["vif", keys[i]] = 1
  split("params tapdisk-params mode type device-type dev physical-device", keys, " ")
  for (i in keys) wanted["disk", keys[i]] = 1
}
# What xenstore-ls has put for bytes that are not printable.
function plain(text,   i, c, all, digits) {
  if (text !~ /\\/) return text
  for (i = 1; i <= length(text); i++) {
    c = substr(text, i, 1)
    if (c == "\\") {
      c = substr(text, ++i, 1)
      if (c == "x") { digits = substr(text, i + 1, 2); i += 2; c = octet[tolower(digits)] }
      else if (c ~ /[0-7]/) { digits = substr(text, i, 3); i += 2; c = octet[digits] }
      else if (c == "n") c = "\n"
      else if (c == "r") c = "\r"
      else if (c == "t") c = "\t"
    }
    all = all c
  }
  return all
}
function say(kind, subject, attribute, value) { print kind, subject, attribute, word(value) }
BEGIN {
  for (i = 1; i < 256; i++) {
    octet[sprintf("%02x", i)] = octet[sprintf("%03o", i)] = sprintf("%c", i)
  }
}
!begun { if ($0 == "--") begun = 1; else name[$1] = $2; next }
/^\/local\/domain\/0\/backend\/[^\/]+\/[0-9]+\/[^\/]+\/[^\/]+ = "/ {
  at = index($0, " = \"")
  split(substr($0, 1, at - 1), part, "/")
  type = part[6]; id = part[7]; device = part[8]; key = part[9]
  if (!(id in name)) next
  kind = type == "vif" ? "vif" : "disk"
  if (!((kind, key) in wanted)) next
  value = substr($0, at + 4)
  sub(/"$/, "", value)
  value = plain(value)
  place = type "/" id "/" device
  if (!(place in owner)) {
    owner[place] = name[id]; kinds[place] = kind; devices[place] = device; order[++count] = place
  }
  has[place, key] = 1
  values[place, key] = value
}
!/^(\/local\/domain\/0\/backend|$)/ { failed = 1; exit }
function say_vif(place,   i, subject, value, mac) {
  subject = owner[place] " " word(devices[place])
  split("mac bridge ip script type rate vifname", mac, " ")
  for (i = 1; i <= 7; i++) if ((place, mac[i]) in has) {
    value = values[place, mac[i]]
    if (mac[i] == "mac") value = tolower(value)
    say("vif", subject, mac[i], value)
  }
}
function say_disk(place,   subject, target, format) {
  # A console and a keyboard have neither.
  if (!((place, "params") in has) && !((place, "physical-device") in has)) return
  subject = owner[place] " " word((place, "dev") in has ? values[place, "dev"] : devices[place])
  # Where a tapdisk stands between, params is its device, and not the file.
  target = values[place, (place, "tapdisk-params") in has ? "tapdisk-params" : "params"]
  # As qemu and tapdisk have it: FORMAT:PATH.
  while (match(target, /^(aio|sync|ram|raw|qcow2?|vhd|vmdk|qed|tap2?|tapdisk|phy|file):/)) {
    format = substr(target, 1, RLENGTH - 1)
    target = substr(target, RLENGTH + 1)
  }
  say("disk", subject, "target", target)
  if (target == "" && values[place, "physical-device"] != "")
    say("disk", subject, "device", values[place, "physical-device"])
  if (format != "") say("disk", subject, "format", format)
  if ((place, "mode") in has) say("disk", subject, "mode", values[place, "mode"])
  split(place, part, "/")
  say("disk", subject, "type", (place, "type") in has ? values[place, "type"] : part[1])
  if ((place, "device-type") in has) say("disk", subject, "device-type", values[place, "device-type"])
}
END {
  if (failed) exit 1
  for (i = 1; i <= count; i++) {
    if (kinds[order[i]] == "vif") { if (vif) say_vif(order[i]) }
    else if (disk) say_disk(order[i])
  }
}
'

# Sets `domain_names`, lines `ID NAME` with the name as a fact's word, for collectors that come later in this shell. If
# the names are not known, it is empty, and `domain_names_unknown` says why; both are empty on a host without Xen.
print_guest_facts() {
  local toolstack='' why=''
  domain_names='' domain_names_unknown=''
  wants xen domain vif disk link port port-option || return 0
  if ! find_toolstack; then
    domain_names_unknown=$why
    [ -z "$why" ] || unknown_kinds "$why" xen domain vif disk
    return 0
  fi
  domain_names=$(printf '%s\n' "$domains" | awk "$FACT_WORDS_AWK"'
    BEGIN { prepare_words() }
    { at = index($0, "\t"); id = substr($0, 1, index($0, " ") - 1); print id, word(substr($0, at + 1)) }
  ')
  if wants xen; then print_xen_facts; fi
  if wants domain; then print_domain_facts; fi
  if wants vif disk; then print_device_facts; fi
}

# Sets `toolstack` and `domains` by the first toolstack that works. False if there is none; then `why` says why, and is
# empty if the host has no Xen.
find_toolstack() {
  local program
  why=''
  for program in xl xm; do
    command -v "$program" >/dev/null 2>&1 || continue
    if read_domains "$program"; then
      toolstack=$program
      return 0
    fi
    why+=${why:+; }$xen_failed
  done
  local proc=${FACTS_PROC:-/proc}
  if [ ! -e "$proc/xen" ] && [ ! -e "${FACTS_SYS:-/sys}/hypervisor/type" ]; then
    # The kernel runs without a hypervisor, so there are no domains for certain.
    [ -z "$why" ] || ! wants xen || echo 'xen hypervisor none'
    why=''
  fi
  [ -n "$why" ] || [ ! -e "$proc/xen" ] || why='the host runs Xen, but has neither xl nor xm'
  return 1
}

print_xen_facts() {
  local line name value word version='' major='' minor='' extra=''
  if ! ask_xen "$toolstack" info; then
    unknown xen "$xen_failed"
    return 0
  fi
  while IFS= read -r line; do
    name=${line%%:*}
    name=${name%%[ $'\t']*}
    value=${line#*:}
    value=${value# }
    case $name in
      xen_version) version=$value ;;
      xen_major) major=$value ;;
      xen_minor) minor=$value ;;
      xen_extra) extra=$value ;;
    esac
  done < <(printf '%s\n' "$xen_said")
  # Releases before 4.2 say the version in parts only.
  [ -n "$version" ] || [ -z "$major" ] || version=$major.$minor$extra
  if [ -z "$version" ]; then
    unknown xen "$toolstack info does not say the version"
    return 0
  fi
  encode "$version"
  printf 'xen toolstack %s\nxen version %s\n' "$toolstack" "$word"
}

# dom0's memory is what the list says: it has no target before a program has asked for one.
print_domain_facts() {
  local id memory vcpus state name at=0 target uuid lines=''
  xen_paths=()
  while read -r id _; do
    [ "$id" != 0 ] || continue
    xen_paths[${#xen_paths[@]}]=/local/domain/$id/memory/target
    xen_paths[${#xen_paths[@]}]=/local/domain/$id/vm
  done < <(printf '%s\n' "$domains")
  if ! read_store_values; then
    unknown domain "$xen_failed"
    return 0
  fi
  while read -r id memory vcpus state _ && read -r _ name <&3; do
    case $state in
      *d*) state=dying ;;
      *c*) state=crashed ;;
      *s*) state=shut-down ;;
      *p*) state=paused ;;
      *) state=running ;;
    esac
    uuid=''
    if [ "$id" != 0 ]; then
      target=${xen_values[at]} uuid=${xen_values[at + 1]}
      at=$((at + 2))
      if is_number "$target"; then
        memory=$((target / 1024))
      elif [ -n "$target" ]; then
        unknown domain "xenstore has '$(shown "$target")' as the memory of domain $id"
        return 0
      fi
    fi
    lines+="domain $name state $state"$'\n'"domain $name memory $memory"$'\n'"domain $name vcpus $vcpus"$'\n'
    uuid=${uuid#/vm/}
    case $uuid in
      '' | *[!0-9a-fA-F-]*) ;;
      *) lines+="domain $name uuid $uuid"$'\n' ;;
    esac
  done < <(printf '%s\n' "$domains") 3< <(printf '%s\n' "$domain_names")
  printf '%s' "$lines"
}

print_device_facts() {
  local vif=0 disk=0 backend_lines='' said why
  ! wants vif || vif=1
  ! wants disk || disk=1
  if ! read_any_backends; then
    unknown_kinds "$xen_failed" vif disk
    return 0
  fi
  why='xenstore-ls says something that is not understood'
  said=$(printf '%s\n--\n%s\n' "$domain_names" "$backend_lines" |
    awk -v vif="$vif" -v disk="$disk" "$BACKENDS_AWK") || said=$(unknown_kinds "$why" vif disk)
  [ -z "$said" ] || printf '%s\n' "$said"
}
