#!/bin/bash
# An awk that reads what files set, as the programs have it that read these files; nothing is run. Sourced after
# words.sh and host/base/key-lines.sh.

# Lines are collected, and read at the end of their file: how a file is read depends on all of it.
# shellcheck disable=SC2016,SC2034  # awk's own $
readonly SETTING_LINES_AWK=$FACT_WORDS_AWK$KEY_LINES_AWK'
BEGIN { prepare_words(); prepare_reading() }
function prepare_reading() {
  longest = 8192
  # Names and words that secrets stand behind.
  hint = "pass(w|phrase|[^a-z]|$)|pwd|secret|token|psk|chap|key|wep|credential"
  before = "(pass(word|wd|phrase)?|pwd|psk|key(_[a-z0-9_]*|[0-9]*)|secret|token)[ \t=:]|://[^/@ ]*:[^/@ ]*@"
  # A call of one of these programs changes no setting.
  harmless = "^[ \t]*(ulimit|umask|echo|logger|modprobe|/[^ \t=]*)([ \t][^;&|<>(){}$`\\\\]*)?$"
}
FNR == 1 { read_file(); begin_file(FILENAME, form) }
{ line[++lines] = $0; if (length($0) > longest) is_long[file] = 1 }
END { read_file(); read_empty_files() }

function begin_file(path, its_form) { file = path; file_form = its_form; lines = 0; begun[path] = 1 }

# awk has passed over files without lines. All arguments are pairs of form=FORM and a path.
function read_empty_files(   i) {
  for (i = 2; i < ARGC; i += 2) if (!(ARGV[i] in begun)) { begin_file(ARGV[i], substr(ARGV[i - 1], 6)); read_file() }
}

function read_file(   i, name) {
  if (file == "") return
  name = word(file)
  split("", has); split("", sure); split("", said)
  doubt = 0
  base = file
  sub(/.*\//, "", base)
  if (file in is_long) { say_unread("it has a line of more than " longest " characters"); return }
  if (file_form == "route") {
    file_form = "text"
    for (i = 1; i <= lines; i++) if (line[i] ~ /^[ \t\r\v\f]*ADDRESS[0-9]+=/) file_form = "shell"
  }
  if (file_form == "inittab") read_inittab()
  else if (file_form == "shell") read_shell_file()
  else if (file_form == "sysctl" || file_form == "xl") read_plain_file()
  else {
    for (i = 1; i <= lines; i++)
      if (line[i] !~ (file_form == "resolv" ? "^[ \t\r]*([#;]|$)" : "^[ \t\r]*(#|$)")) say_line(name, line[i])
  }
  if (long_text) { say_unread("it has a text in quotes of more than " longest " characters"); long_text = 0; return }
  for (i in has) say_key(name, i, has[i], sure[i] && !doubt)
  if (base ~ /^ifcfg/ && base != "ifcfg-lo" && base !~ /:/ && base !~ /^ifcfg-.*-range/) say_onboot(name)
}

# upstart takes all lines, sysvinit the first one.
function read_inittab(   i, field) {
  for (i = 1; i <= lines; i++) {
    split(line[i], field, ":")
    if (field[3] != "initdefault" || field[1] ~ /^#/) continue
    sure["initdefault"] = !("initdefault" in has) || has["initdefault"] == field[2]
    has["initdefault"] = field[2]
  }
}

function keep_keys(   i) {
  for (i = 1; i <= count; i++) { has[names[i]] = values[i]; sure[names[i]] = !lives[i] }
}

# A text in quotes may go on in the next line.
function read_shell_file(   i, text, quote) {
  reader = "shell"
  for (i = 1; i <= lines; i++) {
    text = line[i]
    quote = open_quote(text, "")
    while ((quote != "" || continued) && i < lines && length(text) <= longest) {
      text = text "\n" line[++i]
      quote = open_quote(line[i], quote)
    }
    if (length(text) > longest) { long_text = 1; return }
    # init.d/network evaluates lines that hold these words, comments too.
    if (text ~ /^[ \t]*#/) {
      if (base ~ /^ifcfg/ && text ~ /(DEVICE|TYPE|SLAVE)=/) say_line(word(file), text)
      continue
    }
    read_line(text)
    if (text ~ /\\\n/) odd = 1
    if (!odd) { keep_keys(); continue }
    say_line(word(file), text)
    if (text !~ harmless) doubt = 1
  }
}

# Returns the quote that is open at the end of a line, and sets `continued` if its line feed is quoted by a backslash.
function open_quote(text, quote,   i, c, last) {
  continued = 0
  for (i = 1; i <= length(text); i++) {
    c = substr(text, i, 1)
    if (quote == "\047") { if (c == quote) quote = "" }
    else if (c == "\\") { if (i++ == length(text)) continued = 1 }
    else if (quote == "\"") { if (c == quote) quote = "" }
    else if (c ~ /["\047]/) quote = c
    else if (c == "#" && (i == 1 || last ~ /[ \t;&|()]/)) return ""
    last = c
  }
  return quote
}

# sysctl passes over a line that is no setting; xl refuses the whole file.
function read_plain_file(   i) {
  reader = file_form
  for (i = 1; i <= lines; i++) {
    if (line[i] ~ (reader == "sysctl" ? "^[ \t\r]*([#;]|$)" : "^[ \t]*(#|$)")) continue
    read_line(line[i])
    if (odd) doubt = 1
    if (odd || !count || reader == "sysctl" && values[1] == "") { say_line(word(file), line[i]); continue }
    # By the name that sysctl prints; a name whose dots and slashes change places twice is itself.
    if (reader == "sysctl") { names[1] = sysctl_name("." names[1]); sub(/^\//, "", names[1]) }
    keep_keys()
  }
}

function say_unread(why) { print "unread", word(why), word(file) }

function is_hint(text) {
  text = tolower(text)
  gsub(/key(board|table|map)/, "", text)
  return text ~ hint
}

# Prints a secret for print_settings(): what comes before it, then its lines with a plus.
function say_secret(fact, text) {
  gsub(/\n/, "\n+", text)
  print "!" fact
  print "+" text
}

function say_key(name, one, text, is_sure) {
  if (is_hint(one) || tolower(text) ~ before) say_secret("key " name " " word(one) " " (is_sure ? "" : "?"), text)
  else print "key", name, word(one), word((is_sure ? "" : "?") text)
}

function say_line(name, text,   start) {
  sub(/^[ \t]+/, "", text)
  sub(/[ \t]+$/, "", text)
  if (text in said) return
  said[text] = 1
  match(text, /^\(?[^ \t=]*[ \t=]*/)
  start = substr(text, 1, RLENGTH)
  if (is_hint(start)) {
    if (RLENGTH == length(text)) print "line", name, word(text)
    else say_secret("line " name " " word(start), substr(text, RLENGTH + 1))
  } else if (tolower(text) ~ before) say_secret("line " name " ", text)
  else print "line", name, word(text)
}

# init.d/network looks for a line that begins with ONBOOT=no; ifup asks the value that the shell has.
function say_onboot(name,   i, answer) {
  answer = "yes"
  if (doubt || "ONBOOT" in has && !sure["ONBOOT"]) answer = "?" has["ONBOOT"]
  else if (has["ONBOOT"] == "no" || has["ONBOOT"] == "NO") answer = "no"
  for (i = 1; i <= lines; i++) if (line[i] ~ /^ONBOOT=["\047]?[Nn][Oo]/) answer = "no"
  print "onboot", name, word(answer)
}
'
