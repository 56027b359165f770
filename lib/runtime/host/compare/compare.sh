#!/bin/bash
# Compares what is on a host with what must be there: facts (lib/facts/vocabulary.ts) with the expectations of all
# units. Sourced; needs LC_ALL=C and host/compare/sentences.sh.
#
# Expectations are lines, each unit's after a line `unit NAME`:
#
#   must FACT        that fact is there. With a `*` in it: a fact of that form is there
#   only PATTERN     nothing else of that form is there: what no unit of the host says must be, or may be, is foreign
#   allow PATTERN    may be there
#
# In a pattern, `*` stands for any text within a word; a last word `*` stands for any words, or none.

# For awk. The input is the sentences, a line `--`, the expectations, a line `--`, the facts. Prints a line for each
# thing that is not as it must be, in no order: unit, tab, verdict (missing, differs, foreign, unknown), tab, sentence.
# shellcheck disable=SC2016  # awk's own $
readonly COMPARE_AWK='
# Returns whether a word has the form of a pattern with `*` in it.
function has_form(pattern, text,   part, count, i, at) {
  count = split(pattern, part, "*")
  if (substr(text, 1, length(part[1])) != part[1]) return 0
  text = substr(text, length(part[1]) + 1)
  for (i = 2; i < count; i++) {
    at = index(text, part[i])
    if (!at) return 0
    text = substr(text, at + length(part[i]))
  }
  return length(text) >= length(part[count]) && substr(text, length(text) - length(part[count]) + 1) == part[count]
}
# Returns whether the words of the present fact, f[1] to f[words], have the form of a pattern.
function fits(pattern,   p, count, i) {
  count = split(pattern, p, " ")
  for (i = 1; i <= count; i++) {
    if (p[i] == "*" && i == count) return 1
    if (i > words) return 0
    if (p[i] == f[i]) continue
    if (!index(p[i], "*") || !has_form(p[i], f[i])) return 0
  }
  return words == count
}
# Files a pattern under its last whole word, so that a fact is held against few patterns.
function file_pattern(list, pattern,   p, count, i) {
  count = split(pattern, p, " ")
  i = count
  while (i > 1 && index(p[i], "*")) i--
  place = list SUBSEP p[1] SUBSEP i SUBSEP p[i]
  filed[place] = filed[place] pattern "\n"
  if (i > deepest[list, p[1]]) deepest[list, p[1]] = i
}
# Sets found[1] to found[n] to the patterns of a list that the present fact has the form of, and returns n.
function find_patterns(list,   i, j, count, line, n) {
  n = 0
  for (i = 1; i <= words && i <= deepest[list, f[1]]; i++) {
    place = list SUBSEP f[1] SUBSEP i SUBSEP f[i]
    if (!(place in filed)) continue
    count = split(filed[place], line, "\n")
    for (j = 1; j < count; j++) if (fits(line[j])) found[++n] = line[j]
  }
  return n
}
# Returns the words of a fact or pattern that say what it is about.
function subject_of_fact(text,   p, i, all) {
  split(text, p, " ")
  all = p[1]
  for (i = 2; i <= 1 + subjects[p[1]]; i++) all = all " " p[i]
  return all
}
function value_of_fact(text) { return substr(text, length(subject_of_fact(text)) + 2) }
function once(key) { return seen_once[key]++ == 0 }
# The text of a word, for people.
function read_word(text,   all, c, at) {
  if (text == "%") return ""
  while ((at = index(text, "%"))) {
    c = plain_of[substr(text, at + 1, 2)]
    all = all substr(text, 1, at - 1) (c == "" ? "?" : c)
    text = substr(text, at + 3)
  }
  return all text
}
function read_words_of(text,   p, count, i, all) {
  count = split(text, p, " ")
  for (i = 1; i <= count; i++) all = all (i > 1 ? " " : "") read_word(p[i])
  return all
}
# Returns the first sentence for a verdict on a fact, or a general one.
function sentence(verdict, fact, has,   i, text) {
  words = split(fact, f, " ")
  for (i = 1; i <= sentences; i++) if (sentence_verdict[i] == verdict && fits(sentence_pattern[i])) break
  if (i <= sentences) text = sentence_text[i]
  else if (verdict == "missing") text = "{fact} is missing"
  else if (verdict == "differs") text = "{about} is {has}, not {must}"
  else text = "{fact} is there, and nobody promised it"
  return fill(text, fact, has)
}
# Fills in what stands in braces; f[] are the words of the fact.
function fill(text, fact, has,   out, name, at) {
  while ((at = index(text, "{"))) {
    out = out substr(text, 1, at - 1)
    text = substr(text, at + 1)
    at = index(text, "}")
    name = substr(text, 1, at - 1)
    text = substr(text, at + 1)
    if (name == "fact") out = out read_words_of(fact)
    else if (name == "about") out = out read_words_of(subject_of_fact(fact))
    else if (name == "has") out = out read_words_of(has)
    else if (name == "must") {
      # What a pattern leaves open at its end is not told.
      has = value_of_fact(fact)
      sub(/ \*$/, "", has)
      out = out read_words_of(has)
    } else if (name == "guest") {
      # domU:NAME/INDEX
      has = substr(f[3], 6)
      sub(/\/[^\/]*$/, "", has)
      out = out has
    }
    else out = out read_word(f[name + 1])
  }
  return out text
}
# Returns whether a fact is missing because what it belongs to is missing, which is told already: a guest that does not
# run has no vif either.
function is_implied(fact,   i, text) {
  words = split(fact, f, " ")
  for (i = 1; i <= sentences; i++) {
    if (sentence_verdict[i] != "implied" || !fits(sentence_pattern[i])) continue
    text = fill(sentence_text[i], fact, "")
    if (text != subject_of_fact(fact) && text in must_subject && about[text] == "") return 1
    split(fact, f, " ")
  }
  return 0
}
# Tells units that what must be there is not, or is otherwise.
function blame(fact, units,   p, subject, has, count, line, i) {
  split(fact, p, " ")
  if (p[1] in unknown || p[1] " " p[2] in unknown || is_implied(fact)) return
  subject = subject_of_fact(fact)
  count = split(about[subject], line, "\n")
  for (i = 1; i < count; i++) {
    if (line[i] in wanted) continue
    has = has (has == "" ? "" : ", ") value_of_fact(line[i])
    told[line[i]] = told[line[i]] units
  }
  # What has no value is there or not.
  if (has == "") tell_all(units, "missing", sentence("missing", fact, ""))
  else tell_all(units, "differs", sentence("differs", fact, has))
}
function tell(unit, verdict, text) { if (once(unit "\t" verdict "\t" text)) print unit "\t" verdict "\t" text }
function tell_all(units, verdict, text,   u, count, i) {
  count = split(units, u, " ")
  for (i = 1; i <= count; i++) tell(u[i], verdict, text)
}

# Tells all units that have to do with a kind, or with what a kind says about one file, that it is not known.
function tell_unknown(key,   kind, about, i, count, line) {
  kind = key
  sub(/ .*/, "", kind)
  if (kind == key) {
    tell_all(asked_kinds[kind], "unknown", kind ": " unknown[key])
    return
  }
  about = substr(key, length(kind) + 2)
  count = split(asked_patterns[kind], line, "\n")
  for (i = 1; i < count; i++) {
    split(line[i], p, " ")
    if (p[3] == about || has_form(p[3], about)) tell(p[1], "unknown", kind " of " read_word(about) ": " unknown[key])
  }
}

BEGIN { for (i = 32; i < 127; i++) plain_of[sprintf("%02X", i)] = sprintf("%c", i) }
$0 == "--" { part++; next }
part == 0 && $1 == "kind" { subjects[$2] = $3; next }
part == 0 {
  split($0, column, "|")
  sentence_verdict[++sentences] = $1
  text = column[1]
  sub(/^[a-z]+ +/, "", text)
  sub(/ +$/, "", text)
  sentence_pattern[sentences] = text
  sub(/^ +/, "", column[2])
  sentence_text[sentences] = column[2]
  next
}
$0 == "" { next }
part == 1 && $1 == "unit" { unit = $2; next }
part == 1 {
  word = $1
  pattern = substr($0, length($1) + 2)
  if (word != "must" && word != "only" && word != "allow" || unit == "") {
    tell(unit == "" ? "?" : unit, "unknown", "is described in a way that is not understood: " read_words_of($0))
    next
  }
  if (word != "allow") {
    asked_kinds[$2] = asked_kinds[$2] " " unit
    asked_patterns[$2] = asked_patterns[$2] unit " " $2 " " $3 "\n"
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
  promised = $0 in musts
  count = find_patterns("must")
  for (i = 1; i <= count; i++) met[found[i]] = promised = 1
  if (!promised) promised = find_patterns("allow")
  if (promised) { wanted[$0]; next }
  count = find_patterns("only")
  for (i = 1; i <= count; i++) foreign[$0] = foreign[$0] units_of["only", found[i]]
}
END {
  for (key in unknown) tell_unknown(key)
  for (fact in musts) if (!(fact in present)) blame(fact, musts[fact])
  for (key in units_of) {
    split(key, pair, SUBSEP)
    if (pair[1] == "must" && !(pair[2] in met)) blame(pair[2], units_of[key])
  }
  for (fact in foreign) {
    count = split(foreign[fact], u, " ")
    text = sentence("foreign", fact, value_of_fact(fact))
    # What a unit has been told of as a difference is not told again.
    for (i = 1; i <= count; i++) if (!index(told[fact] " ", " " u[i] " ")) tell(u[i], "foreign", text)
  }
}
'

# Prints what is not as it must be, sorted.
compare_facts() { # <expectations> <facts>
  printf '%s\n--\n%s\n--\n%s\n' "$SENTENCES" "$1" "$2" | awk "$COMPARE_AWK" | sort
}
