#!/bin/bash
# lay.sh ROOT PROGRAM: puts PROGRAM, which build.sh has made, before the programs of a root that is to play CentOS 6.
# Each program that the table has becomes a file of one line, whose interpreter PROGRAM is; the real one goes to
# /.strict/real. What CentOS 6 has not at all gets such a file too, so that a script which swallows that is found out.
# Whoever is no part of CentOS 6 (Debian's own scripts, Xen's) puts /.strict/real in front of its PATH.
set -euo pipefail
root=$1 program=$2
table=$(dirname "${BASH_SOURCE[0]}")/programs
umask 022
mkdir -p "$root/.strict/real"
cp "$program" "$root/.strict/strict"
: >"$root/.strict/log"
# Whoever may run a program may be refused one.
chmod 666 "$root/.strict/log"

known=() absent=()
while IFS= read -r line; do
  case $line in
    '' | '#'*) continue ;;
    \[*) section=$line && continue ;;
  esac
  IFS=, read -ra names <<<"${line%%|*}"
  case $section in
    '[absent]') absent+=("${names[@]}") ;;
    '[ip '*) known+=(ip) ;;
    *) known+=("${names[@]}") ;;
  esac
done <"$table"

stand=() moved=() gone=()
seen=' '
for name in "${known[@]}"; do
  case $seen in *" $name "*) continue ;; esac
  seen="$seen$name "
  taken=
  for folder in sbin bin; do
    place=$root/usr/$folder/$name
    [ -e "$place" ] || [ -L "$place" ] || continue
    # Such a link leads to the file that stands before the other one.
    if [ $folder = sbin ] && [ -L "$place" ] && [ "$(readlink "$place")" = "../bin/$name" ]; then continue; fi
    if [ -n "$taken" ]; then gone+=("$place"); else moved+=("$place"); fi
    taken=yes
    stand+=("$place")
  done
done
for name in "${absent[@]}"; do
  gone+=("$root"/usr/{bin,sbin}/"$name")
  stand+=("$root/usr/bin/$name")
done
rm -f "${gone[@]}"
mv -t "$root/.strict/real" "${moved[@]}"
for place in "${stand[@]}"; do printf '#!/.strict/strict %s\n' "${place##*/}" >"$place"; done
chmod 755 "${stand[@]}"

# Links such as "awk -> gawk" must still lead somewhere.
for place in "$root"/.strict/real/*; do
  if [ ! -L "$place" ] || [ -e "$place" ]; then continue; fi
  case $(readlink "$place") in /*) ;; *) echo "strict: $place leads nowhere" >&2 && exit 1 ;; esac
done
