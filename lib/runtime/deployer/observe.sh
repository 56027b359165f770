#!/bin/bash
# Runs where Terraform plans: asks a host, in one read-only session, whether its units are as the last apply left them.
# It is the program of a data source of Terraform's external provider. Prints one JSON object, UNIT -> word and `UNIT
# generation` -> generation (see host/base/token.sh; a unit's name has no blank). With `report`, it prints the lines
# that host/compare/probe.sh describes, without the words, for people and other programs.
#
#   [CDKTF_XEN_TREE=TREE] deployer/observe.sh HOST [report]
#
# Without CDKTF_XEN_TREE the tree is the host's own in the stack's folder.
set -euo pipefail
host=$1
mode=${2:-words}
tree=${CDKTF_XEN_TREE:-}
case $tree in '' | /*) ;; *) tree=$PWD/$tree ;; esac
# The stack's folder, from which all files are sourced; the rest is done in the tree.
cd "${0%/*}/../.."
readonly STACK=$PWD
# What a plan does with a host that can't be reached: `fail` (default), or `skip` to plan on with its last words.
readonly UNREACHABLE=${CDKTF_XEN_UNREACHABLE:-fail}
# Bytes that a host may say, and seconds that it may take: hundreds of guests need a part of that.
readonly MOST_OBSERVED=4194304
readonly LONGEST_LOOK=600
# The word of a unit whose host is not known. The data source refuses to plan with it (constructs/private/live-data.ts).
readonly NOT_KNOWN='not known: the host could not be reached'

. runtime/deployer/connection.sh
check_names observe.sh "$host" "$mode"
. runtime/deployer/send.sh
cd "${tree:-assets/$host/tree}"

# Sets `asked`: the units of the tree, then the disks that guests should have; see host/compare/probe.sh. Starts no
# program.
read_tree() {
  local name='' word path file line
  asked=''
  while read -r line _; do
    [ "$line" = "$name" ] || asked+="unit $line"$'\n'
    name=$line
  done <manifest
  for file in words/domU-*; do
    [ -f "$file" ] || continue
    while read -r word path; do
      case $word in
        disk) asked+="disk ${file#words/} ${path#*,}"$'\n' ;;
        guest-os) asked+="identity ${file#words/}"$'\n' ;;
      esac
    done <"$file"
  done
}

# Prints JSON of `unit`, `word` and `generation` lines, which are clean; drops everything else.
to_json() {
  awk '
    function escaped(text) { gsub(/[\\"]/, "\\\\&", text); return text }
    function flush() {
      if (unit == "") return
      printf "%s\"%s\":\"%s\",\"%s generation\":\"%s\"", comma, unit, words, unit, generation
      comma = ","
    }
    BEGIN { printf "{" }
    /^unit / { flush(); unit = escaped(substr($0, 6)); words = ""; newline = ""; generation = ""; next }
    /^word / { words = words newline escaped(substr($0, 6)); newline = "\\n" }
    /^generation / { generation = escaped(substr($0, 12)) }
    END { flush(); print "}" }
  '
}

# Prints the file with the last words of a host, for plans that go on without the host: `unit`, `word` and `generation`
# lines. Prints nothing if no folder is ours alone: in /tmp a stranger could have written the file.
cache_file() {
  local name folder=${XDG_CACHE_HOME:-${HOME:+$HOME/.cache}}
  read -r name <connection
  [ -z "$folder" ] || printf '%s/cdktf-xen/%s.words\n' "$folder" "$name"
}

keep_words() { # <words of the units>
  local file
  file=$(cache_file)
  [ -n "$file" ] || return 0
  { mkdir -p "${file%/*}" && printf '%s\n' "$1" >"$file.$$" && mv "$file.$$" "$file"; } 2>/dev/null || :
}

# Prints the last words of each unit of the tree, or that they are not known: nothing of this host is planned.
last_words() {
  local file
  file=$(cache_file)
  [ -f "$file" ] || file=/dev/null
  awk '
    FILENAME == ARGV[2] {
      if ($1 == "unit") unit = $2
      else if ($1 == "word" || $1 == "generation") words[unit] = words[unit] $0 "\n"
      next
    }
    !seen[$1]++ { printf "unit %s\n%s", $1, ($1 in words) ? words[$1] : "word " unknown "\n" }
  ' unknown="$NOT_KNOWN" "$file" manifest | to_json
}

case $UNREACHABLE in fail | skip) ;; *)
  complain "CDKTF_XEN_UNREACHABLE is '${UNREACHABLE//[! -~]/?}', allowed: fail, skip"
  exit 1
  ;;
esac
if [ "$UNREACHABLE" = skip ] && [ "$mode" = words ]; then
  if ! said=$(open_connection 2>&1); then
    if is_unreachable "$said"; then
      last_words
      exit 0
    fi
    printf '%s\n' "$said" >&2
    exit 1
  fi
fi
# Only for plans, not for a report.
# shellcheck disable=SC2034  # for deployer/connection.sh
[ "$mode" = report ] ||
  cure="To plan without it: CDKTF_XEN_UNREACHABLE=skip goes on with what it said last to this machine, CDKTF_XEN_DRIFT_DETECTION=off at synth asks no host at all."

read_runtime_hash
read_tree
ask_units() { question "$asked" "$MOST_OBSERVED" "$LONGEST_LOOK" runtime/host/observe.sh "$mode"; }

if [ "$mode" = report ]; then
  # There is only one session, so no connection is shared, and none stays open.
  via=main machine=$host socket=none
  ask_units
  if [ "$status" -eq 255 ] && has_former && is_unreachable "$answer"; then
    via=former machine=$host-former
    ask_units
  fi
else
  open_connection
  ask_units
fi
case $status in
  0)
    if [ "$mode" = report ]; then
      while read -r word text; do
        case $word in unit | reason | waits | unseen | sha256 | by) printf '%s %s\n' "$word" "$text" ;; esac
      done < <(printf '%s\n' "$answer")
    else
      printf '%s\n' "$answer" | to_json
      keep_words "$answer"
    fi
    ;;
  "$TOO_MUCH" | "$TOO_LATE")
    complain "cannot be observed: the host $(why_ended "$status" "$MOST_OBSERVED" "$LONGEST_LOOK")"
    exit 1
    ;;
  255) cannot_log_in "$answer" ;;
  *)
    [ ${#answer} -le 4000 ] || answer="${answer:0:4000}..."
    complain "cannot be observed: $answer"
    exit 1
    ;;
esac
