#!/bin/bash
# Lets go of one guest as the policy says that its last deploy has recorded. Its disks are never touched. Whatever was
# done before, by us or by hand, is no obstacle. Sourced after common.sh.

# shellcheck disable=SC2034  # `changed` belongs to common.sh
readonly ASIDE="$STATE/retired/$CDKTF_XEN_RUN"
# shellcheck source=xen-state.sh
. runtime/xen-state.sh
# shellcheck source=domu-stop.sh
. runtime/domu-stop.sh

removal_policy() {
  local policy
  policy=$(awk '$1 == "--on-removal" { print $2; exit }' "$STATE/units/domU-$1/apply/domU-$1.sh" 2>/dev/null || :)
  printf '%s\n' "${policy:-shut-down}"
}

retire_guest() {
  local name=$1 config=/etc/xen/$1 auto=/etc/xen/auto/$1 policy domid
  policy=$(removal_policy "$name")
  changed=yes
  if [ "$policy" = retain ]; then
    rm -rf "$STATE/units/domU-$name"
    say "guest $name: left as it is, as its policy says; nobody looks after it any longer"
    return 0
  fi
  find_domain "$name"
  if [ -L "$auto" ] && [ "$(readlink "$auto")" = "$config" ]; then rm -f "$auto"; fi
  if [ -n "$domid" ]; then
    if [ "$policy" = destroy ]; then
      say "guest $name: ended at once, as its policy says"
      run xl destroy "$name"
    else
      shut_down "$name"
    fi
  fi
  if [ -e "$config" ]; then
    mkdir -p "$ASIDE"
    mv "$config" "$ASIDE/$name"
  fi
  rm -rf "$STATE/units/domU-$name"
  say "guest $name: retired, configuration set aside in $ASIDE, disks untouched"
}
