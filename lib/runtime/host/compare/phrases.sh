#!/bin/bash
# What people are told of a fact, for awk: fills in the sentences of host/compare/sentences.sh. Sourced after
# host/compare/patterns.sh.
# shellcheck disable=SC2016,SC2034  # awk's own $; for host/compare/compare.sh
readonly PHRASES_AWK='
BEGIN { for (i = 32; i < 127; i++) plain_of[sprintf("%02X", i)] = sprintf("%c", i) }
# Returns the words of a fact or pattern that say what it is about.
function subject_of_fact(text,   p, i, all) {
  split(text, p, " ")
  all = p[1]
  for (i = 2; i <= 1 + subjects[p[1]]; i++) all = all " " p[i]
  return all
}
function value_of_fact(text) { return substr(text, length(subject_of_fact(text)) + 2) }
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
# Returns the first sentence for a verdict on a fact, or a general one. Sets `cure`.
function sentence(verdict, fact, has,   i, text) {
  words = split(fact, f, " ")
  for (i = 1; i <= sentences; i++) if (sentence_verdict[i] == verdict && fits(sentence_pattern[i])) break
  cure = verdict == "foreign" ? cure_of(fact, has) : ""
  if (i <= sentences) text = sentence_text[i]
  else if (verdict == "missing") text = "{fact} is missing"
  else if (verdict == "differs") text = "{about} is {has}, not {must}"
  else text = "{fact} is there, and nobody promised it"
  return fill(text, fact, has)
}
function cure_of(fact, has,   i) {
  for (i = 1; i <= sentences; i++)
    if (sentence_verdict[i] == "cure" && fits(sentence_pattern[i])) return fill(sentence_text[i], fact, has)
  return ""
}
# Fills in what stands in braces; f[] are the words of the fact. If `raw`, its words stay as they are.
function fill(text, fact, has, raw,   out, name, at) {
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
    } else if (name == "ip") {
      has = f[3]
      sub(/[\/,].*/, "", has)
      out = out has
    } else if (name == "dev") {
      for (at = 2; at < words && f[at - 1] != "dev"; at++);
      out = out f[at]
    } else if (name == "file") {
      out = out file_difference(has, value_of_fact(fact))
    } else if (name == "guest") {
      # domU:NAME/INDEX
      has = substr(f[3], 6)
      sub(/\/[^\/]*$/, "", has)
      out = out has
    } else if (name == "index") {
      has = f[3]
      sub(/^.*\//, "", has)
      out = out has
    }
    else out = out (raw ? f[name + 1] : read_word(f[name + 1]))
  }
  return out text
}
# Says how a file differs, from what it has and what it must have: mode, owner, content.
function file_difference(has, must,   h, m) {
  split(has, h, " ")
  split(must, m, " ")
  if (h[3] ~ /^link:/) return "is a link to " read_word(substr(h[3], 6)) " now"
  if (h[3] ~ /^large:/) return "has " substr(h[3], 7) " bytes, which is no settings file"
  if (h[3] !~ /^sha256:/) return "is no file any more, but a " read_word(h[3])
  has = read_words_of(h[1] " " h[2])
  must = read_words_of(m[1] " " m[2])
  if (has != must) return "has mode and owner " has ", not " must
  return "its content was changed"
}
# Sets linked[1] to linked[n] to what the lines of a verdict link a fact with, and returns n.
function find_linked(verdict, fact,   i, n) {
  words = split(fact, f, " ")
  for (i = 1; i <= sentences; i++)
    if (sentence_verdict[i] == verdict && fits(sentence_pattern[i])) linked[++n] = fill(sentence_text[i], fact, "", 1)
  return n + 0
}
# Returns whether a fact is missing because what it belongs to is missing, which is told already: a guest that does not
# run has no vif either.
function is_implied(fact,   i, n) {
  n = find_linked("implied", fact)
  for (i = 1; i <= n; i++)
    if (linked[i] != subject_of_fact(fact) && linked[i] in must_subject && about[linked[i]] == "") return 1
  return 0
}
# Returns whether one of the forms that a verdict links a fact with is among facts: `present`, for a fact that has no
# effect because of another one; `foreign`, for one that says no more than another one of the same file.
function is_linked(verdict, fact, facts,   i, n) {
  n = find_linked(verdict, fact)
  for (i = 1; i <= n; i++) if (is_among(linked[i], facts)) return 1
  return 0
}
function is_among(pattern, facts,   fact) {
  if (!index(pattern, "*")) return pattern in facts
  for (fact in facts) {
    words = split(fact, f, " ")
    if (fits(pattern)) return 1
  }
  return 0
}
# Takes a line of the table: verdict, the form of a fact, `|`, and a text.
function keep_sentence(line,   column, i) {
  split(line, column, "|")
  sentence_verdict[++sentences] = $1
  sub(/^[a-z]+ +/, "", column[1])
  for (i = 1; i <= 2; i++) { sub(/^ +/, "", column[i]); sub(/ +$/, "", column[i]) }
  sentence_pattern[sentences] = column[1]
  sentence_text[sentences] = column[2]
}
'
