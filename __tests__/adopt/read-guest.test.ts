import { guestFacts } from '../../lib/adopt/guest-facts';
import { readGuest } from '../../lib/adopt/read-guest';
import { numberOf } from '../../lib/adopt/xl-rules';
import { formatFact, parseFacts } from '../../lib/facts/fact';
import { CONFIG_FILE, configFacts } from '../helpers/config-facts';

/* What a description says where a file is silent, unclear or not to be read. */

const read = (...lines: readonly string[]) => readGuest('/etc/xen/a b', parseFacts(lines.join('\n')));
const FILE = '/etc/xen/a%20b';

test('a file without a word is a guest of which nothing is known but that xl would take it for PV', () => {
  expect(read()).toEqual({
    ...{ file: '/etc/xen/a b', type: 'pv', typeWords: {}, boot: {}, on: {} },
    ...{ vifs: [], disks: [], oddDisks: [], rest: new Map(), odd: [], unread: [], strange: [] },
  });
});

test('what could not be read is said: of this file and of all files, and not of others', () => {
  const { unread } = read(
    `unknown config-vif it%20has%20too%20much ${FILE}`,
    'unknown config-disk awk%20failed',
    'unknown config-odd why /etc/xen/other',
    `unknown file why ${FILE}`,
    'unknown autostart why',
    'config /etc/xen/other name web2',
    `key ${FILE} name web2`,
  );
  expect(unread).toEqual([
    { kind: 'config-vif', why: 'it has too much', wholeKind: false },
    { kind: 'config-disk', why: 'awk failed', wholeKind: true },
  ]);
});

const GUEST = 'name = "a"\nkernel = "/k"\n';

test('two disks of one name are no disk: no word is guessed to belong to one of them', () => {
  const text = `${GUEST}disk = [ 'phy:/dev/a,xvda,w', 'phy:/dev/b,xvda,r', 'phy:/dev/c,xvdb,w' ]\n`;
  const [facts = []] = configFacts('mawk', [text]);
  const guest = readGuest(CONFIG_FILE, facts);
  expect(guest.disks.map(({ vdev }) => vdev)).toEqual(['xvdb']);
  expect(guest.oddDisks).toEqual([
    {
      name: 'xvda',
      words: [
        { name: 'device-type', value: 'disk' },
        { name: 'format', value: 'raw' },
        { name: 'mode', value: 'r' },
        { name: 'mode', value: 'w' },
        { name: 'target', value: '/dev/a' },
        { name: 'target', value: '/dev/b' },
      ],
    },
  ]);
});

test('a disk without a name, and one that xl refuses, are none', () => {
  const text = `${GUEST}disk = [ '/a,raw,,w', '/b,foo,xvda', 'phy:/dev/c,xvdb,w' ]\n`;
  const [facts = []] = configFacts('mawk', [text]);
  const guest = readGuest(CONFIG_FILE, facts);
  expect(guest.disks.map(({ vdev }) => vdev)).toEqual(['xvdb']);
  expect(guest.oddDisks.map(({ name }) => name)).toEqual(['?0', '?1']);
});

test.each([
  ['a mode that is none', ['target /a', 'format raw', 'mode x', 'device-type disk']],
  ['a device-type that is none', ['target /a', 'format raw', 'mode w', 'device-type floppy']],
  ['no mode', ['target /a', 'format raw', 'device-type disk']],
  ['no device-type', ['target /a', 'format raw', 'mode w']],
  ['no target', ['format raw', 'mode w', 'device-type disk']],
  ['no format', ['target /a', 'mode w', 'device-type disk']],
  ['a word twice', ['target /a', 'format raw', 'mode w', 'device-type disk', 'script a', 'script b']],
])('a disk with %s is odd', (_, words) => {
  const guest = read(...words.map((word) => `config-disk ${FILE} xvda ${word}`));
  expect([guest.disks.length, guest.oddDisks.length]).toEqual([0, 1]);
});

test('vifs and disks come in their order: by number, and by name', () => {
  const guest = read(
    `config-vif ${FILE} 10 bridge k`,
    `config-vif ${FILE} 2 bridge c`,
    ...['xvdb', 'xvda2', 'xvda1'].flatMap((vdev) =>
      ['target /a', 'format raw', 'mode w', 'device-type disk'].map((word) => `config-disk ${FILE} ${vdev} ${word}`),
    ),
  );
  expect(guest.vifs.map(({ index }) => index)).toEqual([2, 10]);
  expect(guest.disks.map(({ vdev }) => vdev)).toEqual(['xvda1', 'xvda2', 'xvdb']);
});

test('a word of a vif that is there twice says nothing for sure, and both stay', () => {
  const [vif] = read(
    `config-vif ${FILE} 0 bridge a`,
    `config-vif ${FILE} 0 bridge b`,
    `config-vif ${FILE} 0 ip x`,
  ).vifs;
  expect(vif).toMatchObject({
    ...{ bridge: undefined, ip: 'x' },
    other: [
      { name: 'bridge', value: 'a' },
      { name: 'bridge', value: 'b' },
    ],
  });
});

const STRANGE = [
  `config ${FILE} name web2`,
  `config ${FILE} memory 5 6`,
  `config ${FILE} vfb [ x`,
  `config ${FILE} %41 x`,
  `config-vif ${FILE} 01 mac x`,
  `config-vif ${FILE} x mac y`,
  `config-vif ${FILE} 0 mac y z`,
  `config-disk ${FILE} xvda target [ x ]`,
  `unknown config why ${FILE} x`,
];

test('facts that no collector prints are kept apart, and come back', () => {
  const guest = read(`config ${FILE} name web1`, ...STRANGE);
  expect(guest.name).toBe('web1');
  expect(guest.strange.map(formatFact)).toEqual(STRANGE);
  expect(guestFacts(guest).map(formatFact)).toEqual([`config ${FILE} name web1`, ...STRANGE].sort());
});

test.each([
  ['512', 512],
  ['0x1F', 31],
  ['0X1f', 31],
  ['017', 15],
  ['0', 0],
  [' \t5', 5],
  ['+5', 5],
  ['-5', -5],
  ['-0', 0],
  ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ['9007199254740992', undefined],
  ['99999999999999999999', undefined],
  ['', undefined],
  ['-', undefined],
  ['0x', undefined],
  ['08', undefined],
  ['5 ', undefined],
  ['5MB', undefined],
  ['1e3', undefined],
  ['1.5', undefined],
  ['- 5', undefined],
  ['Infinity', undefined],
])('%j is %p as a number', (text, value) => {
  expect(numberOf(text)).toEqual({ text, value });
});
