#!/bin/bash
# Patterns of facts, for awk. In a pattern, `*` stands for any text within a word; a last word `*` stands for any words,
# or none. Sourced.
# shellcheck disable=SC2016,SC2034  # awk's own $; for host/compare/compare.sh
readonly PATTERNS_AWK='
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
'
