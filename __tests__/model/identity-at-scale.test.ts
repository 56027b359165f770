import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { DomUModel } from '../../lib/model/domu';
import type { Estate, Finding, HostContents } from '../../lib/model/estate';
import type { MacSpace } from '../../lib/model/mac-address';
import { estateFindings } from '../../lib/model/validate-estate';
import { bridge, domU, hostKey, lan, xenHost } from './inputs';

jest.setTimeout(120_000);

const WIDE_LAN = { name: 'lan0', cidr: '10.0.0.0/8', gateway: undefined };
const addressOf = (number: number): string => `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`;

/** Where a guest's one vif gets its MAC from, beside its name. */
interface Vif {
  readonly macEpoch?: number;
  readonly macAddress?: string;
}

/** Hosts xen0, xen1 and so on with one bridge each, on one Lan. */
function site(macSpace: MacSpace, size: number) {
  const lan0 = lan({ ...WIDE_LAN, macSpace });
  const bridges = Array.from({ length: size }, () => bridge({ lan: lan0, uplink: undefined, address: undefined }));

  /** A guest of the host with that number; its address is its own where its index is. */
  const guest = (name: string, index: number, host: number, vif: Vif = {}): DomUModel => {
    const vifs = [{ bridge: bridges[host], address: addressOf(index + 1), ...vif }];
    return domU({ name, memoryMiB: 16, disks: [], boot: { kind: 'kernel', kernel: '/boot/vmlinuz' }, vifs });
  };

  /** Everything, hosts and guests in the order that is asked for; guests lie under their own names. */
  const estate = (
    guests: readonly DomUModel[],
    order: <T>(items: readonly T[]) => readonly T[] = (all) => all,
  ): Estate => {
    const guestsOn = new Map(bridges.map((one) => [one, [] as DomUModel[]]));
    for (const one of order(guests)) for (const vif of one.vifs) guestsOn.get(vif.bridge)?.push(one);
    const hosts = bridges.map((on, number): HostContents => {
      const ssh = { address: `xen${number}.example.org`, hostKeys: [hostKey(number)] };
      return {
        path: `xen${number}`,
        model: xenHost({ name: `xen${number}`, ssh, memoryMiB: 1_000_000 }),
        bridges: [{ path: `xen${number}/xenbr0`, model: on }],
        guests: (guestsOn.get(on) ?? []).map((model) => ({ path: model.name, model })),
      };
    });
    return { lans: [{ path: 'lan0', model: lan0 }], hosts: order(hosts) };
  };
  return { guest, estate };
}

/** The 23 bits that MAC v1 draws, written down once more. */
function bits(name: string, epoch = 0): number {
  const digest = createHash('sha256')
    .update(['mac/v1', 'lan0', name, '0', String(epoch)].join('\0'))
    .digest();
  return ((digest.readUInt8(0) & 0x7f) << 16) | digest.readUInt16BE(1);
}

/** Every pair, compared with every other: slow, and sure. */
function collidingPairs(guests: readonly { readonly name: string; readonly drawn: number }[]): string[] {
  const pairs: string[] = [];
  guests.forEach((one, index) => {
    for (let other = index + 1; other < guests.length; other += 1) {
      const second = guests[other];
      if (second?.drawn === one.drawn) pairs.push([one.name, second.name].sort().join(' '));
    }
  });
  return pairs.sort();
}

/** The pairs that the findings name, each finding being about one group. */
function namedPairs(findings: readonly Finding[]): string[] {
  const pairs = [...new Set(findings.map(({ message }) => message))].flatMap((message) => {
    const names = [...message.matchAll(/domU '([^']+)' vif 0/g)].map((match) => match[1] ?? '').sort();
    return names.flatMap((one, index) => names.slice(index + 1).map((other) => `${one} ${other}`));
  });
  return pairs.sort();
}

/** Names that meet another one in the 23 bits: rare, so they are looked for among many. */
function meetingNames(): string[][] {
  const met = new Map<number, string[]>();
  for (let index = 0; index < 30_000; index += 1) {
    const name = `meet${index}`;
    met.set(bits(name), [...(met.get(bits(name)) ?? []), name]);
  }
  return [...met.values()].filter((names) => names.length > 1);
}

const MEETING = meetingNames();
const NAMES = 2000;

/** 2,000 names, some of which are sure to collide. */
const names = fc
  .record({
    meeting: fc.subarray(MEETING, { minLength: 1, maxLength: 40 }),
    prefix: fc.stringMatching(/^[a-z][a-zA-Z0-9._-]{0,20}$/),
  })
  .map(({ meeting, prefix }) => {
    const sure = meeting.flat();
    return [...sure, ...Array.from({ length: NAMES - sure.length }, (_, index) => `${prefix}-${index}`)];
  });

/** Shuffles by a seed; a shrunk failure is then one number. */
function mixed<T>(items: readonly T[], seed: number): T[] {
  const key = (index: number): number => createHash('sha256').update(`${seed} ${index}`).digest().readUInt32BE(0);
  return items
    .map((item, index) => ({ item, at: key(index) }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

describe("2,000 guests in Xen's 23 bits", () => {
  const { guest, estate } = site('xen', 2);
  const guestsCalled = (some: readonly string[], epochs: ReadonlyMap<string, number> = new Map()): DomUModel[] =>
    some.map((name, index) => guest(name, index, index % 2, { macEpoch: epochs.get(name) ?? 0 }));

  test('the findings name exactly the pairs that brute force finds, one finding for each owner', () => {
    fc.assert(
      fc.property(names, (some) => {
        const pairs = collidingPairs(some.map((name) => ({ name, drawn: bits(name) })));
        const findings = estateFindings(estate(guestsCalled(some)));
        expect(pairs.length).toBeGreaterThan(0);
        expect(namedPairs(findings)).toEqual(pairs);
        expect(findings.map(({ path }) => path)).toEqual([...new Set(pairs.join(' ').split(' '))].sort());
      }),
      { numRuns: 20 },
    );
  });

  test('the cure that a finding names ends it, whichever of the guests takes it', () => {
    fc.assert(
      fc.property(names, fc.nat(), (some, choice) => {
        const epochs = new Map<string, number>();
        let findings = estateFindings(estate(guestsCalled(some)));
        let rounds = 0;
        for (; findings.length > 0 && rounds < 10; rounds += 1) {
          for (const message of new Set(findings.map((finding) => finding.message))) {
            const owners = [...message.matchAll(/domU '([^']+)' vif 0/g)].map((match) => match[1] ?? '');
            const epoch = /set macEpoch: ([0-9]+) on that vif of the newer guest$/.exec(message);
            // All but one of them, whichever that is.
            const [, ...newer] = mixed(owners, choice);
            for (const name of newer) epochs.set(name, Number(epoch?.[1]));
          }
          const before = new Set(findings.map(({ message }) => message));
          findings = estateFindings(estate(guestsCalled(some, epochs)));
          expect(findings.filter(({ message }) => before.has(message))).toEqual([]);
        }
        expect(rounds).toBeGreaterThan(0);
        expect(findings).toEqual([]);
        expect(collidingPairs(some.map((name) => ({ name, drawn: bits(name, epochs.get(name)) })))).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });

  test('the findings are the same in whatever order hosts and guests were made', () => {
    fc.assert(
      fc.property(names, fc.nat(), (some, seed) => {
        const guests = guestsCalled(some);
        const expected = estateFindings(estate(guests));
        expect(expected.length).toBeGreaterThan(1);
        expect(estateFindings(estate(guests, (items) => mixed(items, seed)))).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });
});

describe('100,000 guests in 46 bits', () => {
  const { guest, estate } = site('locallyAdministered', 100);
  const guestAt = (index: number, vif: Vif = {}): DomUModel => guest(`web${index}`, index, index % 100, vif);
  const guests = Array.from({ length: 100_000 }, (_, index) => guestAt(index));

  test('nothing collides', () => {
    expect(new Set(guests.map((one) => one.vifs[0]?.macAddress)).size).toBe(guests.length);
    expect(estateFindings(estate(guests))).toEqual([]);
  });

  test('one pinned MAC that a derived one has is told to both owners, and to nobody else', () => {
    const index = fc.nat(guests.length - 1);
    fc.assert(
      fc.property(index, index, (derived, pinned) => {
        fc.pre(derived !== pinned);
        const macAddress = guests[derived]?.vifs[0]?.macAddress ?? '';
        const changed = [...guests];
        changed[pinned] = guestAt(pinned, { macAddress });
        const findings = estateFindings(estate(changed));
        const owners = [`web${derived}`, `web${pinned}`].sort();
        const who = owners.map((name) => `domU '${name}' vif 0 (${name})`).join(' and ');
        expect(findings.map(({ path }) => path)).toEqual(owners);
        for (const { message } of findings) {
          expect(message).toContain(`MAC ${macAddress} is used more than once on lan 'lan0': ${who}; `);
          expect(message).toContain('remove or change a pinned macAddress');
        }
      }),
      { numRuns: 3 },
    );
  });
});
