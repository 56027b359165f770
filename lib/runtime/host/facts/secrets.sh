#!/bin/bash
# Facts hold no secrets: a secret becomes `sha256:` and the first 16 hex digits of its SHA-256. So a change is seen. awk
# computes the hash: no secret gets onto a command line or into a file, and no program starts for each. Sourced; needs
# nothing else.

# For awk: hidden(text), secret_name(name), and masked(text), which hides what follows such a name and `=`, up to a
# comma, and what a URL has before its `@`. awk has no operations on bits: tables have them for two bits of each word.
# shellcheck disable=SC2034  # for the collectors
readonly SECRETS_AWK='
function secret_name(name) {
  name = tolower(name)
  return name ~ /passw|passphrase|pwd|secret|token|chap|psk|credential/ || name ~ /(^|[^a-z])(pass|key)$/
}
function masked(text,   all, name, at) {
  while (match(text, /[A-Za-z0-9_.-]+[ \t]*=/)) {
    all = all substr(text, 1, RSTART + RLENGTH - 1)
    name = substr(text, RSTART, RLENGTH - 1)
    text = substr(text, RSTART + RLENGTH)
    sub(/[ \t]+$/, "", name)
    if (!secret_name(name)) continue
    at = index(text, ",")
    if (!at) at = length(text) + 1
    all = all hidden(substr(text, 1, at - 1))
    text = substr(text, at)
  }
  text = all text
  if (match(text, /\/\/[^\/@]*:[^\/@]*@/))
    text = substr(text, 1, RSTART + 1) hidden(substr(text, RSTART + 2, RLENGTH - 3)) substr(text, RSTART + RLENGTH - 1)
  return text
}
# Of a secret of more than 4096 bytes the first 4096 count: others would take awk minutes.
function hidden(text) {
  text = substr(text, 1, 4096)
  if (!(text in known_hashes)) known_hashes[text] = "sha256:" sha256_start(text)
  return known_hashes[text]
}
function hex_number(digits,   i, n) {
  for (i = 1; i <= length(digits); i++) n = n * 16 + index("0123456789abcdef", substr(digits, i, 1)) - 1
  return n
}
function prepare_sha256(   i, a, b, c, low, high, all) {
  for (i = 1; i < 256; i++) byte_of[sprintf("%c", i)] = i
  for (i = two_to[0] = 1; i < 33; i++) two_to[i] = two_to[i - 1] * 2
  for (a = 0; a < 4; a++) for (b = 0; b < 4; b++) for (c = 0; c < 4; c++) {
    low = a % 2 + b % 2 + c % 2
    high = int(a / 2) + int(b / 2) + int(c / 2)
    xor_of[a, b, c] = high % 2 * 2 + low % 2
    majority_of[a, b, c] = (high > 1) * 2 + (low > 1)
    choice_of[a, b, c] = (a > 1 ? b > 1 : c > 1) * 2 + (a % 2 ? b % 2 : c % 2)
  }
  all = "428a2f9871374491b5c0fbcfe9b5dba53956c25b59f111f1923f82a4ab1c5ed5d807aa9812835b01243185be550c7dc3"
  all = all "72be5d7480deb1fe9bdc06a7c19bf174e49b69c1efbe47860fc19dc6240ca1cc2de92c6f4a7484aa5cb0a9dc76f988da"
  all = all "983e5152a831c66db00327c8bf597fc7c6e00bf3d5a7914706ca63511429296727b70a852e1b21384d2c6dfc53380d13"
  all = all "650a7354766a0abb81c2c92e92722c85a2bfe8a1a81a664bc24b8b70c76c51a3d192e819d6990624f40e3585106aa070"
  all = all "19a4c1161e376c082748774c34b0bcb5391c0cb34ed8aa4a5b9cca4f682e6ff3748f82ee78a5636f84c878148cc70208"
  all = all "90befffaa4506cebbef9a3f7c67178f2"
  for (i = 0; i < 64; i++) round_key[i] = hex_number(substr(all, i * 8 + 1, 8))
  all = "6a09e667bb67ae853c6ef372a54ff53a510e527f9b05688c1f83d9ab5be0cd19"
  for (i = 0; i < 8; i++) first_state[i] = hex_number(substr(all, i * 8 + 1, 8))
  sha256_ready = 1
}
function by_xor(a, b, c,   all, place) {
  for (place = 1; place < 4294967296; place *= 4) {
    all += xor_of[a % 4, b % 4, c % 4] * place
    a = int(a / 4); b = int(b / 4); c = int(c / 4)
  }
  return all
}
function by_majority(a, b, c,   all, place) {
  for (place = 1; place < 4294967296; place *= 4) {
    all += majority_of[a % 4, b % 4, c % 4] * place
    a = int(a / 4); b = int(b / 4); c = int(c / 4)
  }
  return all
}
function by_choice(a, b, c,   all, place) {
  for (place = 1; place < 4294967296; place *= 4) {
    all += choice_of[a % 4, b % 4, c % 4] * place
    a = int(a / 4); b = int(b / 4); c = int(c / 4)
  }
  return all
}
# busybox awk may know no powers.
function turned(n, bits) { return n % two_to[bits] * two_to[32 - bits] + int(n / two_to[bits]) }
function shifted(n, bits) { return int(n / two_to[bits]) }
function sha256_start(text,   size, count, i, t, at, n, w, s, h, x, y) {
  if (!sha256_ready) prepare_sha256()
  size = length(text)
  count = int((size + 8) / 64) + 1
  for (i = 0; i < 8; i++) h[i] = first_state[i]
  for (at = 0; at < count; at++) {
    for (t = 0; t < 16; t++) {
      n = 0
      for (i = at * 64 + t * 4 + 1; i <= at * 64 + t * 4 + 4; i++)
        n = n * 256 + (i <= size ? byte_of[substr(text, i, 1)] : i == size + 1 ? 128 : 0)
      w[t] = n
    }
    if (at == count - 1) w[15] = size * 8
    for (t = 16; t < 64; t++) {
      x = by_xor(turned(w[t - 15], 7), turned(w[t - 15], 18), shifted(w[t - 15], 3))
      y = by_xor(turned(w[t - 2], 17), turned(w[t - 2], 19), shifted(w[t - 2], 10))
      w[t] = (w[t - 16] + x + w[t - 7] + y) % 4294967296
    }
    for (i = 0; i < 8; i++) s[i] = h[i]
    for (t = 0; t < 64; t++) {
      x = s[7] + by_xor(turned(s[4], 6), turned(s[4], 11), turned(s[4], 25)) + by_choice(s[4], s[5], s[6])
      x = (x + round_key[t] + w[t]) % 4294967296
      y = by_xor(turned(s[0], 2), turned(s[0], 13), turned(s[0], 22)) + by_majority(s[0], s[1], s[2])
      for (i = 7; i > 0; i--) s[i] = s[i - 1]
      s[4] = (s[4] + x) % 4294967296
      s[0] = (x + y) % 4294967296
    }
    for (i = 0; i < 8; i++) h[i] = (h[i] + s[i]) % 4294967296
  }
  # Four digits a time: %x of more than 31 bits is not the same in each awk.
  return sprintf("%04x%04x%04x%04x", int(h[0] / 65536), h[0] % 65536, int(h[1] / 65536), h[1] % 65536)
}
'
