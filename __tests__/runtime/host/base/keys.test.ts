import fc from 'fast-check';
import { XlParser } from '../../../../lab/xl/xl';
import { type KeysSet, type Setting, setKeys } from '../../../helpers/set-keys';
import { sampled } from '../../../render/sampled';

/* Keys of ours in files of others: after that the program that reads the file has our values and all others as before. */

jest.setTimeout(180_000);

const awk = fc.constantFrom('gawk', 'mawk', 'busybox awk', 'gawk --posix');
const oneOf = (...texts: readonly string[]) => fc.constantFrom(...texts);
const joined = (...parts: readonly fc.Arbitrary<string>[]) => fc.tuple(...parts).map((texts) => texts.join(''));

/** A file of such lines, with or without a line feed at its end. */
const fileOf = (line: fc.Arbitrary<string>) =>
  fc
    .tuple(fc.array(line, { maxLength: 7 }), fc.boolean())
    .map(([lines, ended]) => lines.join('\n') + (ended && lines.length > 0 ? '\n' : ''));

const linesOf = (text: string): readonly string[] => text.replace(/\n$/, '').split('\n');

/** That nothing was changed but lines of ours, and nothing at all the second time or where nothing is to be done. */
function expectOnlyOurs({ file }: Setting, done: KeysSet, isOurs: (line: string) => boolean): void {
  const others = (text: string): readonly string[] => linesOf(text).filter((line) => line !== '' && !isOurs(line));
  expect(others(done.once)).toEqual(others(file));
  expect(done.twice).toBe(done.once);
  if (done.hadOurLines) expect(done.once.replace(/\n$/, '')).toBe(file.replace(/\n$/, ''));
}

const VALUE = oneOf(
  ...[
    '',
    'yes',
    'no',
    '"yes"',
    "'no'",
    '"a b"',
    "'a \"b'",
    '"a\'b"',
    'a\\ b',
    '"\\$x"',
    '"\\x"',
    '"a""b"',
    'a\'b\'"c"',
  ],
  ...['#a', 'a#b', '~', 'a:~', '$X', '"$X"', '`x`', '{a,b}', 'é', '"a;b"', '"K1=no"', "'${K1:=no}'", '${K2:=no}'],
  ...['=', 'a=b', '(', 'yes\\', '"open', "'open", 'a>b', 'yes\r', '"yes"\r'],
);
const ASSIGNMENT = joined(
  oneOf('', '', ' ', '\t', 'export ', ' export  '),
  oneOf('K1', 'K2', 'K3', 'K4'),
  oneOf('=', '=', '=', '+=', ' ='),
  VALUE,
);
const SHELL_LINE = fc.oneof(
  { weight: 6, arbitrary: joined(ASSIGNMENT, oneOf('', '', '', ' ', ' # K1=x', '\t#c', ';', '; # c', ' &', ' \r')) },
  { weight: 1, arbitrary: joined(ASSIGNMENT, oneOf(' ', '; ', ';', ' && '), ASSIGNMENT) },
  {
    weight: 2,
    arbitrary: oneOf('', ' ', '\r', '# K1=no', ' # c', '#\\', 'export K3', 'export K3 K4', 'unset K1', 'if true', 'fi'),
  },
);

test('the shell has our values and all others as before, or the line that nobody understands is named', () => {
  let accepted = 0;
  const keys = oneOf('K1="yes"\n', 'K1="yes"\nK2="a b"\n', 'K2=no\nK1="a\'b"\n', "K1='a\"b'\n", 'K1=""\n');
  const setting = fc.record({ reader: fc.constant('shell' as const), awk, keys, file: fileOf(SHELL_LINE) });
  fc.assert(
    fc.property(setting, (given) => {
      const done = setKeys(given);
      if (done.status !== 0) {
        expect([done.status, done.said]).toEqual([1, expect.stringMatching(/^line \d+[: ].*\n$/)]);
        return;
      }
      accepted += 1;
      const wanted = new Map([
        ['K1', given.keys.includes('K1=') ? /K1=(.*)/.exec(given.keys)?.[1] : undefined],
        ['K2', /K2=(.*)/.exec(given.keys)?.[1]],
      ]);
      ['K1', 'K2', 'K3', 'K4'].forEach((key, at) => {
        const value = wanted.get(key);
        if (value === undefined) expect(done.after[at]).toBe(done.before[at]);
        else
          expect(done.after[at]?.replace(/^declare -\S+ /, '')).toBe(
            `${key}="${value.replace(/^["']|["']$/g, '').replace(/"/g, '\\"')}"`,
          );
      });
      expectOnlyOurs(given, done, (line) =>
        [...wanted].some(([key, value]) => value !== undefined && line.includes(`${key}=`)),
      );
    }),
    { numRuns: 300 },
  );
  expect(accepted).toBeGreaterThan(50);
});

/** What sysctl -p of procps 3.2.8 sets: by paths below /proc/sys, the last one wins. */
function sysctlReads(text: string): ReadonlyMap<string, string> {
  const set = new Map<string, string>();
  for (const line of linesOf(text)) {
    const stripped = line.replace(/^[ \t]+/, '').replace(/[ \t\r]+$/, '');
    if (stripped.length < 2 || /^[#;]/.test(stripped)) continue;
    const [, name, rest] = /^=*([^=]+)=[\r]*([^\r]+)/.exec(stripped) ?? [];
    if (name === undefined || rest === undefined) continue;
    const key = name.replace(/[ \t\r]+$/, '');
    const swapped = key.replace(/[./]/g, (c) => (c === '.' ? '/' : '.'));
    set.set(/^[^.]*\//.test(key) ? key : swapped, rest.replace(/^[ \t]+/, ''));
  }
  return set;
}

test('what sysctl reads is read here as its source says', () => {
  const text = 'a.b = 1\r\n a/c.d=2 \t3 # x\n;a.b = 4\na.c/e==5\na.x =\nbad\n=a.z = 6\na/b=7\n-a.b = 8\n';
  expect([...sysctlReads(text)]).toEqual([
    ['a/b', '7'],
    ['a/c.d', '2 \t3 # x'],
    ['a/c.e', '=5'],
    ['a/z', '6'],
    ['-a/b', '8'],
  ]);
});

const SYSCTL_LINE = fc.oneof(
  {
    weight: 6,
    arbitrary: joined(
      oneOf('', '', ' ', '\t', '-', '='),
      oneOf('net.a', 'net/a', 'net.b-c.d', 'net/b-c/d', 'net.eth0/1.x', 'net/eth0.1/x', 'kernel.printk', 'plain'),
      oneOf('=', ' = ', '\t=', '= ', '==', ' '),
      oneOf('0', '1', '2 3', '2 3 ', '4\t4', '', '0 # no', '0\r', '1\r ', '\r1'),
    ),
  },
  { weight: 1, arbitrary: oneOf('', '# net.a = 0', '; net.a = 1', '\r', ' ', 'x', '#\\') },
);

test('sysctl sets our values and all others as before, however a key is written', () => {
  const keys = oneOf('net.a = 0\n', 'net.a = 2 3\nnet.b-c.d = 1\n', 'net.eth0/1.x=1\n', 'net/a = 0\nplain = 1\n');
  const setting = fc.record({ reader: fc.constant('sysctl' as const), awk, keys, file: fileOf(SYSCTL_LINE) });
  fc.assert(
    fc.property(setting, (given) => {
      const done = setKeys(given);
      expect([done.status, done.said]).toEqual([0, '']);
      const ours = sysctlReads(given.keys);
      // With a hyphen it is the same key to later releases, and a line of ours.
      const others = (text: string) => [...sysctlReads(text)].filter(([key]) => !ours.has(key.replace(/^-/, '')));
      expect(new Map(others(done.once))).toEqual(new Map(others(given.file)));
      const read = sysctlReads(done.once);
      expect([...ours].map(([key]) => [key, read.get(key)])).toEqual([...ours]);
      expectOnlyOurs(given, done, (line) => {
        const [, name = ''] = /^[ \t]*=*([^=]*)=/.exec(line) ?? [];
        return (
          !/^[ \t]*[#;]/.test(line) &&
          [...sysctlReads(`${name}=x`).keys()].some((key) => ours.has(key.replace(/^-/, '')))
        );
      });
    }),
    { numRuns: 200 },
  );
});

const XL_LINE = fc.oneof(
  {
    weight: 6,
    arbitrary: joined(
      oneOf('', '', ' ', '\t'),
      oneOf('name', 'kernel', 'vcpus', 'memory'),
      oneOf('=', ' = '),
      oneOf('"7"', "'8'", '9', '10', '"/a b"', '"\\x37"', "'\\''", '"a;b#"'),
      oneOf('', '', ' ', ' # x', ';', '; # c', ' \r', '; vcpus=3', ';name="n"'),
    ),
  },
  { weight: 1, arbitrary: oneOf('', '# memory = 0', ' # c', '\t', 'name=bare', 'memory', 'name="open', 'vcpus = 0x5') },
);

test('xl reads our values and all others as before, or the line that xl does not understand is named', async () => {
  const keys = oneOf('memory=65\n', 'kernel="/k"\nmemory="66"\n', "name='web1'\n", 'name="it\'s"\nkernel="/k"\n');
  const head = 'type="pv"\nname="n0"\nkernel="/k0"\nmemory=64\n';
  const file = fileOf(XL_LINE).map((text) => head + text);
  const setting = fc.record({ reader: fc.constant('xl' as const), awk, keys, file });
  const { seed, values } = sampled(setting, 150);
  const done = values.map((given) => ({ given, done: setKeys(given) }));
  const xl = XlParser.open();
  // A comment that ends with the file is an error to xl; what is written always has a line feed there.
  const before = await xl.parseAll(done.map(({ given }) => given.file.replace(/\n?$/, '\n')));
  // What is no number where there should be one is xl's own affair.
  const accepted = done.filter((one, at) => one.done.status === 0 && before[at]?.status === 0);
  expect(accepted.length).toBeGreaterThan(30);
  const after = await xl.parseAll(accepted.map((one) => one.done.once));
  // Whatever xl itself refuses was refused.
  done.forEach((one, at) => {
    if (before[at]?.status !== 0 && before[at]?.complaints.some((line) => /syntax error|lexical/.test(line)) === true) {
      expect([seed, one.given.file, one.done.status]).toEqual([seed, one.given.file, 1]);
    }
    if (one.done.status !== 0) expect(one.done.said).toMatch(/^line \d+[: ].*\n$/);
  });
  accepted.forEach((one, at) => {
    const domain = after[at]?.domain;
    const old = before[done.indexOf(one)]?.domain;
    const read = { name: domain?.c_info.name, kernel: domain?.b_info.kernel, memory: domain?.b_info.target_memkb };
    const was = { name: old?.c_info.name, kernel: old?.b_info.kernel, memory: old?.b_info.target_memkb };
    const ours = Object.fromEntries(
      linesOf(one.given.keys).map((line) => {
        const [, key = '', value = ''] = /^(\w+)=["']?(.*?)["']?$/.exec(line) ?? [];
        return [key, key === 'memory' ? Number(value) * 1024 : value];
      }),
    );
    expect([seed, one.given, read, domain?.b_info.max_vcpus]).toEqual([
      seed,
      one.given,
      { ...was, ...ours },
      old?.b_info.max_vcpus,
    ]);
    expectOnlyOurs(one.given, one.done, (line) =>
      Object.keys(ours).some((key) => new RegExp(`^\\s*${key}\\s*=`).test(line)),
    );
  });
});

const PLAIN: readonly (readonly [string, Partial<Setting>, string])[] = [
  [
    'export, quotes, comment and place stay',
    { file: "A=1\n export K1='no' # why\nB=2\n" },
    "A=1\n export K1='yes' # why\nB=2\n",
  ],
  ['a value that is right stays as it is written', { file: 'A=1\nK1=yes' }, 'A=1\nK1=yes\n'],
  ['later lines of the key go', { file: 'K1=a\nA=1\nexport K1=b\n' }, 'K1=yes\nA=1\n'],
  ['a file without an end of line gets one before ours', { file: 'A=1' }, 'A=1\nK1="yes"\n'],
  ['a CR is no part of our value', { file: 'K1=no\r\nA=1\r\n' }, 'K1=yes\nA=1\r\n'],
  ['a key that goes', { keys: '-K1\n', file: 'K1=a\nA=1\nexport K1=b\n' }, 'A=1\n'],
  ['blanks around = and the CR stay', { reader: 'sysctl', keys: 'a.b = 0\n', file: 'a/b\t=  1\r\n' }, 'a/b\t=  0\r\n'],
  ['a new key of sysctl has blanks', { reader: 'sysctl', keys: 'a.b = 0\n', file: 'c=1\n' }, 'c=1\na.b = 0\n'],
  ['xl wants quotes', { reader: 'xl', keys: 'a="off"\n', file: 'a = 1 # c\n' }, 'a = "off" # c\n'],
];

test.each(PLAIN)('%s', (_, change, wanted) => {
  const done = setKeys({ reader: 'shell', awk: 'gawk', keys: 'K1="yes"\n', file: '', ...change });
  expect([done.said, done.once]).toEqual(['', wanted]);
});

const NOT_UNDERSTOOD = 'only lines of the form KEY=value are understood there: mend it by hand';

test.each<readonly [string, string]>([
  ['A=1 K1=no', ' sets K1 beside others: give it a line of its own'],
  ['K1=no; A=1', ' sets K1 beside others: give it a line of its own'],
  ...[
    'if true; then',
    'A="open',
    'A=1 \\',
    '. /etc/other',
    'unset K1',
    'K1+=x',
    'K1=(yes)',
    'K1=yes &',
    'K1=no >/x',
  ].map((line) => [line, `: ${NOT_UNDERSTOOD}`] as const),
  ...['A=${K1:=no}', 'A="$((K1=1))"', 'A=1 B=${K1=no}'].map((line) => [line, `: ${NOT_UNDERSTOOD}`] as const),
])('%s is refused and named', (line, why) => {
  const file = `${line}\nK1="yes"\n`;
  const done = setKeys({ reader: 'shell', awk: 'gawk', keys: 'K1="yes"\n', file });
  expect([done.status, done.said, done.hadOurLines]).toEqual([1, `line 1${why}: ${line}\n`, false]);
});

test.each([
  ['# c\n\nA=1\nK1="a"\nexport B=\'x y\' # c\n  K3=\nK2="b"', true],
  ['K1="a"\n', false],
  ['K1="a"\nK1="a"\n', false],
  ['K1="a"\nK2="b"\nK1="a"\n', false],
  ['K1="a"\nK2="b"\nK1=c\n', false],
  ['K1="a"\nK2="b"\r\n', false],
  ['K1="a"\nK2=b\n', false],
  ['K1="a"\nK2="b"\nA=$K1\n', false],
  ['K1="a"\nK2="b"\nA=1; B=2\n', false],
  ['if true; then\nK1="a"\nK2="b"\nfi\n', false],
])('whether no program is needed for %j', (file, has) => {
  const given = { reader: 'shell', awk: 'gawk', keys: 'K1="a"\nK2="b"\n', file } as const;
  expect(setKeys(given).hadOurLines).toBe(has);
});
