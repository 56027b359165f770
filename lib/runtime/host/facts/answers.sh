#!/bin/bash
# Asks programs for a collector, and reads in awk what they have said. All facts of a kind are printed at the end or
# none: a program that fails half way leaves `unknown KIND WHY`. Sourced after facts/words.sh.

# Seconds that a program may take.
FACT_SECONDS=${FACT_SECONDS:-10}

# Sets `answer` to what a program prints, and `answer_warned` to its warnings. False if it fails or complains; then
# `answer_failed` says how. A file for the complaints may not fit on a full disk, so both come through one variable.
# shellcheck disable=SC2034  # answer_warned is the caller's
ask_program() { # <what it reads> <program> <argument>...
  local input=$1 status mark=$'\n\001'
  shift
  answer=$(
    {
      errors=$(printf '%s\n' "$input" | timeout "$FACT_SECONDS" "$@" 2>&1 >&3 3>&- 7>&- 8>&- 9>&-)
      status=$?
    } 3>&1
    printf '%s%s %s' "$mark" "$status" "$errors"
  )
  answer_failed=${answer##*"$mark"}
  answer=${answer%"$mark"*}
  status=${answer_failed%% *}
  answer_failed=${answer_failed#* }
  answer_warned=''
  if [ "$status" = 0 ] && is_only_warned; then answer_warned=$answer_failed answer_failed=''; fi
  [ "$status$answer_failed" != 0 ] || return 0
  case $status in
    124) answer_failed="no answer within $FACT_SECONDS s" ;;
    127) answer_failed='there is no such program on the host' ;;
    *) answer_failed="exit status $status: ${answer_failed:-without a word}" ;;
  esac
  answer_failed="$*: $answer_failed"
  return 1
}

# Whether a program complains of nothing but tables that another program has made, as nft and iptables-save do.
is_only_warned() {
  local rest=$answer_failed$'\n' line
  while [ -n "$rest" ]; do
    line=${rest%%$'\n'*}
    rest=${rest#"$line"$'\n'}
    case $line in '' | '# Warning:'*) ;; *) return 1 ;; esac
  done
}

# Prints the last answer for awk, with the kinds that it is about.
print_answer() { # <kind>...
  printf 'answer %s\n%s\n\001end %s\n' "$*" "$answer" "${answer_failed//[! -~]/ }"
}

# For awk. Reads the lines that a function of the collector prints: `answer KINDS`, what a program said,
# `\001end WHY`; `unknown KIND WHY`; lines of its own; and at last `complete`. The collector defines
# read_answer_line(line, kinds), read_own_line(line) and keep_rest(). fact(kind, text) keeps a fact, no_fact(kind, why)
# makes a kind unknown, and odd(line) all kinds of the answer.
# shellcheck disable=SC2016,SC2034  # awk's own $; for the collectors
readonly ANSWERS_AWK=$FACT_WORDS_AWK'
BEGIN { prepare_words(); most = 200000 }
function fact(kind, text) {
  if (++kept > most) no_fact(kind, "there is more than can be read")
  else if (kind in unknown_kinds) return
  else facts[kept] = kind " " text
}
function no_fact(kind, why) {
  if (!(kind in unknown_kinds)) unknown_kinds[kind] = substr(why, 1, 200)
}
function no_facts(kinds, why,   part, i, count) {
  count = split(kinds, part, " ")
  for (i = 1; i <= count; i++) no_fact(part[i], why)
}
function odd(line) { no_facts(answering, "this is not understood: " line) }
function first_line(path,   line) {
  got = (getline line < path)
  close(path)
  return got > 0 ? line : ""
}
answering != "" && /^\001end / {
  if (length($0) > 5) no_facts(answering, substr($0, 6))
  answering = ""
  next
}
answering != "" { read_answer_line($0, answering); next }
/^answer / { answering = substr($0, 8); next }
/^unknown / { kind = $2; sub(/^unknown [^ ]+ /, ""); no_fact(kind, $0); next }
/^complete$/ { complete = 1; next }
{ read_own_line($0) }
END {
  if (!complete) exit 1
  keep_rest()
  for (i = 1; i <= kept && i <= most; i++) {
    kind = facts[i]
    sub(/ .*/, "", kind)
    if (index(" " wanted " ", " " kind " ") && !(kind in unknown_kinds)) print facts[i]
  }
  for (kind in unknown_kinds)
    if (index(" " wanted " ", " " kind " ")) print "unknown " kind " " word(unknown_kinds[kind])
}
'

# Prints facts from what a collector's function prints, read by its awk; reads `kinds`.
# shellcheck disable=SC2154  # the caller's
print_answered() { # <function> <awk> <kind>...
  local print_lines=$1 program=$2
  shift 2
  "$print_lines" | awk -v "wanted=$kinds" "$program" && return 0
  # Without a blank: encode() would need awk.
  unknown_kinds awk-failed "$@"
}
