import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import type { BridgeModel } from '../../lib/model/bridge';
import type { DomUModel } from '../../lib/model/domu';
import { census } from '../../lib/render/census';
import { readCensusLine } from '../../lib/render/read-census';
import { bridge, domU, lan, xenHost } from '../model/inputs';

const LAN0 = lan({ reservedAddresses: ['192.0.2.99', '192.0.2.1', '192.0.2.5', '192.0.2.99'] });
const STORAGE = lan({ name: 'storage', cidr: '198.51.100.0/24', gateway: undefined });
const xenbr0 = bridge({ lan: LAN0 });
const xenbr1 = bridge({ name: 'xenbr1', lan: STORAGE, uplink: undefined, address: undefined });
const host = xenHost();

const vif = (on: BridgeModel, address: string, change: object = {}) => ({ bridge: on, address, ...change });
const guest = (name: string, ...vifs: object[]): DomUModel => domU({ name, vifs });

const linesOf = (bridges: readonly BridgeModel[], ...guests: readonly DomUModel[]): string[] =>
  census(host, bridges, guests).split('\n').slice(0, -1);

test('a guest has a line with its MAC, its address, its host, its interface, and where the MAC comes from', () => {
  const web1 = guest(
    'web1',
    vif(xenbr0, '192.0.2.21'),
    vif(xenbr0, '192.0.2.22', { macEpoch: 1 }),
    vif(xenbr0, '192.0.2.23', { macAddress: '52:54:00:AB:CD:EF' }),
  );
  expect(linesOf([xenbr0], web1).filter((line) => line.includes(' guest-vif '))).toEqual([
    'lan0 00:16:3e:a6:05:8f 192.0.2.21 guest-vif xen01 web1 vif 0 derived',
    `lan0 ${web1.vifs[1]?.macAddress ?? ''} 192.0.2.22 guest-vif xen01 web1 vif 1 derived epoch 1`,
    'lan0 52:54:00:ab:cd:ef 192.0.2.23 guest-vif xen01 web1 vif 2 pinned',
  ]);
});

test('a bridge has the MAC of its uplink, and one without has none', () => {
  expect(linesOf([xenbr0, xenbr1]).filter((line) => line.includes(' bridge '))).toEqual([
    'lan0 52:54:00:aa:00:01 192.0.2.10 bridge xen01 xenbr0 uplink eth0',
    'storage - - bridge xen01 xenbr1 host-only',
  ]);
});

test('a bridge that is to be dissolved leaves MAC and address to its uplink, and says so', () => {
  const lines = linesOf([bridge({ lan: LAN0, dissolve: true })]);
  expect(lines).toContain('lan0 52:54:00:aa:00:01 192.0.2.10 bridge xen01 xenbr0 uplink eth0 dissolved');
});

test('a gateway is named once, also where it is among the reserved addresses', () => {
  expect(linesOf([xenbr0]).filter((line) => / (gateway|reserved) /.test(line))).toEqual([
    'lan0 - 192.0.2.1 gateway - -',
    'lan0 - 192.0.2.5 reserved - -',
    'lan0 - 192.0.2.99 reserved - -',
  ]);
});

test('two bridges on one Lan name its gateway once', () => {
  const second = bridge({ name: 'xenbr1', lan: LAN0, uplink: undefined, address: undefined });
  expect(linesOf([xenbr0, second]).filter((line) => line.includes(' gateway '))).toHaveLength(1);
});

test('a host without a bridge is on no Lan', () => {
  expect(census(host, [], [])).toBe('');
});

test('lines stand in the order of the addresses as numbers, Lan by Lan, those without an address last', () => {
  const other = bridge({ name: 'xenbr2', lan: LAN0, uplink: undefined, address: undefined });
  const lines = linesOf([xenbr1, other, xenbr0], guest('web1', vif(xenbr0, '192.0.2.100'), vif(xenbr0, '192.0.2.9')));
  expect(lines.map((line) => line.split(' ').filter((_, index) => index === 0 || index === 2))).toEqual([
    ['lan0', '192.0.2.1'],
    ['lan0', '192.0.2.5'],
    ['lan0', '192.0.2.9'],
    ['lan0', '192.0.2.10'],
    ['lan0', '192.0.2.99'],
    ['lan0', '192.0.2.100'],
    ['lan0', '-'],
    ['storage', '-'],
  ]);
});

test('the order of construction never shows', () => {
  const bridges = [xenbr0, xenbr1];
  const guests = [
    guest('web1', vif(xenbr0, '192.0.2.21'), vif(xenbr1, '198.51.100.21')),
    guest('db.internal', vif(xenbr0, '192.0.2.22')),
    guest('web_1', vif(xenbr1, '198.51.100.7')),
  ];
  const expected = census(host, bridges, guests);
  fc.assert(
    fc.property(
      fc.shuffledSubarray(bridges, { minLength: 2 }),
      fc.shuffledSubarray(guests, { minLength: 3 }),
      (someBridges, someGuests) => {
        expect(census(host, someBridges, someGuests)).toBe(expected);
      },
    ),
  );
});

test('bash reads every line by its words, and finds a guest by its address', () => {
  const script =
    'while read -r lan mac address kind host name detail; do' +
    ' [ "$address" != 192.0.2.21 ] || printf "%s\\n" "$lan|$mac|$kind|$host|$name|$detail"; done';
  const input = census(host, [xenbr0], [guest('web1', vif(xenbr0, '192.0.2.21', { macEpoch: 7 }))]);
  const mac = guest('web1', vif(xenbr0, '192.0.2.21', { macEpoch: 7 })).vifs[0]?.macAddress ?? '';
  expect(execFileSync('bash', ['-c', script], { input, encoding: 'utf8' })).toBe(
    `lan0|${mac}|guest-vif|xen01|web1|vif 0 derived epoch 7\n`,
  );
});

test('what was written is what is read back', () => {
  const web1 = guest(
    'web1',
    vif(xenbr0, '192.0.2.21', { macEpoch: 12 }),
    vif(xenbr1, '198.51.100.21', { macAddress: '52:54:00:00:00:09' }),
  );
  const read = linesOf([xenbr0, xenbr1], web1).map(readCensusLine);
  const none = {
    ...{ macAddress: undefined, host: undefined, name: undefined, vif: undefined, origin: undefined },
    addressing: undefined,
  };
  expect(read).toEqual([
    { ...none, lan: 'lan0', address: '192.0.2.1', kind: 'gateway' },
    { ...none, lan: 'lan0', address: '192.0.2.5', kind: 'reserved' },
    {
      lan: 'lan0',
      macAddress: '52:54:00:aa:00:01',
      address: '192.0.2.10',
      addressing: undefined,
      kind: 'bridge',
      host: 'xen01',
      name: 'xenbr0',
      vif: undefined,
      origin: 'uplink eth0',
    },
    {
      lan: 'lan0',
      macAddress: web1.vifs[0]?.macAddress,
      address: '192.0.2.21',
      addressing: undefined,
      kind: 'guest-vif',
      host: 'xen01',
      name: 'web1',
      vif: 0,
      origin: 'derived epoch 12',
    },
    { ...none, lan: 'lan0', address: '192.0.2.99', kind: 'reserved' },
    {
      lan: 'storage',
      macAddress: '52:54:00:00:00:09',
      address: '198.51.100.21',
      addressing: undefined,
      kind: 'guest-vif',
      host: 'xen01',
      name: 'web1',
      vif: 1,
      origin: 'pinned',
    },
    { ...none, lan: 'storage', address: undefined, kind: 'bridge', host: 'xen01', name: 'xenbr1', origin: 'host-only' },
  ]);
});

test('an address that the stack does not know is called by what is known of it, and comes last', () => {
  const unchecked = (addressing: 'dhcp' | 'none' | 'unknown') => ({ bridge: xenbr0, address: { addressing } });
  const web2 = guest('web2', unchecked('dhcp'), unchecked('none'), unchecked('unknown'));
  const text = linesOf([xenbr0], web2).filter((line) => line.includes('guest-vif'));
  const macs = web2.vifs.map(({ macAddress }) => macAddress);
  expect([...text].sort()).toEqual(
    [
      `lan0 ${macs[0] ?? ''} dhcp guest-vif xen01 web2 vif 0 derived`,
      `lan0 ${macs[1] ?? ''} - guest-vif xen01 web2 vif 1 derived`,
      `lan0 ${macs[2] ?? ''} unknown guest-vif xen01 web2 vif 2 derived`,
    ].sort(),
  );
  const read = [...text].map(readCensusLine).sort((a, b) => (a?.vif ?? 0) - (b?.vif ?? 0));
  expect(read.map((line) => [line?.address, line?.addressing])).toEqual([
    [undefined, 'dhcp'],
    [undefined, undefined],
    [undefined, 'unknown'],
  ]);
});

test.each([
  ['', 'nothing'],
  ['lan0 - 192.0.2.1 gateway -', 'a word too few'],
  ['lan0  - 192.0.2.1 gateway - -', 'two blanks'],
  ['lan0 - 192.0.2.1 router - -', 'an unknown kind'],
  ['lan0 00:16:3E:A6:05:8F 192.0.2.21 guest-vif xen01 web1 vif 0 derived', 'an upper-case MAC'],
  ['lan0 - 192.0.2.1 gateway - - \x1b[2J', 'a terminal sequence'],
])('%j is no line of a census: %s', (line) => {
  expect(readCensusLine(line)).toBeUndefined();
});
