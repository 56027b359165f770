import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/* The one reader of numbers. */

const NUMBERS = join(__dirname, '../../../lib/runtime/both/numbers.sh');

function bash(script: string, ...words: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-uc', `. "$0"; ${script}`, NUMBERS, ...words], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { status, output: stdout + stderr };
}

const ofThese = (reader: string, words: readonly string[]): string[] =>
  bash(`for word in "$@"; do ! ${reader} "$word" || printf '%s\\n' "$word"; done`, ...words)
    .output.split('\n')
    .slice(0, -1);

test('a number is digits that bash can count with and nothing else', () => {
  const folder = mkdtempSync(join(tmpdir(), 'numbers-'));
  const good = ['0', '1', '10', '4096', '999999999999999999'];
  const bad = [
    ...[
      '',
      ' ',
      '00',
      '08',
      '-1',
      '+1',
      '1 ',
      ' 1',
      '1\n',
      '\n1',
      '1e9',
      '0x10',
      '1.5',
      '16#ff',
      '1_0',
      '٣',
      'x',
      'SECONDS',
    ],
    ...[
      '1000000000000000000',
      '9223372036854775808',
      '9'.repeat(5000),
      `UID[$(touch ${folder}/canary)]`,
      '1;x',
      '*',
      '[0-9]',
      '-eq',
    ],
  ];
  expect(ofThese('is_number', [...good, ...bad])).toEqual(good);
  expect(existsSync(join(folder, 'canary'))).toBe(false);
  rmSync(folder, { recursive: true, force: true });
});

test('hexadecimal digits are at most eight of them', () => {
  const good = ['0', '1', 'fd', 'FF', '08', 'ffffffff'];
  expect(ofThese('is_hex', [...good, '', '0x1', 'g', '-1', '123456789', 'f f', '$(x)', 'UID[0]'])).toEqual(good);
});

test('what is no number ends the step, with what was said in a form that can be shown', () => {
  const check = 'fail() { printf "%s\\n" "$*"; exit 1; }; check_number "$@"; echo passed';
  expect(bash(check, 'the size', '1', '2')).toEqual({ status: 0, output: 'passed\n' });
  expect(bash(check, 'the size', '1', `\x1b[2J7\r\n${'x'.repeat(500)}`)).toEqual({
    status: 1,
    output: `the size is '[2J7${'x'.repeat(56)}', expected: a whole number of at most 18 digits\n`,
  });
});
