#!/bin/bash
# Packs what goes to a host: one tar of one folder, by whichever tar this machine has. Sourced where Terraform runs,
# after deployer/connection.sh. GNU's, bsdtar (macOS) and busybox's (Alpine) make the same of it: files and directories,
# with nothing that a host's old tar would warn of.

# Writes a tar of some of a folder's files and directories. A name may lead through a symbolic link. What is packed
# before something fails has been written by then: whoever sends it on has to look at the status first.
pack() { # <folder> <name in it>...
  local folder=$1 name own=()
  shift
  if ! command -v tar >/dev/null; then
    complain 'tar is missing on this machine: install GNU tar, bsdtar or busybox and have it on PATH. Nothing was sent.'
    return 1
  fi
  if [ $# -eq 0 ]; then
    complain "nothing of $folder was named to be packed"
    return 1
  fi
  for name in "$@"; do
    # To some tar the first ones are more than a name: an option, another archive, an escape.
    case $name in
      '' | [-@/]* | *\\*) complain "cannot pack '$name', allowed: a name inside of $folder" && return 1 ;;
    esac
    if [ ! -f "$folder/$name" ] && [ ! -d "$folder/$name" ]; then
      complain "cannot pack $folder/$name: no such file or directory. Nothing was sent."
      return 1
    fi
    if [ ! -r "$folder/$name" ]; then
      complain "cannot pack $folder/$name: it may not be read by this user. Nothing was sent."
      return 1
    fi
  done
  # Of itself bsdtar adds what GNU's and busybox's leave out: extended attributes, ACLs, flags, any number of a user.
  case $(tar --version 2>/dev/null) in
    bsdtar*) own=(--format gnutar --uid 0 --gid 0 --numeric-owner) ;;
  esac
  # GNU's alone reads TAR_OPTIONS, macOS's alone COPYFILE_DISABLE.
  TAR_OPTIONS='--format=gnu --owner=0 --group=0 --numeric-owner --hard-dereference' COPYFILE_DISABLE=1 \
    tar -chf - ${own[@]+"${own[@]}"} -C "$folder" -- "$@"
}
