import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { readCensusLine } from '../../lib/render/read-census';
import { type CensusTree, takeCensus } from '../../lib/review/census';
import { censusJson, censusTable } from '../../lib/review/census-text';

function tree(stack: string, host: string, text: string, leftOver?: string): CensusTree {
  const lines = text
    .trim()
    .split('\n')
    .map((line) => {
      const read = readCensusLine(line.trim());
      if (read === undefined) throw new Error(`the test has a wrong line: ${line}`);
      return read;
    });
  return { stack, path: `cdktf.out/stacks/${stack}/assets/${host}/tree`, leftOver, lines };
}

const RACK1 = tree(
  'rack1',
  'xen01',
  `lan0 - 192.0.2.1 gateway - -
   lan0 52:54:00:aa:00:01 192.0.2.10 bridge xen01 xenbr0 uplink eth0
   lan0 00:16:3e:a6:05:8f 192.0.2.21 guest-vif xen01 web1 vif 0 derived
   lan0 00:16:3e:9a:12:f8 192.0.2.9 guest-vif xen01 a-guest-with-quite-a-long-name.example.org vif 7 derived epoch 12
   lan0 - 192.0.2.99 reserved - -`,
);
const RACK2 = tree(
  'rack2-東京',
  'xen02',
  `lan0 - 192.0.2.1 gateway - -
   lan0 52:54:00:aa:00:02 192.0.2.11 bridge xen02 xenbr0 uplink eth0
   lan0 52:54:00:ab:cd:ef 192.0.2.100 guest-vif xen02 db vif 0 pinned
   lan0 - 192.0.2.99 reserved - -
   storage - - bridge xen02 xenbr1 host-only
   storage 00:16:3e:fb:26:2f 198.51.100.3 guest-vif xen02 db vif 1 derived`,
);
const NOTHING_WRONG = { leftOver: [], conflicts: [] };

const names = (trees: readonly CensusTree[]) =>
  takeCensus(trees).lans.map(({ name, members }) => [name, ...members.map((member) => member.name ?? member.kind)]);

test('the table is the one that was reviewed', () => {
  const golden = join(__dirname, 'golden', 'two-racks.txt');
  const table = censusTable(takeCensus([RACK1, RACK2]));
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(golden, table);
  expect(table).toBe(readFileSync(golden, 'utf8'));
});

test('members of all hosts stand Lan by Lan, by their addresses as numbers, those without one last', () => {
  expect(names([RACK2, RACK1])).toEqual([
    ['lan0', 'gateway', 'a-guest-with-quite-a-long-name.example.org', 'xenbr0', 'xenbr0', 'web1', 'reserved', 'db'],
    ['storage', 'db', 'xenbr1'],
  ]);
});

test('a gateway and a reserved address that several trees name are one member each, and no conflict', () => {
  const census = takeCensus([RACK1, RACK2]);
  expect(census).toMatchObject(NOTHING_WRONG);
  expect(census.lans[0]?.members.filter((member) => member.host === undefined)).toHaveLength(2);
});

test('the order in which trees and lines are read never shows', () => {
  const trees = [RACK1, RACK2, tree('old', 'xen03', 'lan0 - 192.0.2.1 gateway - -', 'it is old')];
  const expected = takeCensus(trees);
  const mixed = fc
    .tuple(...trees.map((one) => fc.shuffledSubarray([...one.lines], { minLength: one.lines.length })))
    .chain((lines) =>
      fc.shuffledSubarray(
        trees.map((one, index) => ({ ...one, lines: lines[index] ?? [] })),
        { minLength: trees.length },
      ),
    );
  fc.assert(
    fc.property(mixed, (some) => {
      expect(takeCensus(some)).toEqual(expected);
    }),
  );
});

test('one MAC on one Lan in two trees is told with both owners and their stacks', () => {
  const copy = tree('rack3', 'xen03', 'lan0 00:16:3e:a6:05:8f 192.0.2.50 guest-vif xen03 web2 vif 0 pinned');
  expect(takeCensus([RACK1, copy]).conflicts).toEqual([
    "MAC 00:16:3e:a6:05:8f on lan 'lan0' is there more than once: domU 'web1' vif 0 of host 'xen01' (stack 'rack1') " +
      "and domU 'web2' vif 0 of host 'xen03' (stack 'rack3'); " +
      'no synth writes that, so the files are of different synths or were edited: run cdktf synth',
  ]);
});

test.each([
  ['the gateway', '192.0.2.1'],
  ['a reserved address', '192.0.2.99'],
])('an address of a guest that is %s of another tree is told', (what, address) => {
  const guest = tree('rack3', 'xen03', `lan0 00:16:3e:80:00:01 ${address} guest-vif xen03 web2 vif 0 derived`);
  expect(takeCensus([RACK1, guest]).conflicts).toEqual([
    expect.stringContaining(
      `address ${address} on lan 'lan0' is there more than once: ` +
        `${[what, "domU 'web2' vif 0 of host 'xen03' (stack 'rack3')"].sort().join(' and ')}; `,
    ),
  ]);
});

test('one MAC on two Lans is no conflict', () => {
  const other = tree('rack3', 'xen03', 'lan9 00:16:3e:a6:05:8f 192.0.2.21 guest-vif xen03 web1 vif 0 derived');
  expect(takeCensus([RACK1, other])).toMatchObject(NOTHING_WRONG);
});

test('what an older synth has left is not counted, and is told with what it shares with the counted ones', () => {
  const old = tree(
    'old',
    'xen03',
    `lan0 - 192.0.2.1 gateway - -
     lan0 52:54:00:aa:00:03 192.0.2.12 bridge xen03 xenbr0 uplink eth0
     lan0 00:16:3e:a6:05:8f 192.0.2.77 guest-vif xen03 web1 vif 0 derived`,
    "the app has no stack 'old' now",
  );
  const census = takeCensus([old, RACK1]);
  expect(census.lans).toEqual(takeCensus([RACK1]).lans);
  expect(census.conflicts).toEqual([]);
  expect(census.leftOver).toEqual([
    "cdktf.out/stacks/old/assets/xen03/tree is left over from an older synth: the app has no stack 'old' now; " +
      "its members (2) are not counted, 1 of them with a MAC or an address that a counted one has: domU 'web1' vif 0; " +
      'see whether any of them still runs, then remove that folder',
  ]);
});

test('a sentence stays short where thousands share one MAC', () => {
  const lines = Array.from(
    { length: 5000 },
    (_, index) => `lan0 52:54:00:00:00:01 10.0.${index >> 8}.${index & 255} guest-vif xen01 web${index} vif 0 pinned`,
  );
  const { conflicts } = takeCensus([tree('rack1', 'xen01', lines.join('\n'))]);
  expect(conflicts).toHaveLength(1);
  expect(conflicts[0]).toContain(' and 4993 more; ');
  expect(conflicts[0]?.length).toBeLessThan(700);
});

test('JSON says the same as the table, with null for what is not there', () => {
  const json = JSON.parse(censusJson(takeCensus([RACK1, RACK2]))) as {
    lans: { name: string; members: Record<string, unknown>[] }[];
  };
  expect(json).toMatchObject(NOTHING_WRONG);
  expect(json.lans.map(({ name, members }) => [name, members.length])).toEqual([
    ['lan0', 7],
    ['storage', 2],
  ]);
  expect(json.lans[0]?.members.slice(0, 2)).toEqual([
    {
      address: '192.0.2.1',
      addressing: null,
      macAddress: null,
      origin: null,
      kind: 'gateway',
      name: null,
      vif: null,
      host: null,
      stack: null,
    },
    {
      address: '192.0.2.9',
      addressing: null,
      macAddress: '00:16:3e:9a:12:f8',
      origin: 'derived epoch 12',
      kind: 'guest-vif',
      name: 'a-guest-with-quite-a-long-name.example.org',
      vif: 7,
      host: 'xen01',
      stack: 'rack1',
    },
  ]);
});
