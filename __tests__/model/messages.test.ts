import { HOST_KEY, bridge, domU, failureOf, lan, problemsOf, xenHost } from './inputs';
import { GUEST } from './messages/guest';
import { GUEST_PARTS } from './messages/guest-parts';
import { GUEST_IDENTITY } from './messages/guest-identity';
import { HOST } from './messages/host';
import { LAN_AND_BRIDGE } from './messages/lan-and-bridge';

/** Every message about one object; those between objects stand with their rules. */
const ALL = [...LAN_AND_BRIDGE, ...GUEST, ...GUEST_PARTS, ...GUEST_IDENTITY, ...HOST];

test.each(ALL.map(([message, define]) => [message.split('\n')[0], message, define] as const))(
  '%s',
  (_, message, define) => {
    expect(problemsOf(define)).toEqual([message]);
  },
);

test('every message starts in lower case with the name of a field, and ends without a full stop', () => {
  for (const [message] of ALL) expect(message).toMatch(/^[a-z][A-Za-z0-9]*[ :.[](.|\n)*[^. ]$/);
});

test('one problem is told in one line, with whose it is', () => {
  expect(failureOf(() => domU({ vcpus: 0 })).message).toBe(
    'domU "web1": vcpus must be a whole number from 1 to 128, got 0',
  );
});

test('all problems of a guest are told at once, in the order of its fields', () => {
  const failure = failureOf(() =>
    domU({
      name: 'web 1',
      memoryMiB: 0,
      boot: { kind: 'kernel', kernel: 'vmlinuz', ramdisk: 'initrd' },
      disks: [
        { kind: 'phy', path: 'a' },
        { kind: 'phy', path: '/dev/b' },
        { kind: 'vhd', path: '/srv/c' },
      ],
      vifs: [{ bridge: bridge(), address: 'x', macEpoch: -1 }],
      onCrash: 'reboot',
    }),
  );
  expect(failure.name).toBe('ValidationError');
  expect(failure.problems.map((problem) => problem.split(' ')[0])).toEqual([
    'name',
    'memoryMiB',
    'kernel',
    'ramdisk',
    'disks[0].path',
    'disks[2].kind',
    'vifs[0].address',
    'vifs[0].macEpoch',
    'onCrash',
  ]);
  expect(failure.message.split('\n').slice(0, 3)).toEqual([
    'domU "web 1" has 9 problems:',
    `  - ${failure.problems[0] ?? ''}`,
    '  - memoryMiB must be a whole number from 16 to 16777216, got 0',
  ]);
});

test('all problems of a lan, a bridge and a host are told at once', () => {
  expect(problemsOf(() => lan({ name: '', cidr: '', gateway: '', macSpace: '' }))).toHaveLength(4);
  const uplink = { device: 'bond0', macAddress: '' };
  expect(problemsOf(() => bridge({ name: '', uplink, address: '', stp: 1, mtu: 0, delaySeconds: 99 }))).toHaveLength(7);
  const jump = { address: '', user: 'A', hostKeys: [''] };
  expect(
    problemsOf(() => xenHost({ name: '', ssh: { address: '', port: 0, hostKeys: [HOST_KEY], jump }, cpus: 0 })),
  ).toHaveLength(7);
});

test('several broken rules between the fields of one guest are told at once', () => {
  const disks = ['a', 'b', 'c', 'd'].map((name, index) => ({
    kind: 'phy',
    path: `/dev/${name}`,
    device: index < 2 ? 'xvda' : 'xvdb',
  }));
  expect(problemsOf(() => domU({ maxmemMiB: 16, disks }))).toEqual([
    'maxmemMiB 16 is less than memoryMiB 1024; it is the most that the guest may grow to',
    'two disks are called xvda; give each its own device',
    'two disks are called xvdb; give each its own device',
  ]);
});

test('a wrong address or port is no part of the ssh-keyscan command that a person copies', () => {
  const problems = problemsOf(() => xenHost({ ssh: { address: '$(reboot)', port: '22; reboot' } }));
  expect(problems).toHaveLength(3);
  expect(problems[2]).toContain('\n      ssh-keyscan ADDRESS\n');
});
