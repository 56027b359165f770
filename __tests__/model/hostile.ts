import fc from 'fast-check';

/** Texts that something behind us might act on, if they ever came through. */
const NASTY = [
  '',
  ' ',
  '\0',
  'web1\0',
  'web1\n',
  '\nweb1',
  'web1\r\n',
  '\u2028',
  '\u00a0',
  '\ufeff',
  '"',
  "'",
  '\\',
  '`reboot`',
  '$(reboot)',
  '${reboot}',
  '${TfToken[TOKEN.0]}',
  '%{ if true }',
  '$${x}',
  '-rf',
  '--help',
  '-oProxyCommand=reboot',
  '..',
  '../../etc/passwd',
  '/etc/xen/../passwd',
  '/',
  '~',
  '*',
  '#',
  ';reboot',
  '&&reboot',
  '|reboot',
  '>x',
  'a,b',
  'mac=00:16:3e:00:00:01',
  '__proto__',
  'constructor',
  'toString',
  '\u202etxt.1bew',
  '\u2066x\u2069',
  '\u0430dmin',
  'we\u0301b',
  '\ud800',
  '\udc00x',
  '\u{1f4a9}',
  '\x1b[2J',
  '\x1b]0;x\x07',
  '\x7f',
  'ＡＢＣ',
  '١٢٣',
  'NaN',
  '1e3',
  '0x10',
  '-1',
  '192.0.2.1\n',
  '192.0.2.1 ',
  '0300.0.2.1',
  '3221225985',
  '::ffff:192.0.2.1',
  '52:54:00:12:34:56\n',
  'x'.repeat(20_000),
  '/a'.repeat(20_000),
  'a.'.repeat(10_000),
  'a-'.repeat(10_000),
  '9'.repeat(20_000),
  ':'.repeat(20_000),
  '\ud800'.repeat(10_000),
] as const;

const piece = fc.oneof(
  fc.constantFrom(...NASTY.filter((text) => text.length < 100)),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.string({ unit: 'grapheme-ascii', maxLength: 8 }),
  fc.string({ unit: fc.constantFrom(...Array.from(' \t\r\n"\'\\$`{}%()[]#;&|<>,=:/.-~@+_')), maxLength: 4 }),
);

/** A good value with one thing wrong in it, or none: the texts that a pattern is most likely to be lax about. */
function nearly(good: readonly string[]): fc.Arbitrary<string> {
  return fc.tuple(fc.constantFrom(...good), fc.nat(), fc.nat(3), piece).map(([text, where, cut, inserted]) => {
    const at = where % (text.length + 1);
    return text.slice(0, at) + inserted + text.slice(at + cut);
  });
}

/** Texts for a field of which some good values are known. */
export function hostileText(good: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom(...NASTY) },
    { weight: 2, arbitrary: fc.string({ unit: 'binary' }) },
    { weight: 2, arbitrary: fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join('')) },
    { weight: 6, arbitrary: nearly(good) },
  );
}
