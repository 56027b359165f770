import { runtimeFiles } from '../helpers/runtime-files';
import { type Rules, doubts } from '../helpers/shell-numbers';

/*
 * bash's arithmetic evaluates text as a program. So whatever a file of the runtime counts with has to be a number for
 * sure: it was counted, or it was read by is_number, is_hex or check_number behind the place where it was given its
 * value. Compared with -eq and its like, indices of arrays, offsets in texts and `read -t` are counting too; `eval`,
 * `let`, `printf -v`, `declare -i` and `test -v` evaluate whatever they get.
 */

const SYNTH = 'a word of the unit, which synth renders from a number that it has checked';
const KERNEL = "the kernel's own number";

const RULES: Rules = {
  readers: {
    uptime_seconds: `${KERNEL}, /proc/uptime up to its dot`,
    rollback_at: 'a number that is_number has read, else 0',
    unit_timer: SYNTH,
    smaller: 'one of its two arguments, both counted',
    'stat -c %s': 'a size; nothing, where there is no file, is an error of [ ] and no code',
    "stat -L -c '0x%t'": `${KERNEL}, in hexadecimal digits`,
    "stat -L -c '0x%T'": `${KERNEL}, in hexadecimal digits`,
  },
  known: {
    'host/network/confirmed.sh $pid': `${KERNEL}, of /proc/PID/stat`,
    'host/disk/partitions.sh $bytes': 'od writes nothing but numbers, whatever it reads',
    'deployer/carry.sh printf -v nonce': 'a format and variables of our own, numbers of bash',
  },
  globals: {
    DELAY: SYNTH,
    VERIFY_SECONDS: SYNTH,
    BOOT_TIMEOUT: SYNTH,
    ROLLBACK_SECONDS: SYNTH,
  },
};

const files = runtimeFiles();

test('whatever the runtime counts with is a number for sure', () => {
  expect(Object.keys(files).length).toBeGreaterThan(50);
  expect(doubts(files, RULES).map(({ file, line, key }) => `${file}:${line}: ${key}`)).toEqual([]);
});

test('no exception stands for nothing', () => {
  const all = (['readers', 'known', 'globals'] as const).flatMap((group) =>
    Object.keys(RULES[group]).map((name) => ({ group, name })),
  );
  const idle = all.filter(({ group, name }) => {
    const fewer = Object.entries(RULES[group]).filter(([other]) => other !== name);
    return doubts(files, { ...RULES, [group]: Object.fromEntries(fewer) }).length === 0;
  });
  expect(idle).toEqual([]);
});

const NONE: Rules = { readers: {}, known: {}, globals: {} };
const doubted = (text: string): string[] => doubts({ 'a.sh': text }, NONE).map(({ key }) => key.replace('a.sh ', ''));

test.each([
  ['a word that was read', 'read -r size\necho $((size + 1))\n', '$size'],
  ['a word that was read, with a dollar', 'read -r size\necho "$(($size + 1))"\n', '$size'],
  ['what a program said', 'free=$(df /)\n[[ $free -gt 1 ]]\n', '$free'],
  ['what a program said, in single brackets', 'f() {\n  local free\n  free=$(df /)\n  [ "$free" -lt 5 ]\n}\n', '$free'],
  ['what a program says at once', 'echo $(($(df /) + 1))\n', '$(df /)'],
  ['an index', 'read -r i\necho "${list[i]}"\n', '$i'],
  ['an index that is assigned to', 'read -r i\nlist[$i]=x\n', '$i'],
  ['an offset', 'read -r n\necho "${text:n}"\n', '$n'],
  ['a length', 'read -r n\necho "${text:0:$n}"\n', '$n'],
  ['seconds to read for', 'read -r n\nread -r -t "$n" line\n', '$n'],
  ['an argument that a caller has read', 'f() {\n  echo $(($1))\n}\nread -r n\nf "$n"\n', '$1'],
  ['an argument of a function that nobody calls', 'f() {\n  (($1 > 2))\n}\n', '$1'],
  ['a second argument', 'f() {\n  local n=$2\n  ((n > 2))\n}\nf 1 "$(df)"\n', '$n'],
  ['a variable that comes from elsewhere', 'echo $((COUNT * 2))\n', '$COUNT'],
  ['what is left of a text', 'read -r n\necho $((${n%%.*} + 1))\n', '${n%%.*}'],
  ['what only may be absent', 'read -r n\necho $((${n:-0} + 1))\n', '${n:-0}'],
  ['hexadecimal digits', 'read -r n\necho $((0x$n))\n', '$n'],
  ['a guard before the word is read', 'is_number "$n"\nread -r n\necho $((n))\n', '$n'],
  ['a guard of another word', 'read -r n\nis_number "$m" || exit\necho $((n))\n', '$n'],
  ['a guard in a comment', 'read -r n\n# is_number "$n"\necho $((n))\n', '$n'],
  ['one assignment among several', 'n=1\nn=$(df)\necho $((n))\n', '$n'],
  ['what a called function has set', 'f() { read -r n; }\ng() {\n  local n=0\n  f\n  echo $((n))\n}\n', '$n'],
  ['a copy of a word', 'read -r n\nm=$n\necho $((m))\n', '$m'],
  ['a loop over words', 'for n in $(df); do echo $((n)); done\n', '$n'],
  ['a loop that counts up to a word', 'read -r n\nfor ((i = 0; i < n; i++)); do :; done\n', '$n'],
  ['a condition that counts', 'read -r n\nwhile ((n > 0)); do :; done\n', '$n'],
  ['a word inside of quotes inside of a substitution', 'read -r n\nx="$(echo "$((n))")"\n', '$n'],
  ['eval', 'eval "$x"\n', 'eval "$x"'],
  ['eval behind a condition', 'if true; then eval "$x"; fi\n', 'eval "$x"'],
  ['let', 'let x=1\n', 'let x=1'],
  ['printf -v', 'printf -v "$name" %s x\n', 'printf -v "$name"'],
  ['declare -i', 'declare -i n=$1\n', 'declare -i n=$1'],
  ['test -v', '[ -v "$name" ]\n', '[ -v "$name"'],
])('is doubted: %s', (_name, text, word) => {
  expect(doubted(text)).toContain(word);
});

test.each([
  ['literals and what bash counts itself', 'n=1\necho $((n + $# + SECONDS + ${#n} + RANDOM + 0x1f))\n'],
  ['what was counted', 'n=$((1 + 2))\nm=$n\n[ "$m" -eq 3 ]\n'],
  ['a loop', 'for ((i = 0; i < 4; i++)); do echo "${list[i + 1]}"; done\n'],
  ['a word behind its reader', 'read -r n\nis_number "$n" || exit\necho $((n))\n'],
  ['a word behind a reader that ends the step', 'n=$(df)\ncheck_number "what df says" "$n"\n[[ $n -gt 1 ]]\n'],
  ['an argument that all callers count', 'f() {\n  echo $(($1))\n}\nf 1\nf $((2 + 3))\n'],
  ['an argument behind its reader', 'f() {\n  is_number "$1" || return\n  echo $(($1))\n}\n'],
  ['a list of all', 'echo "${list[@]}" "${#list[*]}"\n'],
  ['text that only looks so', "echo 'read n; $((n))' # $((n))\nawk '{ a[$1] = $2 }'\necho ${x:-y} ${x:+y}\n"],
])('is not doubted: %s', (_name, text) => {
  expect(doubted(text)).toEqual([]);
});
