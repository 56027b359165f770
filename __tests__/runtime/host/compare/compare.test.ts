import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import { parseFact } from '../../../../lib/facts/fact';
import { FACT_KINDS } from '../../../../lib/facts/vocabulary';
import { bridgeExpectations } from '../../../../lib/render/bridge-expectations';
import { guestExpectations } from '../../../../lib/render/guest-expectations';
import { compareAll, compareFacts } from '../../../helpers/compare-facts';
import { type Expectation, readExpectations, unitsToTell } from '../../../helpers/expectations';
import { bridge, domU, lan } from '../../../model/inputs';

/* What is on a host against what must be there, without a host: the comparison itself. */

const COMPARE = join(__dirname, '../../../../lib/runtime/host/compare');

const compare = (expectations: string, facts: readonly string[], awk?: string) =>
  compareFacts(expectations, facts.join('\n'), awk);

const xenbr0 = bridge({ lan: lan({ nameservers: ['192.0.2.53'] }), mtu: 1500 });
const web1 = domU({ name: 'web1', vifs: [{ bridge: xenbr0, address: '192.0.2.21' }] });
const db1 = domU({
  name: 'db1',
  running: false,
  autostart: false,
  disks: [{ kind: 'phy', path: '/dev/vg0/db1', device: 'xvda' }],
  vifs: [{ bridge: xenbr0, address: '192.0.2.22' }],
});
const EXPECTATIONS = [
  `unit bridge-xenbr0\n${bridgeExpectations(xenbr0)}`,
  `unit domU-web1\n${guestExpectations(web1)}`,
  `unit domU-db1\n${guestExpectations(db1)}`,
].join('');

/** What is on every host and promised by nobody. */
const BESIDE = [
  'link lo state up',
  'address lo 127.0.0.1/8',
  'link eth1 state up',
  'address eth1 198.51.100.7/24',
  'address xenbr0 fe80::5054:ff:feaa:1/64',
  'route 192.0.2.0/24 dev xenbr0 scope link src 192.0.2.10',
  'route 203.0.113.0/24 via 198.51.100.1 dev eth1',
  'domain Domain-0 state running',
  'domain other state running',
  'vif other 0 mac 00:16:3e:00:00:01',
  'port xenbr0 domU:other/0',
  'disk other xvda target /dev/vg0/other',
  'config /etc/xen/other memory 512',
  'key /etc/sysconfig/network HOSTNAME xen01',
  'service crond on',
];

/** A host on which all is as it must be. */
function cleanHost(expectations: readonly Expectation[]): readonly string[] {
  const must = expectations
    .filter(({ word }) => word === 'must')
    // What a pattern leaves open.
    .map(({ pattern }) => pattern.replace(/ \*$/, '').replace('sha256:*', 'sha256:0123'));
  return [...new Set([...must, ...BESIDE])].sort();
}

const READ = readExpectations(EXPECTATIONS);
const CLEAN = cleanHost(READ);

test('a clean host has no difference, and its facts are facts', () => {
  for (const awk of ['gawk', 'mawk', 'busybox awk']) expect(compare(EXPECTATIONS, CLEAN, awk)).toEqual([]);
  for (const fact of CLEAN) expect(() => parseFact(fact)).not.toThrow();
  expect(unitsToTell(READ, CLEAN)).toEqual([]);
});

test('each thing that is missing, different or foreign is told at its unit, in a sentence', () => {
  const [mac] = web1.vifs.map(({ macAddress }) => macAddress);
  const told = (change: (facts: string[]) => string[]) => compare(EXPECTATIONS, change([...CLEAN]));
  const without = (fact: string) => told((facts) => facts.filter((one) => one !== fact));
  const withAlso = (fact: string) => told((facts) => [...facts, fact]);
  const instead = (from: string, to: string) => told((facts) => facts.map((one) => (one === from ? to : one)));
  expect({
    noPort: without('port xenbr0 eth0'),
    otherPort: withAlso('port xenbr0 eth1'),
    down: instead('link xenbr0 state up', 'link xenbr0 state down'),
    otherAddress: instead('address xenbr0 192.0.2.10/24', 'address xenbr0 192.0.2.11/24'),
    oneMoreAddress: withAlso('address eth0 192.0.2.12/24'),
    otherRoute: instead('route default via 192.0.2.1 dev xenbr0', 'route default via 192.0.2.254 dev xenbr0'),
    noRoute: without('route default via 192.0.2.1 dev xenbr0'),
    oneMoreRoute: withAlso('route default via 198.51.100.1 dev eth1 metric 100'),
    otherKey: instead(
      'key /etc/sysconfig/network-scripts/ifcfg-xenbr0 STP off',
      'key /etc/sysconfig/network-scripts/ifcfg-xenbr0 STP on',
    ),
    copiedFile: withAlso('key /etc/sysconfig/network-scripts/ifcfg-eth0.old DEVICE eth0'),
    alias: withAlso('file /etc/sysconfig/network-scripts/ifcfg-xenbr0:1 0644 root:root sha256:0123'),
    aliasOfUplink: withAlso('key /etc/sysconfig/network-scripts/ifcfg-eth0:1 DEVICE eth0:1'),
    twinRuns: withAlso(`vif copy%20of%20web1 0 mac ${mac}`),
    twinIsConfigured: withAlso(`config-vif /etc/xen/auto/copy.cfg 0 mac ${mac}`),
    twinHasDisk: withAlso('disk other xvdb target /dev/vg0/db1'),
    paused: instead('domain web1 state running', 'domain web1 state paused'),
    gone: told((facts) => facts.filter((fact) => !fact.includes('domain web1'))),
    saved: withAlso('saved /var/lib/xen/save/db1'),
    starts: withAlso('autostart db1 /etc/xen/db1'),
    unknown: told((facts) => [...facts.filter((fact) => !fact.startsWith('port ')), 'unknown port brctl%20failed']),
  }).toMatchSnapshot();
});

/** Facts like those of a host, most of them near to what is promised. */
const similar = fc
  .tuple(
    fc.constantFrom(...CLEAN, ...READ.map(({ pattern }) => pattern)),
    fc.nat(6),
    fc.constantFrom('x', 'eth0', 'web1', 'xenbr0', '0', 'mac'),
  )
  .map(([fact, at, word]) =>
    fact
      .split(' ')
      .map((one, index) => (index === at && index > 0 ? word : one.replaceAll('*', 'any')))
      .join(' '),
  );

const mutation = fc.oneof(
  fc.record({ add: similar }),
  fc.record({ remove: fc.constantFrom(...CLEAN) }),
  fc.record({ remove: fc.constantFrom(...CLEAN), add: similar }),
);

function mutated({ add, remove }: { readonly add?: string; readonly remove?: string }): readonly string[] {
  return [...CLEAN.filter((fact) => fact !== remove), ...(add === undefined ? [] : [add])];
}

test('whatever is added, removed or changed inside a scope is told at the right units, and nothing else is', () => {
  let told = 0;
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 100, maxLength: 100 }), (mutations) => {
      const hosts = mutations.map(mutated);
      const found = compareAll(
        EXPECTATIONS,
        hosts.map((facts) => facts.join('\n')),
      ).map((all) => [...new Set(all.map(([unit]) => unit))].sort());
      const right = hosts.map((facts) => unitsToTell(READ, facts));
      told += right.filter((units) => units.length > 0).length;
      const wrong = mutations
        .map((one, index) => ({ ...one, found: found[index], right: right[index] }))
        .filter((one) => JSON.stringify(one.found) !== JSON.stringify(one.right));
      expect(wrong).toEqual([]);
    }),
    { numRuns: 50, endOnFailure: true },
  );
  // About as many inside of scopes as outside.
  expect(told).toBeGreaterThan(1500);
  expect(told).toBeLessThan(4500);
}, 600_000);

test('what could not be asked is told as unknown to each unit that has to do with it, and never as missing', () => {
  const kinds = [...new Set(READ.map(({ pattern }) => pattern.split(' ')[0] ?? ''))];
  for (const kind of kinds) {
    const facts = [...CLEAN.filter((fact) => !fact.startsWith(`${kind} `)), `unknown ${kind} it%20failed`];
    const about = READ.filter(({ pattern }) => pattern.startsWith(`${kind} `));
    const must = new Set(about.filter(({ word }) => word === 'must').map(({ unit }) => unit));
    const units = [...new Set(about.filter(({ word }) => word !== 'allow').map(({ unit }) => unit))].sort();
    const verdict = (unit: string): string => (must.has(unit) ? 'unknown' : 'unseen');
    expect(compare(EXPECTATIONS, facts)).toEqual(units.map((unit) => [unit, verdict(unit), `${kind}: it failed`]));
  }
});

test('a file that could not be read is told to the units that have to do with it, and the others stay known', () => {
  const file = '/etc/sysconfig/network-scripts/ifcfg-eth0';
  const facts = CLEAN.filter((fact) => !fact.startsWith(`key ${file} `) && !fact.startsWith('key /etc/xen/'));
  expect(compare(EXPECTATIONS, [...facts, `unknown key it%20is%20a%20pipe ${file}`])).toEqual([
    // It is a file of ours, and is written again.
    ['bridge-xenbr0', 'differs', `${file}: cannot be read: it is a pipe`],
  ]);
  expect(compare(EXPECTATIONS, [...CLEAN, 'unknown key it%20is%20a%20pipe /etc/sysconfig/other'])).toEqual([]);
});

test('expectations in a language that the runtime does not know are told, not passed over', () => {
  expect(compare('unit host\nshould link eth0 state up\n', [])).toEqual([
    ['host', 'unknown', 'is described in a way that is not understood: should link eth0 state up'],
  ]);
});

test('the sentences know how many words of each kind say what it is about', () => {
  const { stdout } = spawnSync('bash', ['--norc', '-c', `. ${COMPARE}/sentences.sh; echo "$SENTENCES"`], {
    encoding: 'utf8',
  });
  const counts = [...stdout.matchAll(/^kind (\S+) (\d+)$/gm)].map((match) => [match[1], Number(match[2])]);
  expect(Object.fromEntries(counts)).toEqual(
    Object.fromEntries(FACT_KINDS.map(({ kind, subject }) => [kind, subject.length])),
  );
});
