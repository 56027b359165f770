import { diskIdentity } from '../../lib/model/disk';
import { formatXenVersion, xenVersion } from '../../lib/model/xen-version';
import { HOST_KEY, bridge, domU, keyData, lan, xenHost } from './inputs';

const diskOf = (path: string) => ({ kind: 'phy', path, device: 'xvda', readOnly: false }) as const;

/** Every object inside a value, itself included. */
function objectsIn(value: unknown): readonly object[] {
  return typeof value === 'object' && value !== null ? [value, ...Object.values(value).flatMap(objectsIn)] : [];
}

test('a lan from its least is complete', () => {
  expect(lan({ gateway: undefined })).toEqual({
    name: 'lan0',
    network: { cidr: '192.0.2.0/24', base: 0xc0000200, prefix: 24 },
    gateway: undefined,
    nameservers: [],
    reservedAddresses: [],
    macSpace: 'xen',
    isolated: false,
  });
});

test('a bridge with an uplink and an address carries the default route and the name servers', () => {
  const lan0 = lan({ nameservers: ['192.0.2.53'] });
  expect(bridge({ lan: lan0 })).toEqual({
    name: 'xenbr0',
    lan: lan0,
    uplink: { device: 'eth0', macAddress: '52:54:00:aa:00:01' },
    address: '192.0.2.10',
    gateway: '192.0.2.1',
    nameservers: ['192.0.2.53'],
    stp: false,
    delaySeconds: 0,
    mtu: undefined,
    renamedFrom: undefined,
    dissolve: false,
    timeouts: { verifySeconds: 40, confirmSeconds: 90, rollbackSeconds: 120 },
    acknowledgeRollback: undefined,
  });
});

test('the timeouts of a switch leave room for the delay, and for each other where one is given', () => {
  expect(bridge({ stp: true, delaySeconds: 4 }).timeouts).toEqual({
    verifySeconds: 48,
    confirmSeconds: 98,
    rollbackSeconds: 128,
  });
  expect(bridge({ timeouts: { verifySeconds: 10 } }).timeouts).toEqual({
    verifySeconds: 10,
    confirmSeconds: 60,
    rollbackSeconds: 90,
  });
});

test.each([
  ['it is told so', { defaultRoute: false }],
  ['it is host-only', { uplink: undefined }],
  ['dom0 has no address on it', { address: undefined }],
  ['its lan has no gateway', { lan: lan({ gateway: undefined }) }],
])('a bridge carries no default route where %s', (_, change) => {
  expect(bridge(change).gateway).toBeUndefined();
});

test('spanning tree waits 15 seconds unless told otherwise', () => {
  expect(bridge({ stp: true }).delaySeconds).toBe(15);
  expect(bridge({ stp: true, delaySeconds: 2 }).delaySeconds).toBe(2);
});

test('a guest from its least is complete', () => {
  const xenbr0 = bridge();
  expect(domU({ vifs: [{ bridge: xenbr0, address: '192.0.2.21' }] })).toEqual({
    name: 'web1',
    memoryMiB: 1024,
    maxmemMiB: 1024,
    vcpus: 1,
    boot: { kind: 'pygrub', kernel: undefined, ramdisk: undefined, root: undefined, extra: undefined },
    disks: [{ kind: 'phy', path: '/dev/vg0/web1', device: 'xvda', readOnly: false, cdrom: false }],
    vifs: [
      {
        ...{ bridge: xenbr0, macAddress: '00:16:3e:a6:05:8f', pinned: false, macEpoch: 0 },
        ...{ addressing: 'static', address: '192.0.2.21', antiSpoofing: false, script: undefined },
        ...{ rate: undefined, model: undefined, emulated: undefined },
      },
    ],
    onPoweroff: 'destroy',
    onReboot: 'restart',
    onCrash: 'restart',
    autostart: true,
    running: true,
    onChange: 'live',
    onRemoval: 'shut-down',
    bootTimeoutSeconds: 180,
    identity: undefined,
    copy: undefined,
    extraConfig: [],
  });
});

test('the MAC follows lan, guest, position and epoch, and the space of its lan', () => {
  const vif = { bridge: bridge(), address: '192.0.2.21' };
  const macs = (change: object) => domU(change).vifs.map((one) => one.macAddress);
  expect(macs({ vifs: [vif, vif] })).toEqual(['00:16:3e:a6:05:8f', '00:16:3e:fb:26:2f']);
  expect(macs({ vifs: [{ ...vif, macEpoch: 1 }] })).toEqual(['00:16:3e:9a:12:f8']);
  const wide = bridge({ lan: lan({ macSpace: 'locallyAdministered' }) });
  expect(macs({ vifs: [{ ...vif, bridge: wide }] })).toEqual(['a6:05:8f:25:d6:de']);
});

test('a MAC by hand is pinned and lowered', () => {
  const vif = { bridge: bridge(), address: '192.0.2.21', macAddress: '00:16:3E:0A:0B:0C' };
  expect(domU({ vifs: [vif] }).vifs[0]).toMatchObject({
    macAddress: '00:16:3e:0a:0b:0c',
    pinned: true,
    macEpoch: undefined,
  });
});

test('disks are called by their position, up to the sixteenth', () => {
  const disks = Array.from({ length: 16 }, (_, index) => ({ kind: 'phy', path: `/dev/vg0/d${index}` }));
  expect(
    domU({ disks })
      .disks.map((disk) => disk.device)
      .join(' '),
  ).toBe(
    Array.from('abcdefghijklmnop')
      .map((letter) => `xvd${letter}`)
      .join(' '),
  );
});

test('a guest with a kernel on the host needs no disk', () => {
  const boot = { kind: 'kernel', kernel: '/boot/vmlinuz', root: '/dev/nfs', extra: 'ip=dhcp' } as const;
  expect(domU({ boot, disks: undefined }).boot).toEqual({ ...boot, ramdisk: undefined });
});

test('a host from its least is complete', () => {
  expect(xenHost()).toEqual({
    name: 'xen01',
    ssh: {
      address: '192.0.2.10',
      port: 22,
      user: 'root',
      hostKeys: [HOST_KEY],
      identityFile: undefined,
      jump: undefined,
    },
    hostname: undefined,
    memoryMiB: 8192,
    dom0MemoryMiB: 1024,
    cpus: undefined,
    xenVersion: { major: 4, minor: 6 },
    guestsAtShutdown: 'shut-down',
    driftDetection: true,
  });
});

test('every kind of host key is taken, its comment dropped', () => {
  const point = Buffer.alloc(65, 4);
  const keys = [
    HOST_KEY,
    `ssh-rsa ${keyData('ssh-rsa', '\x01\x00\x01', Buffer.alloc(257, 1))}`,
    ...['nistp256', 'nistp384', 'nistp521'].map(
      (curve) => `ecdsa-sha2-${curve} ${keyData(`ecdsa-sha2-${curve}`, curve, point)}`,
    ),
  ];
  const ssh = { address: '192.0.2.10', hostKeys: keys.map((key) => `  ${key}\t root@xen01 (console)\n`) };
  expect(xenHost({ ssh }).ssh.hostKeys).toEqual(keys);
});

test('a host key that was cut anywhere is refused', () => {
  const [type = '', data = ''] = HOST_KEY.split(' ');
  for (let length = 0; length < data.length; length += 1) {
    const ssh = { address: '192.0.2.10', hostKeys: [`${type} ${data.slice(0, length)}`] };
    expect(() => xenHost({ ssh })).toThrow('hostKeys[0]');
  }
});

test('a host key of one type under the name of another is refused', () => {
  const ssh = { address: '192.0.2.10', hostKeys: [HOST_KEY.replace('ssh-ed25519', 'ssh-rsa')] };
  expect(() => xenHost({ ssh })).toThrow('is no complete ssh-rsa key');
});

test.each(['4.2', '4.6', '4.17'])('Xen %s is written as it was read', (version) => {
  expect(formatXenVersion(xenVersion('xenVersion', version))).toBe(version);
});

test.each(['4.1', '4', '4.', '5.0', '4.6.6', 'v4.6', '4.6 '])('Xen %j is refused', (version) => {
  expect(() => xenVersion('xenVersion', version)).toThrow('must be a Xen release from "4.2" on');
});

test('a volume has one identity under both of its paths, hyphens doubled in one', () => {
  expect(diskIdentity(diskOf('/dev/mapper/vg0-web1'))).toBe('/dev/vg0/web1');
  expect(diskIdentity(diskOf('/dev/mapper/vg--a-web--1--x'))).toBe('/dev/vg-a/web-1-x');
  expect(diskIdentity(diskOf('/dev/vg0/web1'))).toBe('/dev/vg0/web1');
  expect(diskIdentity(diskOf('/dev/mapper/mpatha'))).toBe('/dev/mapper/mpatha');
});

test('everything that is defined is frozen, however deep', () => {
  const all = [lan({ nameservers: ['192.0.2.53'] }), bridge(), domU(), xenHost()].flatMap(objectsIn);
  expect(all.filter((object) => !Object.isFrozen(object))).toEqual([]);
});

test("what stands on a guest's disk is what its vifs are: one value", () => {
  const far = lan({ name: 'storage', cidr: '198.51.100.0/25', gateway: undefined });
  const guest = domU({
    vifs: [
      { bridge: bridge({ lan: far, name: 'xenbr1', uplink: undefined, address: undefined }), address: '198.51.100.21' },
      { bridge: bridge({ lan: lan({ nameservers: ['192.0.2.53'] }) }), address: '192.0.2.21' },
    ],
    identity: { system: 'el6', root: { kind: 'partition', number: 2 }, hostname: 'web1.example.org' },
  });
  expect(guest.identity).toEqual({
    system: 'el6',
    rootDisk: guest.disks[0],
    root: { kind: 'partition', number: 2 },
    hostname: 'web1.example.org',
    nics: [
      {
        device: 'eth0',
        macAddress: guest.vifs[0]?.macAddress,
        addressing: 'static',
        address: '198.51.100.21',
        prefix: 25,
        gateway: undefined,
        nameservers: [],
      },
      {
        device: 'eth1',
        macAddress: guest.vifs[1]?.macAddress,
        addressing: 'static',
        address: '192.0.2.21',
        prefix: 24,
        gateway: '192.0.2.1',
        nameservers: ['192.0.2.53'],
      },
    ],
  });
});
