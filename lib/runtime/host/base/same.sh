#!/bin/bash
# Compares files and links of a host, both for an apply and for a probe. Sourced; needs nothing else.

# Whether two files have the same text. Starts no program for files as short as ours, unless they hold a NUL, which a
# variable can't.
is_same_text() { # <file> <other>
  local one='' other=''
  if [ "$1" = "$2" ]; then return 0; fi
  if [ ! -f "$1" ] || [ ! -f "$2" ]; then return 1; fi
  if IFS= read -r -d '' -n 65536 one <"$1" || IFS= read -r -d '' -n 65536 other <"$2"; then
    cmp -s "$1" "$2"
  else
    [ "$one" = "$other" ]
  fi
}

# Whether a link of xendomains leads to a configuration, under any name. If that file is gone, the text of the link
# counts.
leads_to_config() { # <link> <configuration>
  [ -L "$1" ] && { [ "$1" -ef "$2" ] || [ "$(readlink "$1")" = "$2" ]; }
}
