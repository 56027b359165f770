#!/bin/bash
# build.sh TARGET: compiles the program that stands before those of a host that plays CentOS 6; with $CC, else cc.
set -euo pipefail
target=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
cd "$(dirname "${BASH_SOURCE[0]}")"
exec "${CC:-cc}" -static -nostdlib -ffreestanding -fno-stack-protector -O2 -Wall -Wextra -Werror -s \
  -DTABLE='"programs"' -o "$target" base.c strict.c options.c words.c ip.c
