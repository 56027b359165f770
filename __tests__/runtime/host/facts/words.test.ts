import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import { decodeWord, encodeWord } from '../../../../lib/facts/fact';

const WORDS = join(__dirname, '../../../../lib/runtime/host/facts/words.sh');

/** Runs a script that has sourced the words, with texts as its arguments. */
function bash(script: string, texts: readonly string[]): readonly string[] {
  const code = `export LC_ALL=C; set -u; . ${WORDS}; ${script}`;
  const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', code, 'words', ...texts], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.split('\n').slice(0, -1);
}

const text = fc.string({ unit: 'binary' }).filter((one) => !one.includes('\0') && !/\p{Surrogate}/u.test(one));

test("the shell's words are those of the deployer", () => {
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 50 }), (texts) => {
      expect(bash('for one; do encode "$one"; echo "$word"; done', texts)).toEqual(texts.map(encodeWord));
    }),
    { numRuns: 40 },
  );
});

test.each(['gawk', 'mawk', 'busybox awk'])("awk's words are those of the deployer: %s", (awk) => {
  const lines = text.filter((one) => !one.includes('\n'));
  fc.assert(
    fc.property(fc.array(lines, { minLength: 1, maxLength: 50 }), (texts) => {
      const script = `printf '%s\\n' "$@" | ${awk} "$FACT_WORDS_AWK"'BEGIN { prepare_words() } { print word($0) }'`;
      expect(bash(script, texts)).toEqual(texts.map(encodeWord));
    }),
    { numRuns: 40 },
  );
});

test('bytes that are no text come through too', () => {
  const script = `for one in $'\\xff' $'a\\x80b' $'\\x01\\x7f'; do encode "$one"; echo "$word"; done`;
  expect(bash(script, [])).toEqual(['%FF', 'a%80b', '%01%7F']);
  expect(decodeWord('%FF')).toBe('�');
});

test('what could not be asked is one line, whatever the reason holds', () => {
  expect(bash(`unknown domain $'xl list:\\nfailed'`, [])).toEqual(['unknown domain xl%20list:%0Afailed']);
});

test('a kind is wanted by its whole name', () => {
  expect(
    bash(`kinds='link port-option'; for one in link port port-option; do wants "$one" && echo "$one"; done; :`, []),
  ).toEqual(['link', 'port-option']);
});
