import { findingsOf, guest, host, hostBridge } from './estates';
import { HOST_KEY } from './inputs';

const xenbr0 = hostBridge(1);
const second = (change: object) =>
  hostBridge(2, { name: 'xenbr1', uplink: { device: 'eth1', macAddress: '52:54:00:aa:00:02' }, ...change });

test('a host with a bridge and guests that fit has no findings', () => {
  const guests = [guest('web1', xenbr0, '192.0.2.21'), guest('web2', xenbr0, '192.0.2.22')];
  expect(findingsOf(host(1, { bridges: [xenbr0], guests }))).toEqual([]);
});

test('two bridges of one name', () => {
  const bridges = [xenbr0, second({ name: 'xenbr0', defaultRoute: false })];
  const message = "office/xen1/xenbr0: host 'xen1' has two bridges called 'xenbr0'";
  expect(findingsOf(host(1, { bridges }))).toEqual([message, message]);
});

test('one uplink under two bridges', () => {
  const uplink = { device: 'eth0', macAddress: '52:54:00:aa:00:02' };
  const message = "uplink eth0 is under bridges 'xenbr0' and 'xenbr1'; an interface is a port of one bridge only";
  expect(findingsOf(host(1, { bridges: [xenbr0, second({ uplink, defaultRoute: false })] }))).toEqual([
    `office/xen1/xenbr0: ${message}`,
    `office/xen1/xenbr1: ${message}`,
  ]);
});

test('two bridges with the default route', () => {
  const message =
    "bridges 'xenbr0' and 'xenbr1' all carry the default route of host 'xen1'; set defaultRoute: false on all but one";
  expect(findingsOf(host(1, { bridges: [xenbr0, second({})] }))).toEqual([
    `office/xen1/xenbr0: ${message}`,
    `office/xen1/xenbr1: ${message}`,
  ]);
  expect(findingsOf(host(1, { bridges: [xenbr0, second({ defaultRoute: false })] }))).toEqual([]);
});

test('a bridge called like its own uplink', () => {
  const bridges = [hostBridge(1, { name: 'wlan0', uplink: { device: 'wlan0', macAddress: '52:54:00:aa:00:01' } })];
  expect(findingsOf(host(1, { bridges }))).toEqual([
    "office/xen1/wlan0: bridge and uplink are both called 'wlan0'; call the bridge 'xenbr0'",
  ]);
});

test('a bridge called like the uplink of another bridge', () => {
  const bridges = [
    hostBridge(1, { name: 'wlan1' }),
    second({ uplink: { device: 'wlan1', macAddress: '52:54:00:aa:00:02' }, defaultRoute: false }),
  ];
  const message = "'wlan1' is a bridge and the uplink of bridge 'xenbr1'; call the bridge 'xenbr0'";
  expect(findingsOf(host(1, { bridges }))).toEqual([`office/xen1/wlan1: ${message}`, `office/xen1/xenbr1: ${message}`]);
});

test("a vif on another host's bridge, though it has the same name", () => {
  const other = hostBridge(2);
  const guests = [guest('web1', other, '192.0.2.21')];
  expect(findingsOf(host(1, { bridges: [xenbr0], guests }), host(2, { bridges: [other] }))).toEqual([
    "office/xen1/web1: vif 0 of domU 'web1' refers to bridge 'xenbr0' of another host; host 'xen1' has: xenbr0",
  ]);
});

test('a vif on a host without bridges', () => {
  const guests = [guest('web1', xenbr0, '192.0.2.21')];
  expect(findingsOf(host(2, { bridges: [], guests }))).toEqual([
    "office/xen2/web1: vif 0 of domU 'web1' refers to bridge 'xenbr0' of another host; host 'xen2' has: none",
  ]);
});

test('guests and dom0 may fill the memory to the last MiB, and not one more', () => {
  const guests = [guest('web1', xenbr0, '192.0.2.21'), guest('web2', xenbr0, '192.0.2.22')];
  const sized = (memoryMiB: number) => ({ host: { memoryMiB, dom0MemoryMiB: 512 }, bridges: [xenbr0], guests });
  expect(findingsOf(host(1, sized(1024)))).toEqual([]);
  expect(findingsOf(host(1, sized(1023)))).toEqual([
    "office/xen1: guests need 512 MiB and dom0 512 MiB, host 'xen1' has memoryMiB 1023: 1 MiB too much",
  ]);
});

test('a guest with more vcpus than its host has CPUs, where those are known', () => {
  const guests = [guest('web1', xenbr0, '192.0.2.21', { vcpus: 5 })];
  expect(findingsOf(host(1, { bridges: [xenbr0], guests }))).toEqual([]);
  expect(findingsOf(host(1, { host: { cpus: 5 }, bridges: [xenbr0], guests }))).toEqual([]);
  expect(findingsOf(host(1, { host: { cpus: 4 }, bridges: [xenbr0], guests }))).toEqual([
    "office/xen1/web1: domU 'web1' has vcpus 5, host 'xen1' has cpus 4",
  ]);
});

const withDisk = (name: string, last: number, path: string, readOnly = false) =>
  guest(name, xenbr0, `192.0.2.${last}`, { disks: [{ kind: 'phy', path, readOnly }] });

test("a disk that one guest writes is no other guest's, under whatever path", () => {
  const message =
    "disk /dev/vg0/data is written by one guest and used by another on host 'xen1' (domU 'web1' and 'web2'): " +
    'two kernels on one filesystem destroy it; give each guest its own disk, or make it readOnly for all';
  const guests = [withDisk('web1', 21, '/dev/vg0/data'), withDisk('web2', 22, '/dev/mapper/vg0-data', true)];
  expect(findingsOf(host(1, { bridges: [xenbr0], guests }))).toEqual([
    `office/xen1/web1: ${message}`,
    `office/xen1/web2: ${message}`,
  ]);
});

test('a disk that all guests only read may be shared, and hosts have disks of their own', () => {
  const guests = [withDisk('web1', 21, '/dev/vg0/data', true), withDisk('web2', 22, '/dev/vg0/data', true)];
  expect(findingsOf(host(1, { bridges: [xenbr0], guests }))).toEqual([]);
  const other = hostBridge(2);
  const hosts = [
    host(1, { bridges: [xenbr0], guests: [withDisk('web1', 21, '/dev/vg0/data')] }),
    host(2, {
      bridges: [other],
      guests: [guest('web2', other, '192.0.2.22', { disks: [{ kind: 'phy', path: '/dev/vg0/data' }] })],
    }),
  ];
  expect(findingsOf(...hosts)).toEqual([]);
});

test('a disk that one guest is given twice', () => {
  const disks = [
    { kind: 'phy', path: '/dev/vg0/web1' },
    { kind: 'phy', path: '/dev/mapper/vg0-web1' },
  ];
  expect(findingsOf(host(1, { bridges: [xenbr0], guests: [guest('web1', xenbr0, '192.0.2.21', { disks })] }))).toEqual([
    "office/xen1/web1: disk /dev/vg0/web1 is given to domU 'web1' more than once; name it once",
  ]);
});

test('two guests of one name on one host', () => {
  const guests = [guest('web1', xenbr0, '192.0.2.21', { vifs: [], disks: [{ kind: 'phy', path: '/dev/vg0/a' }] })];
  const twice = [...guests, guest('web1', xenbr0, '192.0.2.22')];
  const message = "office/xen1/web1: host 'xen1' has two guests called 'web1'";
  expect(findingsOf(host(1, { bridges: [xenbr0], guests: twice }))).toEqual([message, message]);
});

test('names that differ by dots and underscores only', () => {
  const guests = [guest('web.1', xenbr0, '192.0.2.21'), guest('web_1', xenbr0, '192.0.2.22')];
  const message =
    "guests 'web.1' and 'web_1' differ only by dots and underscores, which Terraform can't tell apart; rename one";
  expect(findingsOf(host(1, { bridges: [xenbr0], guests }))).toEqual([
    `office/xen1/web.1: ${message}`,
    `office/xen1/web_1: ${message}`,
  ]);
});

test('very many names that differ by dots and underscores only are not all told to each of them', () => {
  const names = Array.from(
    { length: 256 },
    (_, bits) => `web${Array.from({ length: 8 }, (_unused, bit) => ((bits >> bit) & 1 ? '.' : '_')).join('1')}`,
  );
  const guests = names.map((name, index) => guest(name, xenbr0, `192.0.2.${index}`, { vifs: [], memoryMiB: 16 }));
  const findings = findingsOf(host(1, { bridges: [xenbr0], guests }));
  expect(findings).toHaveLength(256);
  expect(findings[0]).toContain(' and 249 more differ only by dots and underscores');
});

test('a bridge renamed from one that is still described', () => {
  const bridges = [xenbr0, second({ renamedFrom: 'xenbr0', defaultRoute: false })];
  expect(findingsOf(host(1, { bridges }))).toEqual([
    "office/xen1/xenbr1: bridge 'xenbr1' takes the place of 'xenbr0' (renamedFrom), which host 'xen1' still describes; take that one out",
  ]);
});

test('a vif on a bridge that is to be dissolved', () => {
  const leaving = hostBridge(1, { dissolve: true });
  const guests = [guest('web1', leaving, '192.0.2.21')];
  expect(findingsOf(host(1, { bridges: [leaving], guests }))).toEqual([
    "office/xen1/web1: vif 0 of domU 'web1' is on bridge 'xenbr0', which is to be dissolved; give it another bridge",
  ]);
});

test('a host that is looked for where its own bridge will not be', () => {
  const bridges = [hostBridge(1, { address: '192.0.2.77' })];
  const message =
    "host 'xen1' is reached at 192.0.2.10 in lan 'lan0', where its bridge 'xenbr0' has 192.0.2.77: after a switch it would be looked for in the wrong place; if it moves, set ssh.address: '192.0.2.77' and ssh.movesFrom: '192.0.2.10'";
  expect(findingsOf(host(1, { bridges }))).toEqual([`office/xen1: ${message}`]);
  const ssh = { address: '192.0.2.77', movesFrom: '192.0.2.10', hostKeys: [HOST_KEY] };
  expect(findingsOf(host(1, { host: { ssh }, bridges }))).toEqual([]);
});

test.each([
  ['its DNS name says nothing about its address', { address: 'xen1.example.org' }],
  ['another port leads through another machine', { address: '192.0.2.10', port: 2222 }],
  ['the address is of another network', { address: '198.51.100.7' }],
])('nothing is said against the way to a host where %s', (_, ssh) => {
  const bridges = [hostBridge(1, { address: '192.0.2.77' })];
  expect(findingsOf(host(1, { host: { ssh: { hostKeys: [HOST_KEY], ...ssh } }, bridges }))).toEqual([]);
});
