import fc from 'fast-check';
import { decodeWord, encodeWord } from '../../../../lib/facts/fact';
import { AWKS, hidden, readConfigs, runAwk } from '../../../helpers/config-facts';
import { XlSyntaxError, parseXlConfig } from '../../../helpers/parse-xl-config';
import { sampled } from '../../../render/sampled';

/* What the collector reads in the text of a configuration, and what it keeps for itself. */

jest.setTimeout(120_000);

/** What the parser in TypeScript makes of a text, as facts; undefined if it refuses the text. */
function expected(text: string): string[] | undefined {
  try {
    return [...parseXlConfig(text)]
      .map(([key, value]) => {
        const words = typeof value === 'object' ? ['[', ...value.map(encodeWord), ']'] : [encodeWord(String(value))];
        return ['config', key, ...words].join(' ');
      })
      .sort();
  } catch (error) {
    if (error instanceof XlSyntaxError) return undefined;
    throw error;
  }
}

const token = fc.constantFrom(
  ...['a', 'extra', '=', '=', '=', '"x"', "'y'", '"', "'", '[', ']', ',', ';'],
  ...['1', '0x', '08', '010', '0x1f', '0x1F', '0X1', '12abc'],
  ...[
    '\n',
    '\n',
    ' ',
    '\t',
    '#',
    '#c\n',
    '"a,b"',
    '\\',
    '"\\n"',
    '"\\z"',
    '"\\\\\\""',
    '-',
    '.',
    '(',
    '%',
    'A',
    '\r',
    'é',
  ],
  ...['"é☃"', '9z', '["a"]', '["a",\n1 # c\n,]', '"% *"', '""', '"\r"'],
);
const assignment = fc.tuple(fc.constantFrom('a', 'extra', 'x.y'), token).map(([key, value]) => `${key}=${value}\n`);
const ANY_TEXT = fc.oneof(
  fc.array(token, { minLength: 1, maxLength: 8 }).map((tokens) => tokens.join('')),
  fc
    .array(fc.oneof({ weight: 3, arbitrary: assignment }, token), { minLength: 1, maxLength: 5 })
    .map((parts) => parts.join('')),
);
const STRING = fc
  .string({ maxLength: 20 })
  .map((text) => `"${text.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n').replace(/\0/g, '')}"`);
const GOOD_TEXT = fc
  .array(
    fc.tuple(
      fc.constantFrom('name', 'memory', 'extra', 'on_crash', 'x.y_9'),
      fc.oneof(
        STRING,
        fc.nat().map(String),
        fc.nat().map((n) => `0x${n.toString(16)}`),
        fc.nat().map((n) => `0${n.toString(8)}`),
        fc.array(STRING, { maxLength: 4 }).map((items) => `[ ${items.join(',\n # c\n ')} ]`),
      ),
      fc.constantFrom('\n', ';', ' # c\n', '\n\n'),
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((parts) => parts.map(([key, value, end]) => `${key} = ${value}${end}`).join(''));

test.each(AWKS)('%s and the parser in TypeScript agree about texts, good and bad', (awk) => {
  for (const [arbitrary, count] of [
    [ANY_TEXT, 600],
    [GOOD_TEXT, 300],
  ] as const) {
    const { seed, values: texts } = sampled(arbitrary, count);
    const said = readConfigs(awk, texts);
    const differing = texts.flatMap((text, index) => {
      const ours = said[index] ?? [];
      const theirs = expected(text);
      const agree =
        theirs === undefined
          ? ours.some((line) => line.startsWith('config-odd '))
          : ours.join('\n') === theirs.join('\n');
      return agree ? [] : [{ text, ours, theirs }];
    });
    expect({ seed, differing }).toEqual({ seed, differing: [] });
  }
});

test.each(AWKS)('%s computes SHA-256', (awk) => {
  const texts = fc
    .sample(fc.string({ unit: 'binary', maxLength: 200 }), 60)
    .map((text) => text.replace(/[\0\p{Surrogate}]/gu, ''));
  const all = [
    '',
    'abc',
    'a'.repeat(55),
    'b'.repeat(56),
    'c'.repeat(63),
    'd'.repeat(64),
    'e'.repeat(119),
    'f'.repeat(4096),
    ...texts,
  ];
  const program = `"$SECRETS_AWK"'BEGIN { for (i = 1; i < ARGC; i++) print hidden(ARGV[i]); exit }'`;
  expect(runAwk(awk, program, all).split('\n').slice(0, -1)).toEqual(all.map(hidden));
});

test.each(AWKS)('%s tells no secret', (awk) => {
  const text = [
    "vncpasswd = 'geheim'",
    'spicepasswd="geheim"',
    "vfb = [ 'vnc=1,vncpasswd=geheim,vnclisten=0.0.0.0' ]",
    'vnc_passwd = geheim',
    'import x; password = "geheim"',
    "disk = [ 'target=http://me:geheim@host/a,b', 'format=raw,vdev=xvda,target=rbd:a:key=geheim' ]",
    "device_model_args = [ '-object', 'secret,id=s,data=geheim' ]",
    'pw_secret = [ "a",\n"geheim"\n',
  ].join('\n');
  const [said = []] = readConfigs(awk, [text]);
  expect(said.join('\n').replace(/%../g, '')).not.toContain('geheim');
  expect(said).toContain(`config vncpasswd ${hidden('geheim')}`);
  expect(said).toContain(`config vfb [ vnc=1,vncpasswd=${hidden('geheim')},vnclisten=0.0.0.0 ]`);
});

test.each(AWKS)('%s reads what is damaged without an end, and says it', (awk) => {
  const texts = [
    'a = [ "x",\n"y"\n',
    'a = [ 1,\nb = 2\n',
    'a = 1\r\n',
    '# end',
    'a=1\nb',
    'a = "x',
    `a = "${'x '.repeat(400_000)}"\n`,
    ';'.repeat(60_000),
    'def f():\n  return 1\na = 1\n',
  ];
  const said = readConfigs(awk, texts);
  expect(said[0]).toEqual(['config-odd "y"', 'config-odd a%20=%20[%20"x",']);
  expect(said[1]).toEqual(['config b 2', 'config-odd a%20=%20[%201,']);
  expect(said[2]).toEqual(['config a 1', 'config-odd a%20=%201%0D']);
  expect(said[3]).toEqual(['config-odd #%20end']);
  expect(said[4]).toEqual(['config a 1', 'config-odd b']);
  expect(said[5]).toEqual(['config-odd a%20=%20"x']);
  expect(decodeWord(said[6]?.[0]?.split(' ')[2] ?? '')).toBe('x '.repeat(400_000));
  expect(said[7]).toEqual([]);
  expect(said[8]).toEqual(['config a 1', 'config-odd %20%20return%201', 'config-odd def%20f():']);
});
