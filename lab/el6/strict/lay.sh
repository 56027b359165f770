# shellcheck shell=bash
# Puts what build.sh has made before the programs of a root that is to play CentOS 6. Sourced.
# The real programs go to /.strict/real. What CentOS 6 has not at all gets a file too, so that a script which swallows
# its absence is found out. Whoever is no part of CentOS 6 (Debian's own scripts, Xen's) puts /.strict/real in front of
# its PATH.
lay_strict() { # <root, with build.sh's folder at .strict/made>
  local root=$1 stand name bin sbin in_bin=() in_sbin=() moved=()
  mkdir "$root/.strict/real"
  # Whoever may run a program may be refused one.
  (umask 0 && : >"$root/.strict/log")
  for name in "$root"/.strict/made/{known,absent}/*; do
    stand=../../${name#"$root"/} name=${name##*/}
    bin=$root/usr/bin/$name sbin=$root/usr/sbin/$name
    [ -e "$bin" ] || [ -L "$bin" ] || bin=
    [ -e "$sbin" ] || [ -L "$sbin" ] || sbin=
    case $stand in */absent/*) in_bin+=("$stand") ;; *) [ -z "$bin" ] || in_bin+=("$stand") ;; esac
    [ -z "$sbin" ] || in_sbin+=("$stand")
    # Of two, a link leads to the other.
    if [ -n "$bin" ] && [ -n "$sbin" ]; then
      if [ -L "$sbin" ]; then sbin=; else bin=; fi
    fi
    [ -z "$bin$sbin" ] || moved+=("$bin$sbin")
  done
  mv -t "$root/.strict/real" "${moved[@]}"
  ln -sf -t "$root/usr/bin" "${in_bin[@]}"
  ln -sf -t "$root/usr/sbin" "${in_sbin[@]}"
}
