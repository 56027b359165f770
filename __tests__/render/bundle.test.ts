import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { bundle } from '../../lib/render/bundle';
import { bridgeUnit, guestUnit, hostUnit, sharedFiles } from '../../lib/render/host-tree';
import { type RemoteFile, keysIn, rootFile } from '../../lib/render/remote-file';
import { bridge, domU, xenHost } from '../model/inputs';

const FILES: readonly RemoteFile[] = [
  rootFile('/etc/b', 'b\n'),
  keysIn('/etc/sysconfig/network', ['A="1"']),
  rootFile('/etc/a', 'a\n', '0600'),
];

const hash = (files: readonly RemoteFile[], words = 'domu web1\n', name = 'host') =>
  bundle(name, files, words, '').sha256;

/** The files with one thing of one of them changed. */
function changed(index: number, change: Partial<RemoteFile>): readonly RemoteFile[] {
  return FILES.map((file, at) => (at === index ? { ...file, ...change } : file));
}

test.each([
  ['content', { content: 'B\n' }],
  ['the last newline', { content: 'b' }],
  ['path', { path: '/etc/c' }],
  ['mode', { mode: '0640' }],
  ['owner', { owner: 'root:xen' }],
  ['kind', { kind: 'keys' }],
] as const)('the hash changes with the %s of any file', (_, change) => {
  for (const index of FILES.keys()) {
    const other = changed(index, change);
    if (JSON.stringify(other) !== JSON.stringify(FILES)) expect(hash(other)).not.toBe(hash(FILES));
  }
});

test('the hash changes with the words, the name, and a file more or less', () => {
  const all = [hash(FILES), hash(FILES, 'domu web2\n'), hash(FILES, 'domu web1\n', 'host2'), hash(FILES.slice(1))];
  expect(new Set(all).size).toBe(all.length);
});

test('two files that swap their contents are another unit', () => {
  const [a, b] = [rootFile('/etc/a', '1\n'), rootFile('/etc/b', '2\n')];
  expect(hash([rootFile('/etc/a', '2\n'), rootFile('/etc/b', '1\n')])).not.toBe(hash([a, b]));
});

test('the hash never changes with the order in which the files were made', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray([...FILES], { minLength: FILES.length }), (files) => {
      expect(bundle('host', files, 'domu web1\n', '')).toEqual(bundle('host', FILES, 'domu web1\n', ''));
    }),
  );
});

test('the manifest names every file with the hash of its content, sorted by path', () => {
  const unit = bundle('domU-web1', FILES, 'domu web1\n', 'must domain web1 state running\n');
  const sum = (text: string): string => createHash('sha256').update(text).digest('hex');
  expect(unit.manifest.split('\n')).toEqual([
    `domU-web1 expect/domU-web1 0644 root:root ${sum('must domain web1 state running\n')}`,
    `domU-web1 files/etc/a 0600 root:root ${sum('a\n')}`,
    `domU-web1 files/etc/b 0644 root:root ${sum('b\n')}`,
    `domU-web1 keys/domU-web1/etc/sysconfig/network 0644 root:root ${sum('A="1"\n')}`,
    `domU-web1 words/domU-web1 0644 root:root ${sum('domu web1\n')}`,
    '',
  ]);
  expect(unit.sha256).toBe(sum(unit.manifest));
});

test('keys of several units in one file lie in folders of their own', () => {
  const paths = [hostUnit(xenHost(), []), bridgeUnit(bridge())]
    .flatMap((unit) => unit.files)
    .map((file) => file.path)
    .filter((path) => path.endsWith('/etc/sysconfig/network'));
  expect(paths).toEqual(['keys/host/etc/sysconfig/network', 'keys/bridge-xenbr0/etc/sysconfig/network']);
});

test.each([
  ['memory', { memoryMiB: 512 }],
  ['a MAC', { vifs: [{ bridge: bridge(), address: '192.0.2.21', macEpoch: 1 }] }],
  ['an address, which only the words have', { vifs: [{ bridge: bridge(), address: '192.0.2.22' }] }],
  ['autostart', { autostart: false }],
  ['whether it runs', { running: false }],
  ['its patience', { bootTimeoutSeconds: 181 }],
])('a guest is another unit with %s', (_, change) => {
  expect(guestUnit(domU(change)).sha256).not.toBe(guestUnit(domU()).sha256);
  expect(guestUnit(domU({ ...change })).sha256).toBe(guestUnit(domU({ ...change })).sha256);
});

test('what belongs to the tree does not depend on the order of the units', () => {
  const units = [hostUnit(xenHost(), []), bridgeUnit(bridge()), guestUnit(domU()), guestUnit(domU({ name: 'web2' }))];
  const expected = sharedFiles(xenHost(), [], [], units, '');
  expect(expected.map((file) => file.path)).toEqual([
    'ssh_config',
    'known_hosts',
    'connection',
    'recovery-card.txt',
    'census',
    'peers',
    'manifest',
  ]);
  expect(
    expected
      .at(-1)
      ?.content.split('\n')
      .map((line) => line.split(' ')[0]),
  ).toEqual(
    ['bridge-xenbr0', 'domU-web1', 'domU-web2', 'host']
      .flatMap((name) => units.filter((unit) => unit.name === name).flatMap((unit) => unit.files.map(() => name)))
      .concat(''),
  );
  fc.assert(
    fc.property(fc.shuffledSubarray(units, { minLength: units.length }), (mixed) => {
      expect(sharedFiles(xenHost(), [], [], mixed, '')).toEqual(expected);
    }),
  );
});
