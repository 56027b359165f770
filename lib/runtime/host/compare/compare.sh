#!/bin/bash
# Compares what is on a host with what must be there: facts (lib/facts/vocabulary.ts) with the expectations of all
# units. Sourced; needs LC_ALL=C.
#
# Expectations are lines, each unit's after a line `unit NAME`:
#
#   must FACT        that fact is there. With a `*` in it: a fact of that form is there
#   only PATTERN     nothing else of that form is there: what no unit of the host says must be, or may be, is foreign
#   allow PATTERN    may be there: in the scopes of this unit it is not foreign
#
# For patterns see host/compare/patterns.sh.

. runtime/host/compare/sentences.sh
. runtime/host/compare/patterns.sh
. runtime/host/compare/phrases.sh

# For awk. The input is the sentences, a line `--`, the expectations, a line `--`, the facts. Prints a line for each
# thing that is not as it must be, in no order, with tabs between: unit, verdict, fact, sentence, cure. With a cure,
# only a person can mend it. The verdicts:
#
#   missing, differs, foreign
#   idle       foreign, but other facts take its effect
#   unknown    what must be there could not be asked
#   unseen     what else is there could not be asked, or only running a file would tell
# shellcheck disable=SC2016  # awk's own $
readonly COMPARE_AWK=$PATTERNS_AWK$PHRASES_AWK'
# Returns the file that a setting stands in, as the subject of a fact.
function file_subject(fact,   p) {
  split(fact, p, " ")
  return p[1] ~ /^(key|line|onboot|config|config-vif|config-disk)$/ ? "file " p[2] : ""
}
function once(key) { return seen_once[key]++ == 0 }
# Tells units that what must be there is not, or is otherwise.
function blame(fact, units,   p, subject, has, count, line, i) {
  split(fact, p, " ")
  if (p[1] in unknown || p[1] " " p[2] in unknown || is_implied(fact)) return
  subject = subject_of_fact(fact)
  # What the file is instead says enough.
  if (file_subject(fact) in no_file && !(file_subject(fact) in is_file)) return
  if (fact in doubtful) {
    # The line that makes it doubtful is told.
    if (!(file_subject(fact) in must_subject))
      tell_all(units, "unseen", fact, read_word(p[2]) ": " read_word(p[3]) " is as it must be, " \
        "unless other lines of the file, which are not run here, change it")
    return
  }
  count = split(about[subject], line, "\n")
  for (i = 1; i < count; i++) {
    if (line[i] in wanted) continue
    has = has (has == "" ? "" : ", ") value_of_fact(line[i])
    told[line[i]] = told[line[i]] units
  }
  blamed[subject]
  # What has no value is there or not.
  if (has == "") tell_all(units, "missing", fact, sentence("missing", fact, ""))
  else tell_all(units, "differs", fact, sentence("differs", fact, has))
}
# The cure is that of the last sentence().
function tell(unit, verdict, fact, text) {
  if (once(unit "\t" verdict "\t" text)) print unit "\t" verdict "\t" fact "\t" text "\t" cure
}
function tell_all(units, verdict, fact, text,   u, count, i) {
  count = split(units, u, " ")
  for (i = 1; i <= count; i++) tell(u[i], verdict, fact, text)
}

# Returns the units of a list that are not in another one.
function without(list, other,   u, i, count, all) {
  count = split(list, u, " ")
  for (i = 1; i <= count; i++) if (!index(other " ", " " u[i] " ")) all = all " " u[i]
  return all
}
# Tells units that a kind, or what a kind says about one file, is not known.
function tell_unknown(key,   kind, about, i, count, line, text) {
  kind = key
  cure = ""
  sub(/ .*/, "", kind)
  if (kind == key) {
    text = kind ": " unknown[key]
    tell_all(musts_of[kind], "unknown", kind, text)
    # What a unit must have and is unknown says enough.
    tell_all(without(onlys_of[kind], musts_of[kind]), "unseen", kind, text)
    return
  }
  about = substr(key, length(kind) + 2)
  # A file that is ours as a whole is written again. If it is no file any more, that is told already.
  is_ours = "file " about in must_subject
  if (is_ours && "file " about in blamed) return
  text = read_word(about) ": cannot be read: " unknown[key]
  count = split(asked_patterns[kind], line, "\n")
  for (i = 1; i < count; i++) {
    split(line[i], p, " ")
    if (p[3] != about && !has_form(p[3], about)) continue
    if (!is_ours) tell(p[1], "unseen", key, text)
    else if (p[2] == "must") tell(p[1], "differs", key, text)
  }
}
$0 == "--" { part++; next }
part == 0 && $1 == "kind" { subjects[$2] = $3; next }
part == 0 { keep_sentence($0); next }
$0 == "" { next }
part == 1 && $1 == "unit" { unit = $2; next }
part == 1 {
  word = $1
  pattern = substr($0, length($1) + 2)
  if (word != "must" && word != "only" && word != "allow" || unit == "") {
    tell(unit == "" ? "?" : unit, "unknown", "?", "is described in a way that is not understood: " read_words_of($0))
    next
  }
  if (word != "allow") {
    if (once(word " " unit " " $2)) {
      if (word == "must") musts_of[$2] = musts_of[$2] " " unit
      else onlys_of[$2] = onlys_of[$2] " " unit
    }
    asked_patterns[$2] = asked_patterns[$2] unit " " word " " $3 "\n"
  }
  if (word == "must") must_subject[subject_of_fact(pattern)]
  if (word == "must" && !index(pattern, "*")) musts[pattern] = musts[pattern] " " unit
  else {
    if (!((word, pattern) in units_of)) file_pattern(word, pattern)
    units_of[word, pattern] = units_of[word, pattern] " " unit
  }
  next
}
$1 == "unknown" { unknown[$2 (NF > 3 ? " " $4 : "")] = read_word($3); next }
{
  present[$0]
  words = split($0, f, " ")
  subject = subject_of_fact($0)
  about[subject] = about[subject] $0 "\n"
  if ($1 == "file") { if ($5 ~ /^sha256:/) is_file[subject]; else no_file[subject] }
  # A value that only running the file would tell, so it may be this one.
  if (($1 == "key" || $1 == "onboot") && sub(/^\?/, "", f[words])) {
    if ((subject " " f[words]) in musts) { doubtful[subject " " f[words]]; wanted[$0]; next }
  }
  promised = $0 in musts
  count = find_patterns("must")
  for (i = 1; i <= count; i++) met[found[i]] = promised = 1
  if (promised) { wanted[$0]; next }
  allowing = ""
  count = find_patterns("allow")
  for (i = 1; i <= count; i++) allowing = allowing units_of["allow", found[i]]
  if (count) wanted[$0]
  allowing = allowing " "
  count = find_patterns("only")
  for (i = 1; i <= count; i++) {
    owners = split(units_of["only", found[i]], owner, " ")
    for (j = 1; j <= owners; j++)
      if (!index(allowing, " " owner[j] " ")) foreign[$0] = foreign[$0] " " owner[j]
  }
}
END {
  for (fact in musts) if (!(fact in present)) blame(fact, musts[fact])
  for (key in units_of) {
    split(key, pair, SUBSEP)
    if (pair[1] == "must" && !(pair[2] in met)) blame(pair[2], units_of[key])
  }
  for (key in unknown) tell_unknown(key)
  for (fact in foreign) {
    if (is_linked("covered", fact, foreign)) continue
    count = split(foreign[fact], u, " ")
    verdict = is_linked("idle", fact, present) ? "idle" : "foreign"
    text = sentence(verdict == "idle" ? "asleep" : "foreign", fact, value_of_fact(fact))
    # What a unit has been told of as a difference is not told again.
    for (i = 1; i <= count; i++) if (!index(told[fact] " ", " " u[i] " ")) tell(u[i], verdict, fact, text)
  }
}
'

# Prints what is not as it must be, sorted; false if that is not known.
compare_facts() { # <expectations> <facts>
  local said
  said=$(printf '%s\n--\n%s\n--\n%s\n' "$SENTENCES" "$1" "$2" | awk "$COMPARE_AWK") || return 1
  [ -z "$said" ] || printf '%s\n' "$said" | sort
}
