import fc from 'fast-check';
import type { LanModel } from '../../lib/model/lan';
import { overlapFindings } from '../../lib/model/validate-overlap';
import { lan } from './inputs';

const net = (name: string, cidr: string, isolated = false) => lan({ name, cidr, gateway: undefined, isolated });
const findings = (...lans: readonly LanModel[]) =>
  overlapFindings(lans.map((model) => ({ path: `app/${model.name}`, model }))).map(
    ({ path, message }) => `${path}: ${message}`,
  );

test('two lans with one network are refused, both are named, and what to do', () => {
  const message =
    "lans 'a' (192.0.2.0/24, at app/a) and 'b' (192.0.2.0/24, at app/b) have addresses in common, so two machines could have one: " +
    "give them networks that don't overlap, or describe one Lan where it is one network; where nothing joins them, no cable, " +
    'router or tunnel, set isolated: true on one of them';
  expect(findings(net('b', '192.0.2.0/24'), net('a', '192.0.2.0/24'))).toEqual([
    `app/a: ${message}`,
    `app/b: ${message}`,
  ]);
});

test('a network inside of another overlaps, one beside it does not', () => {
  expect(findings(net('a', '10.0.0.0/8'), net('b', '10.255.255.0/24'))).toHaveLength(2);
  expect(findings(net('a', '192.0.2.0/25'), net('b', '192.0.2.128/25'), net('c', '192.0.3.0/24'))).toEqual([]);
});

test('it is enough that one of two is isolated; of three, two have to be', () => {
  const at = '192.0.2.0/24';
  expect(findings(net('a', at, true), net('b', at))).toEqual([]);
  expect(findings(net('a', at, true), net('b', at), net('c', at))).toHaveLength(2);
  expect(findings(net('a', at, true), net('b', at, true), net('c', at))).toEqual([]);
});

const lans = fc.uniqueArray(
  fc.record({ third: fc.nat(3), fourth: fc.nat(3), prefix: fc.integer({ min: 21, max: 28 }), isolated: fc.boolean() }),
  { minLength: 1, maxLength: 10, selector: ({ third, fourth, prefix }) => `${third} ${fourth} ${prefix}` },
);

test('who is named is who overlaps with any other, as comparing all pairs has it', () => {
  fc.assert(
    fc.property(lans, (some) => {
      const models = some.map(({ third, fourth, prefix, isolated }, index) => {
        const bits = third * 256 + fourth * 64;
        const base = bits - (bits % 2 ** (32 - prefix));
        return net(`n${index}`, `10.0.${base >> 8}.${base & 255}/${prefix}`, isolated);
      });
      const meets = (a: LanModel, b: LanModel): boolean =>
        a !== b &&
        !a.isolated &&
        !b.isolated &&
        a.network.base < b.network.base + 2 ** (32 - b.network.prefix) &&
        b.network.base < a.network.base + 2 ** (32 - a.network.prefix);
      const expected = models
        .filter((one) => models.some((other) => meets(one, other)))
        .map(({ name }) => `app/${name}`);
      expect(
        findings(...models)
          .map((line) => line.split(':')[0])
          .sort(),
      ).toEqual(expected.sort());
    }),
  );
});
