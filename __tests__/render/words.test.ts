import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { bridgeWords, guestWords, hostWords, rosterWords } from '../../lib/render/words';
import { bridge, domU, xenHost } from '../model/inputs';
import { anyBridge, anyGuest } from './arbitraries';
import { outputOf, piecesOf } from './shell';

/* What synth says of a unit, as the runtime's own reader has it on a host. */

const READER = join(__dirname, '../../lib/runtime/both/words.sh');

let file: string;

beforeAll(() => {
  file = join(mkdtempSync(join(tmpdir(), 'cdktf-xen-test-')), 'words');
});

afterAll(() => {
  rmSync(join(file, '..'), { recursive: true, force: true });
});

/** Runs a piece of shell with the reader at hand; $1 is the file. */
function read(text: string, script: string, ...args: readonly string[]): readonly string[] {
  writeFileSync(file, text);
  return piecesOf(
    outputOf('bash', ['--norc', '-c', `set -euo pipefail; . ${READER}; ${script}`, 'read', file, ...args]),
  );
}

const wordsOf = (text: string): readonly string[] =>
  read(text, `read_words "$1"; [ \${#words[@]} -eq 0 ] || printf '%s\\0' "\${words[@]}"`);

test('a host says what it is, and no hostname where none is wanted', () => {
  expect(hostWords(xenHost())).toBe('host xen01\nxen 4.6\nmemory-mib 8192\ndom0-memory-mib 1024\n');
  expect(hostWords(xenHost({ hostname: 'xen01.example.org' }))).toMatch(
    /^host xen01\nhostname xen01\.example\.org\nxen /,
  );
});

test('a host-only bridge has no uplink, no address and no gateway', () => {
  expect(bridgeWords(bridge({ uplink: undefined, address: undefined }))).toBe(
    'bridge xenbr0\nstp off\ndelay 0\nverify-seconds 40\nconfirm-seconds 90\nrollback-seconds 120\n',
  );
});

test('a host without bridges and guests has a roster without words', () => {
  expect(rosterWords([], [])).toBe('');
  expect(wordsOf('')).toEqual([]);
});

test('every value of any bridge reaches the runtime byte for byte', () => {
  const optional = (name: string, value: string | number | undefined): readonly string[] =>
    value === undefined ? [] : [name, String(value)];
  fc.assert(
    fc.property(anyBridge, (model) => {
      const prefix = model.lan.network.prefix;
      expect(wordsOf(bridgeWords(model))).toEqual([
        ...['bridge', model.name],
        ...optional('renamed-from', model.renamedFrom),
        ...optional('absent', model.dissolve ? 'yes' : undefined),
        ...optional('uplink', model.uplink?.device),
        ...optional('uplink-mac', model.uplink?.macAddress),
        ...optional('address', model.address === undefined ? undefined : `${model.address}/${prefix}`),
        ...optional('gateway', model.gateway),
        ...['stp', model.stp ? 'on' : 'off', 'delay', String(model.delaySeconds)],
        ...optional('mtu', model.mtu),
        ...['verify-seconds', String(model.timeouts.verifySeconds)],
        ...['confirm-seconds', String(model.timeouts.confirmSeconds)],
        ...['rollback-seconds', String(model.timeouts.rollbackSeconds)],
        ...optional('acknowledge-rollback', model.acknowledgeRollback),
      ]);
    }),
    { numRuns: 25 },
  );
});

test('every value of any guest reaches the runtime byte for byte', () => {
  fc.assert(
    fc.property(anyGuest, (guest) => {
      expect(wordsOf(guestWords(guest))).toEqual([
        ...['domu', guest.name, 'config', `/etc/xen/${guest.name}`],
        ...['autostart', guest.autostart ? 'yes' : 'no', 'running', guest.running ? 'yes' : 'no'],
        ...['on-change', guest.onChange, 'on-removal', guest.onRemoval],
        ...['boot-timeout', String(guest.bootTimeoutSeconds)],
        ...guest.vifs.flatMap((vif) => [
          'vif',
          `${vif.bridge.name},${vif.macAddress},${vif.address ?? vif.addressing}`,
        ]),
        // An empty drive needs nothing on the host.
        ...guest.disks.filter(({ path }) => path !== '').flatMap(({ kind, path }) => ['disk', `${kind},${path}`]),
      ]);
    }),
    { numRuns: 25 },
  );
});

test.each(['two\nlines', ' blank in front', 'blank behind ', 'a\ttab', 'ä', '\x1b[2J', ''])(
  'a value that a line can not hold is a fault of the caller: %j',
  (name) => {
    expect(() => guestWords({ ...domU(), name })).toThrow(`the word 'domu' of a unit can not have the value`);
  },
);

test('nothing of a file of words is run, whatever it says', () => {
  const hostile = ['$(touch /tmp/x)', '`id`', "'; id; '", '${HOME}', '*', '~', '\\', 'a\\', '-n', '--', '#x'];
  const text = hostile.map((value) => `word ${value}\n`).join('');
  expect(wordsOf(text)).toEqual(hostile.flatMap((value) => ['word', value]));
});

test('a damaged file gives what it has: a word without its value has an empty one, and a last line without an end counts', () => {
  expect(wordsOf('bridge xenbr0\n\nstp\ndelay 0')).toEqual(['bridge', 'xenbr0', 'stp', '', 'delay', '0']);
});

test('one word is found by its name, the first of several, and is empty where there is none', () => {
  const find = (word: string) => read('vif a\nvif b\nmtu 9000', `find_word "$1" "$2"; printf '%s\\0' "$value"`, word);
  expect(['vif', 'mtu', 'm', 'a'].map((word) => find(word)[0])).toEqual(['a', '9000', '', '']);
});

test('a value that looks like a word is none', () => {
  const has = (word: string) =>
    read(
      '',
      'if has_word "${@:2}"; then printf "yes\\0"; else printf "no\\0"; fi',
      word,
      'disk',
      'guest-os',
      'vif',
      'x',
    );
  expect(['disk', 'guest-os', 'vif', 'x'].map((word) => has(word)[0])).toEqual(['yes', 'no', 'yes', 'no']);
});

test('a file that is not there, or is none, is no empty one', () => {
  const status = (path: string) =>
    read('', 'read_words "$2" || printf "read\\0"; find_word "$2" x || printf "found\\0"', path);
  expect(status('/nonexistent')).toEqual(['read', 'found']);
  expect(status('/dev')).toEqual(['read', 'found']);
});
