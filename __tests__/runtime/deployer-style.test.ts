import { DEPLOYER_PROGRAMS } from '../../lab/userland/programs';
import { runtimeFiles } from '../helpers/runtime-files';
import { type Command, commandsIn } from '../helpers/shell-programs';
import { shellText } from '../helpers/shell-words';

/*
 * What runs where Terraform runs keeps to the programs, and to their options, that Debian, Alpine (busybox) and macOS all
 * have: lab/userland/programs.ts. `npm run test:userland` runs it with such programs only.
 */

const files = Object.entries(runtimeFiles()).filter(([name]) => /^(deployer|both)\//.test(name));
/** The runtime's functions, without the one that stands for a program on old hosts alone. */
const FUNCTIONS = new Set(
  Object.entries(runtimeFiles())
    .filter(([name]) => name !== 'host/facts/timeout.sh')
    .flatMap(([, text]) => [...text.matchAll(/^ *([A-Za-z_]\w*)\(\)/gm)].map(([, name = '']) => name)),
);
/** bash's own, in 3.2. */
const BUILTINS = new Set(
  (
    '. : [ [[ break builtin cd command continue declare echo eval exec exit export false kill local printf pwd read ' +
    'readonly return set shift shopt test trap true type ulimit umask unset wait'
  ).split(' '),
);

/** What is wrong with a command; nothing where all is well. */
function wrongWith({ name, args }: Command): string | undefined {
  if (BUILTINS.has(name) || FUNCTIONS.has(name)) return undefined;
  // What starts the others; a function that is given.
  if (name === 'bash' || /^"\$\d"$/.test(name)) return undefined;
  const options = DEPLOYER_PROGRAMS[name];
  if (options === undefined) return `starts ${name}`;
  const strange = args.filter((word) => /^["']?-./.test(word)).filter((word) => !options.includes(word));
  if (strange.length > 0) return `${name} ${strange.join(' ')}`;
  const device = args.find((word) => /^["']?\/(proc|dev\/(shm|full))\b/.test(word));
  if (device !== undefined) return `${name} ${device}`;
  if (name === 'mktemp' && !/X{6,}"?$/.test(args.at(-1) ?? '')) return 'mktemp without a template';
  return undefined;
}

/** What awk and sed have on GNU's machines alone, and bash in later years in a way that no pattern of a word tells. */
const GNU_ONLY: readonly (readonly [string, RegExp])[] = [
  ["gawk's own function", /\b(gensub|strtonum|asorti?|systime|mktime|strftime|patsplit|compl|lshift|rshift|xor)\s*\(/],
  ["gawk's own variable", /\b(IGNORECASE|PROCINFO|FPAT|FIELDWIDTHS|RT|BEGINFILE|ENDFILE)\b/],
  ['a count in a pattern of awk', /\bawk\b[^\n]*\/[^/\n]*[\])\w.]\{\d+(,\d*)?\}[^/\n]*\//],
  ["gawk's edge of a word", /\\[<>y]\b/],
  ["GNU sed's own pattern", /\bsed\b[^'\n]*'[^'\n]*\\[+?|wWsSn]/],
];

function findings(text: string): string[] {
  const commands = commandsIn(text).flatMap((command) => {
    const wrong = wrongWith(command);
    return wrong === undefined ? [] : [`${command.line}: ${wrong}`];
  });
  const lines = text
    .split('\n')
    .flatMap((line, index) =>
      /^\s*#/.test(line)
        ? []
        : GNU_ONLY.filter(([, pattern]) => pattern.test(line)).map(([name]) => `${index + 1}: ${name}`),
    );
  // The file's own commands are the last of its lists. bash 3.2 takes the first `)` of a `case` for the end of `$( )`.
  const nested = shellText(text)
    .lists.slice(0, -1)
    .flatMap((words) => words.filter((word, n) => word.text === 'case' && words[n - 1]?.separator !== false))
    .map(({ at }) => `${text.slice(0, at).split('\n').length}: case inside of $( )`);
  return [...commands, ...lines, ...nested];
}

test.each(files)('%s starts only what each machine has that may run Terraform', (_, text) => {
  expect(findings(text)).toEqual([]);
});

test('each program of the list is started, and the files start most of them', () => {
  const started = new Set(files.flatMap(([, text]) => commandsIn(text).map(({ name }) => name)));
  expect(Object.keys(DEPLOYER_PROGRAMS).filter((name) => !started.has(name))).toEqual([]);
  for (const name of ['complain', 'tar', 'awk', 'hear']) expect(started).toContain(name);
});

test('start.sh looks for each of them, and for nothing else', () => {
  const text = runtimeFiles()['deployer/start.sh'] ?? '';
  const looked = /^for program in (.*); do$/m.exec(text)?.[1]?.split(' ').sort();
  expect(looked).toEqual(['bash', ...Object.keys(DEPLOYER_PROGRAMS).filter((name) => name !== 'sh')].sort());
});

test.each([
  ['sum=$(sha256sum <file)', '1: starts sha256sum'],
  ['x=1\nif timeout 5 cat; then :; fi', '2: starts timeout'],
  ['ready | setsid cat', '1: starts setsid'],
  ['{ readlink -f x; } >y', '1: starts readlink'],
  ['case $x in a) date -d now ;; esac', '1: starts date'],
  ['case $x in\n  a | b)\n    find . -printf x\n    ;;\nesac', '3: starts find'],
  ['f() { stat -c %u x; }', '1: starts stat'],
  ["trap 'shred x' EXIT", '1: starts shred'],
  ['exec head -c 3 x', '1: starts head'],
  ['LC_ALL=C flock 9 </dev/null 2>&1', '1: starts flock'],
  ['a && ! base64 x', '1: starts base64'],
  ['while read -r x; do seq 1 2; done < <(jot 3)', '1: starts seq'],
  ['sed -i s/a/b/ x', '1: sed -i'],
  ['sort -V x', '1: sort -V'],
  ['grep -z a x', '1: starts grep'],
  ['ls -Z x', '1: ls -Z'],
  ['x=$(mktemp)', '1: mktemp without a template'],
  ['mktemp -d', '1: mktemp without a template'],
  ['awk \'{ print gensub(/a/, "b", 1) }\'', "1: gawk's own function"],
  ["awk 'BEGIN { IGNORECASE = 1 }'", "1: gawk's own variable"],
  ["awk '/^[0-9]{3}$/'", '1: a count in a pattern of awk'],
  ["awk '/\\<a\\>/'", "1: gawk's edge of a word"],
  ["sed 's/a\\+/b/'", "1: GNU sed's own pattern"],
  ['x=(a)\nx=(a b) date', '2: starts date'],
  ['ls -ld /dev/shm', '1: ls /dev/shm'],
  ['x=$(\n  case $1 in a) echo b ;; esac\n)', '2: case inside of $( )'],
])('%j is found', (text, finding) => {
  expect(findings(text)).toContain(finding);
});

test.each([
  'cat x 2>&1 >/dev/null | cut -d : -f 1',
  'case $1 in sha256sum) true ;; timeout | date) cat x ;; esac',
  'for date in a b; do echo "$date"; done',
  'cat <<EOT\ndate\nEOT\ncat x',
  '# date\ntar -chf - x',
  'echo date "$(cat x)" ${x:-date}',
  "awk '{ print }' x; rm -f x",
  "complain 'date -d' && mkdir -p x",
  'exec 5>x 6<y',
  'x=$((date + 1)); local date=1',
  'read -r date <x',
  'awk \'{ print "a{1}" } END { exit }\'',
  'kill -KILL 1; wait 1',
  'x=(date seq)\nx+=("$date")\ncat x',
])('%j is fine', (text) => {
  expect(findings(text)).toEqual([]);
});
