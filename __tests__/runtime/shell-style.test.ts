import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

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
  ['global declare', /\bdeclare\s+-[a-zA-Z]*g/],
  ['parameter transformation', /\$\{[A-Za-z_][A-Za-z0-9_]*(\[[^\]]*\])?@[A-Za-z]\}/],
  ['case modification', /\$\{[A-Za-z_][A-Za-z0-9_]*(\^|,)/],
  ['mapfile', /\b(mapfile|readarray)\b/],
  ['wait -n', /\bwait\s+-n\b/],
  ['coproc', /\bcoproc\b/],
  ['&>>', /&>>/],
  ['|&', /\|&/],
  ['printf time', /%\([^)]*\)T/],
  ['negative substring', /\$\{[A-Za-z_][A-Za-z0-9_]*:[^}]*:\s*-/],
  ['test -v', /\[\[?\s+-v\s/],
  ['bare expansion of an array that may be empty', /(?<!\+)"\$\{[A-Za-z_]+\[@\]\}"/],
];

test.each(shellFiles().filter((file) => file.startsWith('lib/runtime/')))(
  '%s keeps to what bash 3.2 to 4.1 can do',
  (file) => {
    const lines = readFileSync(join(ROOT, file), 'utf8').split('\n');
    const found = TOO_NEW.flatMap(([name, pattern]) =>
      lines.flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1}: ${name}: ${line.trim()}`] : [])),
    );
    expect(found).toEqual([]);
  },
);

test('the patterns for too new bash do catch it', () => {
  const samples = [
    'local -n x=$1',
    'declare -A map',
    'declare -g y',
    'echo ${v@Q}',
    'echo ${v^^}',
    'mapfile -d "" a',
    'wait -n',
    'coproc x',
    'x &>>log',
    'a |& b',
    "printf '%(%s)T'",
    'echo ${v:0:-1}',
    '[ -v x ]',
    'f "${a[@]}"',
  ];
  expect(samples.filter((sample) => !TOO_NEW.some(([, pattern]) => pattern.test(sample)))).toEqual([]);
});
