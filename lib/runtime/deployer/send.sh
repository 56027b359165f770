#!/bin/bash
# Brings code to a host; nothing else does. A host keeps the runtime, so a step sends only its own files. All of the
# runtime is sent once, and again if the kept runtime is damaged. Before any of it runs, the host's shell checks each
# file against the list that synth has seen. Nothing is edited on the way. Words on a command line have a checked
# alphabet.
#
# Sourced where Terraform runs, in the tree's folder, after deployer/connection.sh.
# reads: host unit STACK machine socket    sets: runtime work
# shellcheck disable=SC2031,SC2034,SC2154  # a subshell asks a peer, with its own `host`; the caller reads `answer`

. runtime/both/exit-codes.sh
. runtime/both/paths.sh
. runtime/deployer/pack.sh

# Seconds that all of the runtime may take to arrive: on a slow line it takes some minutes.
readonly LONGEST_BRINGING=900
# Without the files' times: if the host's clock is behind, tar would warn of files from the future.
readonly UNTAR='tar -xmf - --no-same-owner --no-same-permissions'
# The part of the runtime that a host runs; the rest runs on this machine.
readonly HOSTS_ROOMS='runtime/list runtime/both runtime/host runtime/net-undo.sh'

# Sets `runtime` to the hash of the runtime's list, as the tree names it.
read_runtime_hash() {
  runtime=''
  # shellcheck disable=SC2094  # one is a file, the other a variable
  [ ! -f runtime ] || read -r runtime <runtime || :
  if [ ${#runtime} -ne 64 ] || [[ $runtime == *[!0-9a-f]* ]]; then
    complain "$PWD/runtime does not say which runtime it is for: the tree is of another version, synthesize again"
    exit 1
  fi
}

# Makes the folder `work`, with a name that can't be guessed, if there is none yet. It is removed when the program ends.
make_work_folder() {
  [ -z "${work:-}" ] || return 0
  work=$(mktemp -d "${TMPDIR:-/tmp}/cdktf-xen.XXXXXX") || {
    complain "cannot make a folder in ${TMPDIR:-/tmp}, see above: set TMPDIR to one that may be written to." \
      'Nothing was changed.'
    exit 1
  }
  trap 'rm -rf "$work"' EXIT
}

# Prints a name for the files of one session. It is unique, not secret: in a folder of others, the file is made with a
# command that fails if the name is taken.
new_run() { printf '%d-%04x%04x%04x' "$$" "$RANDOM" "$RANDOM" "$RANDOM"; }

# Prints a command for the host's shell: true if each file of the runtime below the present folder is as the list says,
# and the tree names this list. A missing file counts as a changed one.
# shellcheck disable=SC2016  # the host's shell expands these
is_whole() {
  printf '%s' "{ { echo '$runtime  runtime/list';" \
    ' while read -r s p; do case $p in runtime/deployer/*) ;; *) printf "%s  %s\n" "$s" "$p" ;; esac; done <runtime/list; }' \
    ' | sha256sum --status -c -; } 2>/dev/null'
}

# Prints a command for the host's shell: goes to the kept runtime, or ends.
go_to_runtime() { printf '%s' "umask 077; cd $RUNTIMES/$runtime 2>/dev/null && $(is_whole) || exit $NEEDS_RUNTIME;"; }

# Prints a command for the host's shell: unpacks what arrives into the folder $r and goes there. Ends if it is not what
# synth has seen.
unpack_checked() {
  printf '%s' "$UNTAR -C \"\$r\"" \
    " || { echo '$host: error: cannot unpack into '\"\$r\"' on the host, see the line above; nothing was changed';" \
    " rm -rf \"\$r\"; exit $NOT_UNPACKED; }; cd \"\$r\" && $(is_whole)" \
    " || { echo '$host: error: the runtime of the stack was edited after synth, or damaged on the way; none of it was run," \
    " and nothing was changed: synthesize and deploy again'; rm -rf \"\$r\"; exit $NOT_UNPACKED; };"
}

# Has the host keep the runtime, or ends the program.
bring_runtime() {
  local said status=0 bringing
  make_work_folder
  bringing=$(new_run)
  # shellcheck disable=SC2086  # names without blanks
  pack "$STACK" $HOSTS_ROOMS >"$work/runtime-$bringing" || exit 1
  said=$(
    speak out -o ControlMaster=no -o ControlPath="$socket" "$machine" \
      "umask 077; r=$RUNTIMES/.new.$bringing; mkdir -p \"\$r\" || { echo '$host: error: cannot make $RUNTIMES on the host, see the line above; nothing was changed'; exit $NOT_UNPACKED; }; $(unpack_checked) exec bash runtime/host/keep.sh $runtime" \
      <"$work/runtime-$bringing" 2>&1 | hear 65536 "$LONGEST_BRINGING"
  ) || status=$?
  rm -f "$work/runtime-$bringing"
  case $status in
    0) return 0 ;;
    "$TOO_MUCH" | "$TOO_LATE") said="$host: error: while the runtime was brought there, the host $(why_ended "$status" 65536 "$LONGEST_BRINGING"); nothing was changed" ;;
    255) cannot_log_in "$said" ;;
  esac
  printf '%s\n' "$said" >&2
  exit "$status"
}

# Runs a session that needs the runtime. If the host does not keep the runtime, brings it and runs the session again.
# The session sets `status`.
with_runtime() { # <function>
  "$1"
  [ "$status" -eq "$NEEDS_RUNTIME" ] || return 0
  bring_runtime
  "$1"
  [ "$status" -ne "$NEEDS_RUNTIME" ] || {
    complain "the host does not keep what is sent to it: $RUNTIMES/$runtime is not there, or damaged, at once; see its disk. Nothing was changed."
    exit 1
  }
}

# Asks a host a question, by a program of the runtime that only looks. If the host keeps no runtime, it is brought for
# this one question, into memory if possible, and removed afterwards. Sets `answer` and `status`.
question() { # <what is asked, the program's input> <bytes> <seconds> <program> [<argument>]...
  local asked=$1 bytes=$2 seconds=$3 once heard
  shift 3
  status=0
  answer=$(
    printf '%s' "$asked" | speak out -o ControlMaster=no -o ControlPath="$socket" "$machine" "$(go_to_runtime) exec bash $*" 2>&1 |
      hear "$bytes" "$seconds"
  ) || status=$?
  forget_dead_socket "$answer"
  answer=$heard
  [ "$status" -eq "$NEEDS_RUNTIME" ] || return 0
  make_work_folder
  once=$(new_run)
  mkdir "$work/$once"
  ln -s "$STACK/runtime" "$work/$once/"
  printf '%s' "$asked" >"$work/$once/asked"
  # shellcheck disable=SC2086  # names without blanks
  pack "$work/$once" $HOSTS_ROOMS asked >"$work/$once/tar" || exit 1
  status=0
  # shellcheck disable=SC2016  # the host's shell expands it
  answer=$(
    speak out -o ControlMaster=no -o ControlPath="$socket" "$machine" \
      "umask 077; for p in /dev/shm /tmp; do r=\$p/cdktf-xen.$once; ! mkdir \"\$r\" 2>/dev/null || break; r=''; done;" \
      "[ -n \"\$r\" ] || { echo '$host: error: cannot make a folder in /dev/shm or /tmp on the host'; exit $NOT_UNPACKED; };" \
      'trap '\''rm -rf "$r"'\'' EXIT; trap "exit 129" HUP PIPE TERM;' \
      "$(unpack_checked) bash $* <asked" <"$work/$once/tar" 2>&1 | hear "$bytes" "$seconds"
  ) || status=$?
  rm -rf "${work:?}/$once"
}
