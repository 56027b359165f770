#!/bin/bash
# Packs what goes to a host: one tar of one folder, with any tar that this machine has. Sourced where Terraform runs,
# after deployer/connection.sh. GNU tar, bsdtar (macOS) and busybox (Alpine) make the same archive: files and
# directories, and nothing that a host's old tar would warn of.

# Writes a tar of some of a folder's files and directories. A name may lead through a symbolic link. If it fails, a part
# of the tar may be written already, so the caller must look at the status before sending it.
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
    # To some tars a name with such a first character means an option, another archive or an escape.
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
  # bsdtar adds what GNU's and busybox's leave out: extended attributes, ACLs, flags, any number of a user.
  case $(tar --version 2>/dev/null) in
    bsdtar*) own=(--format gnutar --uid 0 --gid 0 --numeric-owner) ;;
  esac
  # Only GNU's tar reads TAR_OPTIONS, only macOS's COPYFILE_DISABLE.
  TAR_OPTIONS='--format=gnu --owner=0 --group=0 --numeric-owner --hard-dereference' COPYFILE_DISABLE=1 \
    tar -chf - ${own[@]+"${own[@]}"} -C "$folder" -- "$@"
}
