import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { shellFunctions } from '../helpers/shell-words';

const ROOT = join(__dirname, '../..');

function shellFiles(): string[] {
  return execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.sh'], { cwd: ROOT, encoding: 'utf8' })
    .trim()
    .split('\n');
}

test('every shell file passes shellcheck', () => {
  const { stdout, stderr } = spawnSync('shellcheck', shellFiles(), { cwd: ROOT, encoding: 'utf8' });
  expect(stdout + stderr).toBe('');
});

/** What bash 3.2 to 4.1 does not have, and how to recognise it. */
const TOO_NEW: readonly (readonly [string, RegExp])[] = [
  ['nameref', /\b(local|declare|typeset)\s+-[a-zA-Z]*n/],
  ['associative array', /\b(local|declare|typeset)\s+-[a-zA-Z]*A/],
  ['global declare', /\b(local|declare|typeset)\s+-[a-zA-Z]*g/],
  ['declare that changes the case', /\b(local|declare|typeset)\s+-[a-zA-Z]*[luc]/],
  ['parameter transformation', /\$\{[A-Za-z_][A-Za-z0-9_]*(\[[^\]]*\])?@[A-Za-z]\}/],
  ['case modification', /\$\{[A-Za-z_][A-Za-z0-9_]*(\[[^\]]*\])?(\^|,)/],
  ['mapfile', /\b(mapfile|readarray)\b/],
  ['wait with an option', /\bwait\s+-[nfp]/],
  ['coproc', /\bcoproc\b/],
  ['&>>', /&>>/],
  ['|&', /\|&/],
  ['printf time', /%[-0-9]*\([^)]*\)T/],
  ['negative substring', /\$\{[A-Za-z_][A-Za-z0-9_]*:[^}]*:\s*-/],
  ['negative index', /\$\{[A-Za-z_][A-Za-z0-9_]*\[\s*-[0-9]/],
  ['test -v', /(\[\[?|\btest)\s+(!\s+)?-v\s/],
  ['a variable of later years', /\b(EPOCHSECONDS|EPOCHREALTIME|SRANDOM|BASH_ARGV0|BASHPID|BASH_XTRACEFD)\b/],
  [
    'a shopt of later years',
    /\bshopt\s+-[a-z]+\s+(lastpipe|inherit_errexit|localvar_\w+|assoc_expand_once|globstar|globasciiranges|dirspell|autocd|checkjobs|compat[45]\w*|patsub_replacement)/,
  ],
  ['a character by its number', /\$'[^']*\\[uU][0-9a-fA-F]/],
  ['a case that falls through', /;;?&\s*(#.*)?$/],
  ["a file descriptor of the shell's choice", /\{[A-Za-z_]+\}[<>]/],
  ['read -N, -i or with a part of a second', /\bread\s+([^;|]*\s)?-[a-z]*([Ni]|t\s*[0-9]*\.[0-9])/],
  ['local -', /\blocal\s+-(\s|;|$)/],
  ['a range with zeros in front', /\{0[0-9]+\.\.|\.\.0[0-9]+\}|\{[0-9]+\.\.[0-9]+\.\./],
  ['bare expansion of an array that may be empty', /(?<!\+)"\$\{[A-Za-z_]+\[@\]\}"/],
];

/** What of later bash a text has, each by its line. */
function tooNew(text: string): string[] {
  return text
    .split('\n')
    .flatMap((line, index) =>
      /^\s*#/.test(line)
        ? []
        : TOO_NEW.filter(([, pattern]) => pattern.test(line)).map(([name]) => [name, index, line]),
    )
    .map(([name, index, line]) => `${Number(index) + 1}: ${String(name)}: ${String(line).trim()}`);
}

test.each(shellFiles().filter((file) => file.startsWith('lib/runtime/')))(
  '%s keeps to what bash 3.2 to 4.1 can do',
  (file) => {
    expect(tooNew(readFileSync(join(ROOT, file), 'utf8'))).toEqual([]);
  },
);

test('each pattern for too new bash catches its own sample and spares what only looks like it', () => {
  const samples: Readonly<Record<string, readonly string[]>> = {
    nameref: ['local -n x=$1', 'declare -rn x=y'],
    'associative array': ['declare -A map'],
    'global declare': ['declare -g y', 'local -g y', 'typeset -rg y'],
    'declare that changes the case': ['declare -l low', 'local -u up'],
    'parameter transformation': ['echo ${v@Q}', 'echo ${v[0]@U}'],
    'case modification': ['echo ${v^^}', 'echo ${v[1],}'],
    mapfile: ['mapfile -d "" a', 'readarray a'],
    'wait with an option': ['wait -n', 'wait -p x'],
    coproc: ['coproc x'],
    '&>>': ['x &>>log'],
    '|&': ['a |& b'],
    'printf time': ["printf '%(%s)T'", "printf '%-10(%F)T'"],
    'negative substring': ['echo ${v:0:-1}'],
    'negative index': ['echo ${v[-1]}'],
    'test -v': ['[ -v x ]', '[[ ! -v x ]]', 'test -v x'],
    'a variable of later years': ['echo $EPOCHSECONDS', 'kill $BASHPID'],
    'a shopt of later years': ['shopt -s lastpipe', 'shopt -s globstar', 'shopt -qs inherit_errexit'],
    'a character by its number': ["echo $'\\u20ac'"],
    'a case that falls through': ['  a) x ;;&', '  a) x ;&'],
    "a file descriptor of the shell's choice": ['exec {fd}>file', 'exec {lock}<&-'],
    'read -N, -i or with a part of a second': ['read -N 1 x', 'read -t 0.5 x', 'read -r -t .5 x', 'read -ei x y'],
    'local -': ['local -', 'local -; set +e'],
    'a range with zeros in front': ['for i in {01..10}', 'for i in {1..9..2}'],
    'bare expansion of an array that may be empty': ['f "${a[@]}"'],
  };
  expect(Object.keys(samples)).toEqual(TOO_NEW.map(([name]) => name));
  const missed = Object.entries(samples).flatMap(([name, lines]) =>
    lines.filter((line) => !tooNew(line).some((found) => found.startsWith(`1: ${name}: `))),
  );
  expect(missed).toEqual([]);
  const fine = [
    ...[
      '# local -n in a remark',
      'local -a x=()',
      'local -i n',
      'declare -r x',
      'wait "$pid"',
      'wait',
      'x && y; z & w',
    ],
    ...[
      'echo ${v:-a} ${v: -1} ${v[0]} ${#v[@]}',
      'read -r -t 5 x',
      'read -r a b <file',
      'exec 9>file',
      'f() { x; } >y',
    ],
    ...[
      'for i in {1..10}',
      'f ${a[@]+"${a[@]}"}',
      'shopt -s nullglob',
      "printf '%s (%s)\\n' a b",
      '  a) x ;;',
      'x 2>&1 &',
    ],
  ];
  expect(fine.flatMap((line) => tooNew(line))).toEqual([]);
});

/** `<path>`, `[<seconds>]`, `<word>...`, `ro|rw`, and several of them. */
const CONTRACT = /^(?=.*[<|])(?:<[^<>]+>|'[^']+'|[\w-]+|[[\]|:/ ]|\.\.\.)+$/;

/** Functions with arguments that do not say them, and functions that say arguments that they do not have. */
function wrongContracts(text: string): string[] {
  return shellFunctions(text)
    .filter(({ takes, says }) => takes !== CONTRACT.test(says))
    .map(({ name, says }) => `${name}${says && ` # ${says}`}`);
}

test('each function of the runtime says its arguments behind its name, if it has any', () => {
  const wrong = shellFiles()
    .filter((file) => file.startsWith('lib/runtime/'))
    .flatMap((file) => wrongContracts(readFileSync(join(ROOT, file), 'utf8')).map((name) => `${file}: ${name}`));
  expect(wrong).toEqual([]);
});

test('a function that does not say its arguments is found, whatever form the function and the argument have', () => {
  const bad = [
    'f() { g "$1"; }',
    'f() {\n  g "$1"\n}',
    'f() (\n  case $x in a) cd "$1" ;; esac\n)',
    'f() (\n  case $x in a) cd / ;; esac\n  g "$2"\n)',
    'f() { g "$@"; }',
    'f() { say "all: $*"; }',
    'f() { g ${1+"$@"}; }',
    'f() { g "${2:-}" "${#1}"; }',
    'f() { while [ $# -gt 0 ]; do g; done; }',
    'f() {\n  shift\n}',
    'f() { x=$(g "$(h "$1")"); }',
    'f() { x=$((10 + $1)); }',
    'f() { g "it\'s $1"; }',
    'f() { { g; } 2>&1; h "$1"; }',
    'f() {\n  g <<EOF\n$(h "$1")\nEOF\n}',
    'f() { # shellcheck disable=SC2086\n  g $1\n}',
    'f() { # goes on with the first\n  g "$1"\n}',
    'f() { # <path>, if there is one\n  g "$1"\n}',
    '# <path>\nf() {\n  g "$1" # <path>\n}',
    'f() {\n  g() { h "$1"; } # <path>\n  g "$1"\n}',
    'f() { # <path>\n  g\n}',
    "f() { awk '{ print $1 }'; } # <path>",
  ];
  expect(bad.filter((text) => wrongContracts(text).length !== 1)).toEqual([]);
  const fine = [
    'f() { g; }',
    'f() { # without a lock\n  g\n}',
    'f() { g "$1"; } # <path>',
    'f() { # <path> [<seconds>]\n  g "$1" "${2:-3}"\n}',
    'f() { # <command>:<package>...\n  g "$@"\n}',
    'f() { # \'have any\'|none [<word> <value>]...\n  g "$@"\n}',
    'f() { # ro|rw\n  g "$1"\n}',
    "f() { awk '{ print $1 }' file; }",
    'f() { g "$(h | awk \'{ print $1, "x" }\')"; }',
    'f() { g "$?" "$$" "$!" "$0" "${#all}" "${all[1]}" \\$1; }',
    'f() {\n  g # $1\n}',
    'f() {\n  g() { h "$1"; } # <path>\n  g a\n}',
    'g "$1"\nf() { h; }\nshift',
  ];
  expect(fine.flatMap(wrongContracts)).toEqual([]);
});
