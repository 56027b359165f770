#!/bin/bash
# build.sh FOLDER: makes what lay.sh puts before a host's programs; compiles with $CC, else cc.
#
#   FOLDER/strict        the program, see strict.c
#   FOLDER/known/NAME    for each of CentOS 6's programs that the table has, a file of one line whose interpreter that is
#   FOLDER/absent/NAME   the same for what CentOS 6 has not at all
set -euo pipefail
mkdir -p "$1"/{known,absent}
folder=$(cd "$1" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")"
"${CC:-cc}" -static -nostdlib -ffreestanding -fno-stack-protector -O2 -Wall -Wextra -Werror -s \
  -DTABLE='"programs"' -o "$folder/strict" base.c strict.c options.c words.c ip.c

umask 022
section=
while IFS= read -r line; do
  case $line in
    '' | '#'*) continue ;;
    \[*) section=$line && continue ;;
  esac
  case $section in '[absent]') kind=absent ;; '[ip '*) line=ip kind=known ;; *) kind=known ;; esac
  IFS=, read -ra names <<<"${line%%|*}"
  for name in "${names[@]}"; do printf '#!/.strict/made/strict %s\n' "$name" >"$folder/$kind/$name"; done
done <programs
chmod 755 "$folder"/{known,absent}/*
