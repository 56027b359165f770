import fc from 'fast-check';
import { shellJoin, shellQuote } from '../../lib/render/shell-quote';
import { hostileText } from '../model/hostile';
import { outputOf, piecesOf } from './shell';

/** Any text that a program can be given as an argument: no NUL, and no half of a surrogate pair, which has no bytes. */
const word = hostileText(['web1', "it's", '/etc/xen/web1'])
  .map((text) => Buffer.from(text.replaceAll('\0', '')).toString())
  .filter((text) => text.length < 50_000);

test.each(['bash', 'dash', 'sh'])('every word comes through %s as it is', (shell) => {
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 60 }), (words) => {
      const script = `printf '%s\\0' ${shellJoin(words)}\n`;
      expect(piecesOf(outputOf(shell, ['-s'], script))).toEqual(words);
    }),
    { numRuns: 25 },
  );
});

test.each([
  ['web1', 'web1'],
  ['--bridge', '--bridge'],
  ['52:54:00:aa:00:01', '52:54:00:aa:00:01'],
  ['xenbr0,00:16:3e:a6:05:8f,192.0.2.21', 'xenbr0,00:16:3e:a6:05:8f,192.0.2.21'],
  ['', "''"],
  ['a b', "'a b'"],
  ["it's", "'it'\\''s'"],
  ['~', "'~'"],
  ['*', "'*'"],
  ['#x', "'#x'"],
  ['$x', "'$x'"],
])('%j is written as %s: bare where a reader can be sure', (given, quoted) => {
  expect(shellQuote(given)).toBe(quoted);
});

test('a NUL, which no argument can hold, is a fault of the caller', () => {
  expect(() => shellQuote('a\0b')).toThrow('a shell word cannot contain a NUL character');
});
