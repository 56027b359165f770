import fc from 'fast-check';
import type { Estate } from '../../lib/model/estate';
import { estateFindings } from '../../lib/model/validate-estate';
import { LAN0, estate, findingsOf, guest, host, hostBridge } from './estates';
import { HOST_KEY, bridge, hostKey, lan } from './inputs';

test('two lans of one name', () => {
  const message = "two lans are called 'lan0' (a and b); the name is part of every MAC address, give each lan its own";
  const lans = [
    { path: 'b', model: lan({ gateway: undefined }) },
    { path: 'a', model: lan({ cidr: '198.51.100.0/24', gateway: undefined }) },
  ];
  expect(estateFindings({ lans, hosts: [] })).toEqual([
    { path: 'a', message },
    { path: 'b', message },
  ]);
});

test('two hosts of one name, and two names of one machine', () => {
  const same = { ssh: { address: '192.0.2.10', hostKeys: [HOST_KEY] } };
  const hosts = [host(1), { ...host(2, { host: { name: 'xen1' } }), path: 'home/xen1' }];
  expect(findingsOf(...hosts)).toEqual(
    ['home/xen1', 'office/xen1'].map(
      (path) =>
        `${path}: two hosts are called 'xen1' (home/xen1 and office/xen1); a host belongs to one stack, under one name`,
    ),
  );
  const message = "hosts 'xen1' and 'xen2' are the same machine: both are reached at 192.0.2.10 port 22";
  expect(findingsOf(host(1), host(2, { host: same, bridges: [] }))).toEqual([
    `office/xen1: ${message}`,
    `office/xen2: ${message}`,
  ]);
  const elsewhere = { ssh: { address: '192.0.2.10', port: 2222, hostKeys: [HOST_KEY] } };
  expect(findingsOf(host(1), host(2, { host: elsewhere }))).toEqual([]);
});

test('a host is the same machine in whatever case its DNS name is written', () => {
  const at = (address: string) => ({ host: { ssh: { address, hostKeys: [HOST_KEY] } } });
  const message = "hosts 'xen1' and 'xen2' are the same machine: both are reached at xen.example.org port 22";
  expect(findingsOf(host(1, at('xen.example.org')), host(2, at('XEN.Example.org')))).toEqual([
    `office/xen1: ${message}`,
    `office/xen2: ${message}`,
  ]);
});

/** An estate that breaks many rules at once. */
function messyEstate(): Estate {
  const [one, two] = [hostBridge(1), hostBridge(2)];
  const pin = (macAddress: string) => ({ vifs: [{ bridge: one, address: '192.0.2.40', macAddress }] });
  const hosts = [
    host(1, {
      host: { memoryMiB: 1200, cpus: 1 },
      bridges: [one, bridge({ lan: LAN0, name: 'xenbr1', address: '192.0.2.1' })],
      guests: [
        guest('web1', one, '192.0.2.21'),
        guest('web.1', one, '192.0.2.21', { vcpus: 2 }),
        guest('web_1', two, '192.0.2.23', { disks: [{ kind: 'phy', path: '/dev/vg0/web1' }] }),
        guest('pin1', one, '', pin('52:54:00:00:00:01')),
        guest('pin2', one, '', pin('52:54:00:00:00:01')),
      ],
    }),
    host(2, { bridges: [two], guests: [guest('web1', two, '192.0.2.22')] }),
    host(2, { host: { name: 'xen1' }, bridges: [] }),
  ];
  return estate(hosts, [LAN0, lan({ gateway: '192.0.2.1' })]);
}

test('findings do not depend on the order in which anything was made', () => {
  const messy = messyEstate();
  const expected = estateFindings(messy);
  expect(expected.length).toBeGreaterThan(15);
  const shuffled = <T>(items: readonly T[]) =>
    fc.shuffledSubarray([...items], { minLength: items.length, maxLength: items.length });
  const anyOrder = fc.record({
    lans: shuffled(messy.lans),
    hosts: fc
      .tuple(
        ...messy.hosts.map((one) =>
          fc
            .record({ bridges: shuffled(one.bridges), guests: shuffled(one.guests) })
            .map((contents) => ({ ...one, ...contents })),
        ),
      )
      .chain(shuffled),
  });
  fc.assert(
    fc.property(anyOrder, (mixed) => {
      expect(estateFindings(mixed)).toEqual(expected);
    }),
  );
});

test('findings are printable, start in lower case or with MAC, and stay short', () => {
  for (const { message } of estateFindings(messyEstate())) {
    expect(message).toMatch(/^([a-z']|MAC )[\x20-\x7e]{10,1000}[^. ]$/);
  }
});

/** So many guests, each with its address, over hosts of 200. */
function largeEstate(guests: number, vif: (index: number) => object): Estate {
  const wide = lan({ name: 'wide', cidr: '10.0.0.0/8', gateway: undefined, macSpace: 'locallyAdministered' });
  const address = (index: number): string => `10.1.${Math.floor(index / 250)}.${(index % 250) + 1}`;
  const hosts = Array.from({ length: guests / 200 }, (_, number) => {
    const xenbr0 = bridge({ lan: wide, uplink: undefined, address: undefined });
    const names = Array.from({ length: 200 }, (_unused, index) => number * 200 + index);
    const ssh = { address: `xen${number}.example.org`, hostKeys: [hostKey(number)] };
    return host(1, {
      host: { name: `xen${number}`, ssh, memoryMiB: 100_000 },
      bridges: [xenbr0],
      guests: names.map((index) =>
        guest(`web${index}`, xenbr0, '', { vifs: [{ bridge: xenbr0, address: address(index), ...vif(index) }] }),
      ),
    });
  });
  return estate(hosts, [wide]);
}

test('20,000 guests in the wide MAC space have no findings', () => {
  expect(estateFindings(largeEstate(20_000, () => ({})))).toEqual([]);
});

test('one MAC pinned for 20,000 guests is told to each of them in a line that a person can read', () => {
  const findings = estateFindings(largeEstate(20_000, () => ({ macAddress: '52:54:00:00:00:01' })));
  expect(findings).toHaveLength(20_000);
  expect(findings[0]?.message).toContain('and 19993 more; two machines with one MAC');
  expect(findings[0]?.message.length).toBeLessThan(600);
});
