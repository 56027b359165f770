#!/bin/bash
# The links in /etc/xen and /etc/xen/auto, and what they lead to. Sourced; needs nothing else.

# The most files, links or entries that are read, bytes of a file, and seconds that a program may take.
# shellcheck disable=SC2034  # for host/facts/configs.sh and config-files.sh
readonly MOST_CONFIGS=2000 MOST_CONFIG_BYTES=1048576 CONFIG_SECONDS=60

# Sets `link_names` and `link_targets` to the links in /etc/xen and /etc/xen/auto, and the paths without links that they
# lead to; a link that leads nowhere has what it says as its target. False if they are not known; then `why` says why.
find_links() {
  local name target said='no answer' xen='' auto='' path
  link_names=() link_targets=()
  # If these are links themselves, their files still have the names that xl and xendomains use.
  xen=$(cd -P /etc/xen 2>/dev/null && pwd -P)
  auto=$(cd -P /etc/xen/auto 2>/dev/null && pwd -P)
  # The list ends with a word of its own: without it the list is not whole.
  while IFS= read -r -d '' name && IFS= read -r -d '' target; do
    if [ "$name" = end ]; then
      said=$target
      break
    fi
    if [ -e "$name" ]; then
      find_real_path "$name" "$target"
      target=$path
    fi
    link_names[${#link_names[@]}]=$name
    link_targets[${#link_targets[@]}]=$target
    [ ${#link_names[@]} -le "$MOST_CONFIGS" ] || break
  done < <(
    folders=(/etc/xen)
    [ ! -d /etc/xen/auto ] || folders=(/etc/xen /etc/xen/auto)
    timeout "$CONFIG_SECONDS" find -H ${folders[@]+"${folders[@]}"} -maxdepth 1 -type l -printf '%p\0%l\0' 2>/dev/null
    printf 'end\0%s\0' "$?"
  )
  why="the links in /etc/xen can not be read: find failed with exit status $said"
  # shellcheck disable=SC2034  # read by the caller
  [ ${#link_names[@]} -le "$MOST_CONFIGS" ] || why="/etc/xen has more than $MOST_CONFIGS links"
  [ "$said" = 0 ]
}

# Sets `path` to the path without links that a link leads to. Only a link to a link starts a program.
find_real_path() { # <link> <what the link says>
  local folder
  path=$2
  case $path in /*) ;; *) path=${1%/*}/$path ;; esac
  case /$path in
    */ | */. | */..) folder='' ;;
    *)
      folder=''
      [ -L "$path" ] || folder=$(cd -P "${path%/*}/" 2>/dev/null && pwd -P && printf x)
      ;;
  esac
  if [ -z "$folder" ]; then
    path=$(timeout "$CONFIG_SECONDS" readlink -f "$1" && printf x)
    path=${path%$'\n'x}
    folder=${path%/*}
    path=${path##*/}
  else
    folder=${folder%$'\n'x}
    path=${path##*/}
  fi
  case $folder in
    "$xen") folder=/etc/xen ;;
    "$auto") folder=/etc/xen/auto ;;
    /) folder='' ;;
  esac
  path=$folder/$path
}

# Sets `target` to what a path leads to. False if the path is a link that was not found.
take_target() { # <path>
  local i
  target=$1
  [ -L "$1" ] || return 0
  for ((i = 0; i < ${#link_names[@]}; i++)); do
    if [ "${link_names[i]}" = "$1" ]; then
      target=${link_targets[i]}
      return 0
    fi
  done
  return 1
}
