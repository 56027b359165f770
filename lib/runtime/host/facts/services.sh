#!/bin/bash
# Services: which start with the host, and which say that they have started. Builtins alone, unless a name is odd.
# Sourced after words.sh and setting-files.sh.

# Prints facts of kinds service and subsys.
print_service_facts() {
  local odd=() all path
  if wants service; then
    if [ -d /run/systemd/system ]; then print_units; else print_init_scripts; fi
  fi
  # The lock file of an init script: without it the host's shutdown does not stop the service.
  ! wants subsys || for path in /var/lock/subsys/*; do
    [ ! -f "$path" ] || print_service subsys "${path##*/}" ''
  done
  all=$(in_chunks print_odd_services 3 ${odd[@]+"${odd[@]}"}) || unknown service 'awk failed'
  [ -z "$all" ] || printf '%s\n' "$all"
}

# Prints a fact, or appends to `odd`.
print_service() { # <kind> <name> <words>
  case $2 in
    *[!A-Za-z0-9@._:-]*) odd+=("$1" "$2" "$3") ;;
    *) printf '%s\n' "$1 $2${3:+ $3}" ;;
  esac
}

print_odd_services() { # [<kind> <name> <words>]...
  awk "$FACT_WORDS_AWK"'
    BEGIN { prepare_words(); for (i = 1; i < ARGC; i += 3) print_row(i); exit }
    function print_row(i) {
      print ARGV[i] " " word(ARGV[i + 1]) (ARGV[i + 2] == "" ? "" : " " ARGV[i + 2])
    }
  ' "$@" </dev/null
}

# The runlevel's links decide, as /etc/rc.d/rc reads them.
print_init_scripts() {
  local runlevel folder scripts=/etc/rc.d/init.d path name started=/
  [ -d "$scripts" ] || scripts=/etc/init.d
  [ -d "$scripts" ] || return 0
  find_runlevel || return 0
  folder=/etc/rc.d/rc$runlevel.d
  [ -d "$folder" ] || folder=/etc/rc$runlevel.d
  for path in "$folder"/S??*; do
    name=${path##*/S??}
    # /etc/rc.d/rc passes over these.
    if [ ! -x "$path" ] || [ -d "$path" ] || is_spare_name "$path"; then continue; fi
    case $started in *"/$name/"*) continue ;; esac
    started+=$name/
    print_service service "$name" on
  done
  for path in "$scripts"/*; do
    name=${path##*/}
    if [ ! -f "$path" ] || [ ! -x "$path" ] || is_spare_name "$path"; then continue; fi
    case $started in *"/$name/"*) ;; *) print_service service "$name" off ;; esac
  done
}

# Sets `runlevel` to the level that the host boots into, or prints that it is not known and is false. The kernel's
# command line may name another one, for a single boot.
find_runlevel() {
  local line level action found='' count=0
  if [ ! -e /etc/inittab ] && [ ! -L /etc/inittab ]; then
    runlevel=3
    # Debian's first one with a network.
    [ -d /etc/rc.d ] || runlevel=2
    return 0
  fi
  if [ -f /etc/inittab ]; then
    while IFS= read -r -n 1000 line || [ -n "$line" ]; do
      count=$((count + 1))
      [ "${#line}" -lt 1000 ] || count=5001
      [ "$count" -le 5000 ] || break
      case $line in '#'*) continue ;; esac
      level=${line#*:}
      action=${level#*:}
      case ${action%%:*} in initdefault) found+=" ${level%%:*}" ;; esac
    done </etc/inittab
  else
    count=5001
  fi
  case $found in '') runlevel=3 ;; ' '[0-6]) runlevel=${found# } ;; *) count=5001 ;; esac
  [ "$count" -gt 5000 ] || return 0
  unknown service '/etc/inittab does not say the runlevel in a way that is understood'
  return 1
}

# systemd: links to units in folders of targets, and init scripts that no unit stands for.
print_units() {
  local path name link started=/
  for path in /etc/systemd/system/*.*; do
    name=${path##*/}
    # A link to /dev/null, or an empty file.
    if [ -d "$path" ] || [ ! -e "$path" ] || [ -s "$path" ]; then continue; fi
    started+=$name/
    print_service service "$name" 'off masked'
  done
  for path in /etc/systemd/system/*.{wants,requires}/*; do
    [ -L "$path" ] || [ -e "$path" ] || continue
    name=${path##*/}
    case $started in *"/$name/"*) continue ;; esac
    started+=$name/
    print_service service "$name" on
  done
  for path in /etc/init.d/*; do
    name=${path##*/}.service
    if [ ! -f "$path" ] || [ ! -x "$path" ] || is_spare_name "$path" || has_unit "$name"; then continue; fi
    case $started in *"/$name/"*) continue ;; esac
    for link in /etc/rc[2345S].d/S??"${path##*/}" ''; do [ ! -x "$link" ] || break; done
    print_service service "$name" "$([ -n "$link" ] && echo on || echo off)"
  done
}

# Whether systemd has a unit of its own with that name.
has_unit() { # <name>
  local folder
  for folder in /etc /run /usr/local/lib /usr/lib /lib; do
    [ ! -e "$folder/systemd/system/$1" ] || return 0
  done
  return 1
}
