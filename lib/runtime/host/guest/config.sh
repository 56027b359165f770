#!/bin/bash
# Reads a guest's configuration as we write it; a file of others is read by host/facts/configs.sh. Sourced.
# shellcheck disable=SC2154  # CONFIG belongs to host/unit/guest.sh

config_value() { sed -n "s/^$1 = \"\\{0,1\\}\\([^\"]*\\)\"\\{0,1\\}\$/\\1/p" "$2" | tail -n 1; } # <key> <file>

# Prints `<device> <spec>` for each disk of a configuration as we write it.
config_disks() { # <file>
  awk '
    /^disk = \[/ { in_disks = 1 }
    in_disks {
      rest = $0
      while (match(rest, /"[^"]*"/)) {
        spec = substr(rest, RSTART + 1, RLENGTH - 2)
        rest = substr(rest, RSTART + RLENGTH)
        n = split(spec, part, ",")
        sub(/:cdrom$/, "", part[n - 1])
        print part[n - 1], spec
      }
    }
    in_disks && /\]/ { exit }
  ' "$1"
}

# Prints a line `KEY = VALUE` for each setting of a configuration as we write it, a vif under the key `vif INDEX:`.
print_config_settings() { # <file>
  awk '
    /^(name|memory|maxmem|vcpus) = / || /^#/ { next }
    /^disk = \[/ { skipped = 1 }
    skipped { if (/\]/) skipped = 0; next }
    /^vif = \[/ { in_vifs = 1 }
    in_vifs {
      rest = $0
      while (match(rest, /"[^"]*"/)) {
        words = substr(rest, RSTART + 1, RLENGTH - 2)
        rest = substr(rest, RSTART + RLENGTH)
        gsub(/^mac=[^,]*,bridge=[^,]*,?/, "", words)
        print "vif " vifs++ ": ip, script, rate, model or type = " words
      }
      if (/\]/) in_vifs = 0
      next
    }
    { print }
  ' "$1"
}

# Prints what a vif of the new configuration says beside MAC and bridge, with blanks between the words.
vif_words() { # <index>
  print_config_settings "files$CONFIG" | sed -n "s/^vif $1: [^=]* = //p" | tr ',' ' '
}
