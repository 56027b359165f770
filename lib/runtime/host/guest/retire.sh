#!/bin/bash
# Retires one guest, by the policy that its last deploy has recorded. Never touches its disks. Goes on if a part was
# done before, by us or by hand. Sourced after host/base/common.sh and host/base/files.sh.

# shellcheck disable=SC2034  # `changed` belongs to host/base/tell.sh
readonly ASIDE="$STATE/retired/$CDKTF_XEN_RUN"
. runtime/host/facts/xen.sh
. runtime/host/guest/stop.sh

# Sets `policy`. Fails if the record has lost its words: then the guest's policy is not known.
find_removal_policy() { # <guest>
  local value words="$STATE/units/domU-$1/words/domU-$1"
  [ -s "$words" ] || fail "the record of guest $1 does not say what becomes of it ($words is missing)" \
    "put the guest back into the stack and deploy it once, or look after it by hand and then: rm -r ${words%/*/*}"
  find_word "$words" on-removal
  policy=${value:-shut-down}
}

# Takes the link in /etc/xen/auto away. An entry that is not the link of a deploy belongs to other people, and stays.
retire_autostart() { # <guest>
  local auto=/etc/xen/auto/$1 config=/etc/xen/$1
  if leads_to_config "$auto" "$config"; then
    must "take away $auto" rm -f "$auto"
  elif is_there "$auto"; then
    say "note: $auto stays, it is not the link that a deploy has made; xendomains starts what it finds there"
  fi
}

# Sets `aside`: words that say what became of the guest's configuration.
set_config_aside() { # <guest>
  local config=/etc/xen/$1 changed_since=''
  aside='there was no configuration any more'
  is_there "$config" || return 0
  [ ! -f "$STATE/units/domU-$1/manifest" ] || is_as_recorded "$config" "domU-$1" ||
    changed_since=', which was changed since its last deploy,'
  must "set $config aside in $ASIDE" move_aside "$config" "$1"
  aside="configuration$changed_since set aside in $ASIDE"
}
move_aside() { mkdir -p "$ASIDE" && mv -T "$1" "$ASIDE/$2"; } # <path> <name>

retire_guest() { # <guest>
  local name=$1 policy aside domid
  find_removal_policy "$name"
  changed=yes
  if [ "$policy" = retain ]; then
    forget_record "domU-$name"
    say "guest $name: left as it is, as its policy says; nobody looks after it any longer"
    return 0
  fi
  find_domain "$name"
  retire_autostart "$name"
  if [ -n "$domid" ]; then
    if [ "$policy" = destroy ]; then
      say "guest $name: ended at once, as its policy says"
      run xl destroy "$name"
    else
      shut_down "$name"
    fi
  fi
  set_config_aside "$name"
  forget_record "domU-$name"
  say "guest $name: retired, $aside, disks untouched"
}
