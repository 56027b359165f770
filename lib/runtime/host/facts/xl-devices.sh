#!/bin/bash
# Reads what a guest's configuration says of one vif or one disk, as xl does, for awk. Sourced; needs nothing else.

# read_vif(text) and read_disk(text) set attribute_of[1...attribute_count] and value_of[ATTRIBUTE]; read_disk() also
# sets vdev, and returns false for a disk that xl refuses.
# shellcheck disable=SC2016,SC2034  # awk's own $; for host/facts/configs.sh
readonly XL_DEVICES_AWK='
function set_attribute(name, value) {
  if (!(name in is_attribute)) attribute_of[++attribute_count] = name
  is_attribute[name] = 1
  value_of[name] = value
}
function forget_attributes() { split("", attribute_of); split("", value_of); split("", is_attribute); return 0 }

# Words with commas between them. A blank before a word is passed over; one behind a value is part of it. xl passes over
# a word without `=`, and so its name is the whole word, without a value.
function read_vif(text,   parts, n, i, at) {
  attribute_count = forget_attributes()
  n = split(text, parts, ",")
  for (i = 1; i <= n; i++) {
    sub(/^ +/, "", parts[i])
    if (parts[i] == "") continue
    at = index(parts[i], "=")
    if (!at) set_attribute(parts[i], "")
    else if (substr(parts[i], 1, at - 1) == "mac") set_attribute("mac", mac_said(substr(parts[i], at + 1)))
    else set_attribute(substr(parts[i], 1, at - 1), substr(parts[i], at + 1))
  }
  # Even a vif without a word is a vif.
  if (!attribute_count) set_attribute("", "")
}
# In lower case and with two digits a byte. A text that is no MAC stays as it is.
function mac_said(text,   bytes, n, i, all) {
  if (text !~ /^ *[0-9a-fA-F][0-9a-fA-F]?([:-][0-9a-fA-F][0-9a-fA-F]?)+ *$/) return text
  all = tolower(text)
  gsub(/ /, "", all)
  n = split(all, bytes, /[:-]/)
  if (n != 6) return text
  all = ""
  for (i = 1; i <= n; i++) all = all (i > 1 ? ":" : "") (length(bytes[i]) < 2 ? "0" : "") bytes[i]
  return all
}

# Positions, names, or both, see xl-disk-configuration(5); `target=` takes the rest, commas and all. In the older form
# prefixes stand before the target, and no format behind it.
function read_disk(text,   part, at, name, value, place, done, is_cdrom) {
  attribute_count = forget_attributes()
  vdev = ""
  place = 0
  split("", done)
  while (text != "") {
    sub(/^[ \t\n]+/, "", text)
    if (text == "") break
    if (match(text, /^(raw|qcow2?|vhd|iscsi|e?nbd|drbd|tapdisk|tap2?|aio|ioemu|file|phy):/)) {
      name = substr(text, 1, RLENGTH - 1)
      text = substr(text, RLENGTH + 1)
      if (name ~ /^(raw|qcow2?|vhd)$/ && !take_format(name)) return 0
      if (name ~ /^(iscsi|e?nbd|drbd)$/) {
        if (value_of["script"] != "") return 0
        set_attribute("script", "block-" name)
      }
      done[1] = 1
      continue
    }
    if (text ~ /^target=/) {
      part = substr(text, 8)
      text = ""
      sub(/,$/, "", part)
      if (value_of["target"] != "") return 0
      done[0] = 1
      value_of["target"] = part
      continue
    }
    at = index(text, ",")
    part = at ? substr(text, 1, at - 1) : text
    text = at ? substr(text, at + 1) : ""
    if (part == "cdrom" || part == "devtype=cdrom") { is_cdrom = 1; continue }
    if (part == "devtype=disk") { is_cdrom = 0; continue }
    if (part == "direct-io-safe") { set_attribute(part, ""); continue }
    if (part == "discard") { set_attribute("discard", "on"); continue }
    if (part == "no-discard") { set_attribute("discard", "off"); continue }
    at = index(part, "=")
    # xl passes over a last sign that is nothing.
    if (part == "=" && text == "") break
    name = at ? substr(part, 1, at - 1) : ""
    value = substr(part, at + 1)
    if (!at) {
      while (place in done) place++
      if (place > 3) return 0
      # An empty drive of xm: `,hdc:cdrom,r`.
      if (place == 1 && value ~ /:/ && value_of["target"] == "") {
        done[1] = 1
        take_format("empty")
        place = 2
      }
      name = place == 0 ? "target" : place == 1 ? "format" : place == 2 ? "vdev" : "access"
      if (name == "vdev") {
        sub(/^ioemu:/, "", value)
        if (value ~ /:/) {
          if (value !~ /:(cdrom|disk)$/) return 0
          is_cdrom = value ~ /:cdrom$/
          sub(/:[^:]*$/, "", value)
        }
      }
    }
    if (name == "target") { done[0] = 1; value_of["target"] = value }
    else if (name == "format") {
      if (value != "" && value !~ /^(raw|qcow2?|vhd|empty)$/ || !take_format(value)) return 0
      done[1] = 1
    } else if (name == "vdev") {
      if (vdev != "") return 0
      done[2] = 1
      vdev = value
    } else if (name == "access") {
      # xm also knows w!, for a disk that others write too.
      if (value != "" && value !~ /^(r|ro|w|rw|w!)$/) return 0
      if (!at) done[3] = 1
      if (value != "") value_of["mode"] = value ~ /^ro?$/ ? "r" : value == "w!" ? value : "w"
    } else if (name == "script" || name == "backend" || name == "backendtype") {
      if (name == "backendtype") {
        if (value !~ /^(phy|tap|qdisk|standalone)$/) return 0
        # Only another one is refused.
        if (value_of[name] == value) continue
      }
      if (value_of[name] != "") return 0
      set_attribute(name, value)
    } else return 0
  }
  if (!(2 in done) || !(0 in done) && !is_cdrom) return 0
  keep_disk(is_cdrom)
  return 1
}
# False if there is another format already.
function take_format(format) {
  if (format == "") format = "raw"
  if (value_of["format"] != "" && value_of["format"] != format) return 0
  value_of["format"] = format
  return 1
}
# Puts in what xl takes for granted.
function keep_disk(is_cdrom,   format, mode, target) {
  target = value_of["target"]
  format = value_of["format"]
  mode = value_of["mode"]
  if (format == "") format = "raw"
  if (is_cdrom && target == "") format = "empty"
  set_attribute("target", target)
  set_attribute("format", format)
  set_attribute("mode", is_cdrom ? "r" : mode == "" ? "w" : mode)
  set_attribute("device-type", is_cdrom ? "cdrom" : "disk")
}
'
