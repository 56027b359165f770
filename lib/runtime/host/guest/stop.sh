#!/bin/bash
# Shuts a guest down cleanly. Sourced after host/base/common.sh.

# Seconds a guest may take to shut down.
readonly PATIENCE=180

shut_down() { # <guest>
  local name=$1 waited=0 domid
  say "guest $name: shutting down"
  run xl shutdown "$name"
  while find_domain "$name" && [ -n "$domid" ]; do
    [ "$waited" -lt "$PATIENCE" ] || fail "guest $name has not shut down within $PATIENCE s" \
      "look inside: xl console $name; end it by hand (xl destroy $name) and deploy again"
    sleep 2
    waited=$((waited + 2))
  done
}
