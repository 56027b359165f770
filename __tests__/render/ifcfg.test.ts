import fc from 'fast-check';
import { ifcfgLine, parseIfcfg, renderIfcfg } from '../../lib/render/ifcfg';
import { outputOf, piecesOf } from './shell';

const upper = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ');

/** A key that is no variable of the shell's own. */
const key = fc
  .string({ unit: fc.constantFrom(...upper, ...Array.from('0123456789_')), maxLength: 12 })
  .map((rest) => `K${rest}`);
const value = fc.string({
  unit: fc.constantFrom(...upper, ...Array.from('abcxyz0123456789 ._:/=,-')),
  maxLength: 40,
});
const keys = fc.array(fc.tuple(key, value), { maxLength: 12 }).map((entries) => new Map(entries));

/** What the real shell has in the variables after it has sourced a text, as initscripts do; unset ones are undefined. */
function sourced(text: string, names: readonly string[]): readonly (string | undefined)[] {
  const script = `${text}\nfor name in ${names.join(' ')}; do printf '%s\\0' "\${!name-(unset)}"; done\n`;
  return piecesOf(outputOf('bash', ['--noprofile', '--norc', '-s'], script)).map((found) =>
    found === '(unset)' ? undefined : found,
  );
}

test('what is written is what the real shell reads', () => {
  fc.assert(
    fc.property(keys, (written) => {
      const names = [...written.keys()];
      fc.pre(names.length > 0);
      expect(sourced(renderIfcfg('# header', written), names)).toEqual([...written.values()]);
    }),
    { numRuns: 40 },
  );
});

test('what is written is what is read back, in its order', () => {
  fc.assert(
    fc.property(keys, (written) => {
      const { keys: read, strange } = parseIfcfg(renderIfcfg('# header', written));
      expect([...read]).toEqual([...written]);
      expect(strange).toEqual([]);
    }),
  );
});

const foreign = fc.array(
  fc.oneof(
    fc.constantFrom(
      '"a b"',
      "'a b'",
      'a"b"\'c\'',
      '\\"',
      '"\\""',
      'a#b',
      ' # c',
      '~',
      '~root',
      'a:~',
      '$HOME',
      '`x`',
      '\\',
      '"\\a"',
      '!',
      '*',
      '{a,b}',
      '=',
      '\u00a0',
      '\f',
      '\v',
      '\r',
      'é',
    ),
    fc.string({ unit: fc.constantFrom(...Array.from('ab1 \t"\'\\#~!*?[]{}=:,.%^+-/@')), maxLength: 5 }),
  ),
  { maxLength: 4 },
);

test('a line of any other hand is read as the shell reads it, or called strange', () => {
  const line = fc
    .tuple(fc.constantFrom('', ' ', '\t', 'export '), foreign)
    .map(([lead, pieces]) => [lead, pieces.join('')]);
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 30 }), (lines) => {
      // Each under a key of its own, so that one shell can answer for all that are plain.
      const all = lines.map(([lead = '', word = ''], index) => ({
        key: `K_${index}`,
        text: `${lead}K_${index}=${word}`,
      }));
      const plain = all.filter(({ text }) => parseIfcfg(text).strange.length === 0);
      for (const { text } of all) expect(parseIfcfg(text).keys.size + parseIfcfg(text).strange.length).toBe(1);
      fc.pre(plain.length > 0);
      const text = plain.map((one) => `${one.text}\n`).join('');
      const { keys: read } = parseIfcfg(text);
      expect(plain.map(({ key: name }) => read.get(name))).toEqual(
        sourced(
          text,
          plain.map(({ key: name }) => name),
        ),
      );
    }),
    { numRuns: 60 },
  );
});

test.each([
  'DEVICE=eth0\r',
  'NAME=$(reboot)',
  'NAME=`reboot`',
  'NAME=$HOME',
  'NAME=~root',
  'A=1; reboot',
  'A=1 reboot',
  'A=1&',
  'if true; then',
  'reboot',
  'A =1',
  'A="open',
  "A='open",
  'A=(1 2)',
  'export A={b,c}',
  'A+=1',
  '1A=x',
  '\ufeffDEVICE=eth0',
])('%j is for a person to look at', (line) => {
  expect(parseIfcfg(`A="1"\n${line}\n`)).toEqual({ keys: new Map([['A', '1']]), strange: [line] });
});

test('comments, blank lines and blanks around are nothing', () => {
  const text = '# DEVICE=eth1\n\n  \t\n  DEVICE=eth0   # the first\n\t# x\nexport TYPE="Ethernet"\t\n';
  expect(parseIfcfg(text)).toEqual({
    keys: new Map([
      ['DEVICE', 'eth0'],
      ['TYPE', 'Ethernet'],
    ]),
    strange: [],
  });
});

test('of a key given twice the last wins, as in the shell', () => {
  expect([...parseIfcfg('A=1\nB=2\nA=3').keys]).toEqual([
    ['A', '3'],
    ['B', '2'],
  ]);
});

/** Not one of them may get into a file that a shell runs as root. */
const FAULTS: readonly (readonly [string, string])[] = [
  ['device', 'eth0'],
  ['1DEVICE', 'eth0'],
  ['A-B', 'x'],
  ['', 'x'],
  ...['"', "'", '$', '`', '\\', '\n', '\r', ';', '&', '#', '~', '\0', 'é', '\u00a0'].map(
    (sign) => ['NAME', `a${sign}`] as const,
  ),
];

test.each(FAULTS)('the assignment %j=%j, which the model never lets through, is a fault of ours', (name, text) => {
  expect(() => ifcfgLine(name, text)).toThrow('not a plain ifcfg assignment');
});
