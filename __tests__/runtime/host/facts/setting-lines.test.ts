import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { decodeWord, type Fact, formatFact, parseFacts } from '../../../../lib/facts/fact';
import { sourced } from '../../../helpers/sourced-settings';

/* What files set, held against the programs that read such files: bash, grep, and what is written of sysctl and xl. */

jest.setTimeout(120_000);

const RUNTIME = join(__dirname, '../../../../lib/runtime');

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'setting-lines-'));
});

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

const AWKS = ['gawk', 'gawk --posix', 'mawk', 'busybox awk'];

/** The facts of files, each read in its form; a place for each. */
function read(form: string, texts: readonly string[], awk = 'gawk'): readonly (readonly Fact[])[] {
  const places = texts.map((text, at) => {
    const place = join(directory, `ifcfg-${at}`);
    writeFileSync(place, text, 'latin1');
    return place;
  });
  const files = ['both/numbers.sh', 'host/base/key-lines.sh', 'host/facts/words.sh'].concat(
    ['setting-files', 'setting-lines', 'setting-keys'].map((name) => `host/facts/${name}.sh`),
  );
  const script = `export LC_ALL=C; set -u; ${files.map((file) => `. ${RUNTIME}/${file}`).join('; ')}
    run_on_files() { shift; ${awk} "$@" </dev/null; }; kinds='key line onboot'; pairs=()
    for place; do pairs+=(form=${form} "$place"); done
    all=$(in_chunks read_settings 2 \${pairs[@]+"\${pairs[@]}"}) || exit; print_settings`;
  const { stdout, stderr, status } = spawnSync('bash', ['--norc', '-c', script, 'read', ...places], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  const facts = parseFacts(stdout);
  const placeOf = ({ kind, subject, value }: Fact): string =>
    decodeWord((kind === 'unknown' ? value[1] : subject[0]) ?? '');
  const byPlace = new Map<string, Fact[]>(places.map((place) => [place, []]));
  for (const fact of facts) byPlace.get(placeOf(fact))?.push(fact);
  return [...byPlace.values()];
}

const keysOf = (facts: readonly Fact[]): Record<string, string> =>
  Object.fromEntries(
    facts.filter(({ kind }) => kind === 'key').map(({ subject, value }) => [subject[1] ?? '', value[0] ?? '']),
  );
const linesOf = (facts: readonly Fact[]): readonly string[] =>
  facts.filter(({ kind }) => kind === 'line').map(({ subject }) => decodeWord(subject[1] ?? ''));
const onbootOf = (facts: readonly Fact[]): string | undefined => facts.find(({ kind }) => kind === 'onboot')?.value[0];

const oneOf = (...texts: readonly string[]) => fc.constantFrom(...texts);
const joined = (...parts: readonly fc.Arbitrary<string>[]) => fc.tuple(...parts).map((texts) => texts.join(''));
const ODD_VALUE = oneOf(
  ...['', 'yes', 'no', '"yes"', "'no'", '"a b"', '"a\'b"', 'a\\ b', '"\\$x"', '"\\x"', '"a""b"', 'a\'b\'"c"', '#a'],
  ...['a#b', '~', 'a:~', '$X', '"$X"', '`echo x`', '{a,b}', '\u00e9', '"a;b"', '"K1=no"', '${K1:=no}', '=', 'a=b'],
  ...[
    '(',
    'yes\\',
    '"open',
    "'open",
    'a>/dev/null',
    'yes\r',
    '"yes"\r',
    '"two\nlines"',
    "'a\nK1=no\n'",
    '"x\\\ny"',
    '%',
    '*',
  ],
);
const PLAIN_VALUE = oneOf('yes', 'no', '"a b"', "'NO'", 'a#b', '"two\nlines"', 'yes\r', '%', '\u00e9');
const VALUE = fc.oneof(ODD_VALUE, PLAIN_VALUE);
const KEY = oneOf('K1', 'K2', 'ONBOOT');
const SHELL_LINE = fc.oneof(
  {
    weight: 8,
    arbitrary: joined(
      oneOf('', '', '', ' ', '\t', 'export '),
      KEY,
      oneOf('=', '=', '=', '=', '=', '+=', ' ='),
      VALUE,
      oneOf('', '', '', '', ' ', ' # K1=x', "\t#it's", ';', ' &', ' \r'),
    ),
  },
  { weight: 2, arbitrary: joined(KEY, oneOf('='), VALUE, oneOf(' ', '; ', ' && ', ' || '), KEY, oneOf('='), VALUE) },
  {
    weight: 2,
    arbitrary: oneOf(
      ...['', ' ', '\r', '# K1=no', "# it's", 'export K1', 'unset K1', 'if false; then', 'if true; then', 'fi', 'else'],
      ...[
        'return',
        'exit',
        '. /dev/null',
        'eval K1=x',
        'true',
        'echo hi',
        'f() { K1=x; }',
        'f',
        'cat <<E',
        'E',
        'umask 022',
      ],
      ...[
        '[ -n "$K1" ] && K2=x',
        'K1=x true',
        'readonly K1',
        'read K1',
        '}',
        '/bin/true K1=x',
        'ulimit -c 0',
        'set -u',
      ],
    ),
  },
);
const SHELL_FILE = fc
  .tuple(fc.array(SHELL_LINE, { maxLength: 4 }), fc.boolean())
  .map(([lines, ended]) => lines.join('\n') + (ended && lines.length > 0 ? '\n' : ''));

/** A word's bytes, a character each. */
const bytesOf = (word: string): string =>
  word === '%' ? '' : word.replace(/%(..)/g, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16)));

test.each(AWKS)('a setting that is told as certain is the one that the shell has: %s', (awk) => {
  let certain = 0;
  const texts = fc.sample(SHELL_FILE, 500);
  const facts = read('shell', texts, awk);
  const has = sourced(directory, texts.length);
  texts.forEach((text, at) => {
    const keys = keysOf(facts[at] ?? []);
    const lines = linesOf(facts[at] ?? []);
    for (const key of ['K1', 'K2', 'ONBOOT']) {
      const word = keys[key];
      if (word === undefined) {
        // A key that is not told is not set, unless a line is told that is not understood.
        if (lines.length === 0) expect([text, key, has[at]?.[key]]).toEqual([text, key, undefined]);
      } else if (!word.startsWith('?')) {
        certain += 1;
        expect([text, key, bytesOf(word)]).toEqual([text, key, has[at]?.[key]]);
      }
    }
  });
  expect(certain).toBeGreaterThan(80);
});

test('what counts at boot is what the two programs that ask find', () => {
  const texts = fc.sample(SHELL_FILE, 300);
  const facts = read('shell', texts);
  const has = sourced(directory, texts.length);
  texts.forEach((text, at) => {
    const looked = /^ONBOOT=["']?[Nn][Oo]/m.test(text);
    const told = onbootOf(facts[at] ?? []);
    const value = has[at]?.['ONBOOT'];
    // What only running the file would tell is told as that, but for a line that is looked for.
    const wanted = looked || value === 'no' || value === 'NO' ? 'no' : 'yes';
    if (looked || told?.startsWith('?') !== true) expect([text, told]).toEqual([text, wanted]);
  });
});

test('all awks say the same of all forms', () => {
  const unit = fc.constantFrom(...Array.from('aK1=" \'\\$`#;\n\r\t%*\u00e9\u00ff-/.:(){}'));
  const bytes = fc.string({ unit, maxLength: 80 });
  for (const form of ['shell', 'route', 'sysctl', 'xl', 'text', 'resolv', 'inittab']) {
    const texts = fc.sample(bytes, 60);
    const sorted = (awk: string): unknown =>
      read(form, texts, awk).map((facts) => facts.map((fact) => JSON.stringify(fact)).sort());
    for (const awk of AWKS.slice(1)) expect(sorted(awk)).toEqual(sorted('gawk'));
  }
});

const one = (form: string, text: string): readonly Fact[] => read(form, [text])[0] ?? [];

test('sysctl: the name with dots, the last one wins, and what no release sets is a line', () => {
  const text = `# c\n; c\n net.ipv4.ip_forward = 1\nnet/ipv4/ip_forward=0 \r\nnet.ipv4.conf.eth0/100.rp_filter=1\nnet/ipv4/conf/eth0.7/forwarding=1\n-net.x=1\nnet.y=\nword\n`;
  expect(keysOf(one('sysctl', text))).toEqual({
    'net.ipv4.ip_forward': '0',
    'net.ipv4.conf.eth0/100.rp_filter': '1',
    'net.ipv4.conf.eth0/7.forwarding': '1',
    'net.x': '?1',
  });
  expect(linesOf(one('sysctl', text))).toEqual(['net.y=', 'word']);
});

test('xl: quotes are off, and one line that xl refuses puts all in doubt', () => {
  const text = `# c\nautoballoon="off" # c\nvif.default.bridge='xenbr0'; max=0x10\n`;
  expect(keysOf(one('xl', text))).toEqual({ autoballoon: 'off', 'vif.default.bridge': 'xenbr0', max: '0x10' });
  expect(keysOf(one('xl', `${text}x = [ "a" ]\n`))).toEqual({
    autoballoon: '?off',
    'vif.default.bridge': '?xenbr0',
    max: '?0x10',
  });
  expect(linesOf(one('xl', 'a="b"\r\n'))).toEqual(['a="b"\r']);
});

test('a file of routes has settings if it has an address with a number, else commands', () => {
  expect(linesOf(one('route', '10.0.0.0/8 via 192.0.2.1 \n # c\n\ndefault via x\n'))).toEqual([
    '10.0.0.0/8 via 192.0.2.1',
    'default via x',
  ]);
  const mixed = one('route', '10.0.0.0/8 via 192.0.2.1\nADDRESS0=10.0.0.0\nNETMASK0=255.0.0.0\n');
  expect(keysOf(mixed)).toEqual({ ADDRESS0: '?10.0.0.0', NETMASK0: '?255.0.0.0' });
  expect(linesOf(mixed)).toEqual(['10.0.0.0/8 via 192.0.2.1']);
});

test('inittab says the runlevel, and two that differ are in doubt', () => {
  expect(keysOf(one('inittab', '#id:5:initdefault:\nid:3:initdefault:\nx:12:respawn:/a\n'))).toEqual({
    initdefault: '3',
  });
  expect(keysOf(one('inittab', 'id:3:initdefault:\nid:5:initdefault:\n'))).toEqual({ initdefault: '?5' });
});

test('a comment that init.d/network would evaluate is told', () => {
  expect(linesOf(one('shell', '# TYPE=Bridge here\n# c\n'))).toEqual(['# TYPE=Bridge here']);
});

test('a file without a line is started too, and what a file sources may say otherwise', () => {
  expect(one('shell', '').map(formatFact)).toEqual([expect.stringMatching(/^onboot \S+ yes$/)]);
  expect(onbootOf(one('shell', '. /root/more\n'))).toBe('?');
});

const hash = (text: string): string =>
  `sha256:${createHash('sha256').update(text, 'latin1').digest('hex').slice(0, 16)}`;

test('secrets are hashed, in settings and in lines, and nothing of them is printed', () => {
  const secret = 'hun*er %2\u00e9';
  const text = [
    `WPA_PSK='${secret}'`,
    `KEY1="${secret}"`,
    `MY_PASSWORD='${secret}\n${secret}'`,
    `IWCONFIG="key s:${secret}"`,
    `PROXY='http://me:${secret.replace(' ', '')}@x/'`,
    `KEY_2='${secret}'$X`,
    `[ -n x ] && WEP_KEY='${secret}'`,
    `set_password '${secret}'`,
    'KEYTABLE=us',
  ].join('\n');
  const facts = one('shell', text);
  expect(JSON.stringify(facts)).not.toMatch(/hun/);
  expect(keysOf(facts)).toEqual({
    WPA_PSK: `?${hash(secret)}`,
    KEY1: `?${hash(secret)}`,
    MY_PASSWORD: `?${hash(`${secret}\n${secret}`)}`,
    IWCONFIG: `?${hash(`key s:${secret}`)}`,
    PROXY: `?${hash(`http://me:${secret.replace(' ', '')}@x/`)}`,
    KEY_2: `?${hash(`${secret}$X`)}`,
    KEYTABLE: '?us',
  });
  const kernel = 'kernel /xen.gz dom0_mem=1024M KEYTABLE=us KEYBOARDTYPE=pc';
  const grub = one(
    'text',
    `default=0\npassword --md5 ${secret}\n${kernel}\n\twpa-psk ${secret}\nup x key ${secret}\n(vncpasswd '')\n`,
  );
  expect(linesOf(grub)).toEqual([
    'default=0',
    `password ${hash(`--md5 ${secret}`)}`,
    kernel,
    `wpa-psk ${hash(secret)}`,
    hash(`up x key ${secret}`),
    `(vncpasswd ${hash("'')")}`,
  ]);
});

test('no line is read that is endless, nor more secrets than there are programs to start', () => {
  const long = one('shell', `DEVICE=eth0\nX=${'a'.repeat(9000)}\n`);
  expect(long.map(({ kind }) => kind)).toEqual(['unknown', 'unknown', 'unknown']);
  const open = one('shell', `DEVICE=eth0\nX="\n${'a\n'.repeat(5000)}`);
  expect(open.filter(({ kind }) => kind !== 'unknown')).toEqual([]);
  const keys = Array.from({ length: 60 }, (_, at) => `KEY${at}=x`).join('\n');
  const many = read('shell', [keys]);
  expect(Object.keys(keysOf(many[0] ?? []))).toHaveLength(50);
});
