import fc from 'fast-check';
import { type HostOnLans, peerLists } from '../../lib/render/peers';

const host = (name: string, ...lans: readonly string[]): HostOnLans => ({ name, stack: `stack-${name}`, lans });

const listFor = (name: string, ...hosts: readonly HostOnLans[]): string => {
  const self = hosts.find((one) => one.name === name);
  if (self === undefined) throw new Error(`no host is called ${name}`);
  return peerLists(hosts)(self);
};

test('each other host on a lan of the host is one line, sorted, with the lans that both are on', () => {
  const hosts = [
    host('b', 'lan0', 'lan1'),
    host('xen10', 'lan1'),
    host('xen2', 'lan2', 'lan0', 'lan1'),
    host('c', 'x'),
  ];
  expect(listFor('b', ...hosts)).toBe('xen10 stack-xen10 lan1\nxen2 stack-xen2 lan0,lan1\n');
  expect(listFor('xen10', ...hosts)).toBe('b stack-b lan1\nxen2 stack-xen2 lan1\n');
});

test('a host that is alone on its lans, or on none, has an empty list', () => {
  expect(listFor('a', host('a', 'lan0'), host('b', 'lan1'))).toBe('');
  expect(listFor('a', host('a'), host('b'))).toBe('');
});

test('two bridges on one lan are one lan', () => {
  expect(listFor('a', host('a', 'lan0', 'lan0'), host('b', 'lan0', 'lan0'))).toBe('b stack-b lan0\n');
});

const LANS = ['lan0', 'lan1', 'lan2', 'lan3'];
const estates = fc
  .uniqueArray(fc.stringMatching(/^[a-z][a-z0-9]{0,3}$/), { minLength: 1, maxLength: 12 })
  .chain((names) => fc.tuple(...names.map((name) => fc.subarray(LANS).map((lans) => host(name, ...lans)))));

test('the lists are what comparing every host with every other gives, in whatever order hosts were made', () => {
  fc.assert(
    fc.property(estates, fc.nat(), (hosts, turn) => {
      const turned = [...hosts.slice(turn % hosts.length), ...hosts.slice(0, turn % hosts.length)];
      const list = peerLists(turned);
      for (const self of hosts) {
        const expected = hosts
          .filter((one) => one !== self)
          .map((one) => ({ ...one, both: one.lans.filter((lan) => self.lans.includes(lan)).sort() }))
          .filter(({ both }) => both.length > 0)
          .map(({ name, stack, both }) => `${name} ${stack} ${both.join(',')}\n`)
          .sort((a, b) => ((a.split(' ')[0] ?? '') < (b.split(' ')[0] ?? '') ? -1 : 1))
          .join('');
        expect(list(self)).toBe(expected);
      }
    }),
  );
});
