import { hostAddresses } from '../../../lab/xen/addresses';
import { cpioArchive } from '../../../lab/xen/cpio';
import { parseForwards } from '../../../lab/xen/gateway';
import { missingPrograms } from '../../../lab/xen/requirements';
import { gatewayArguments, hostArguments } from '../../../lab/xen/qemu';

test('the address and the MAC of a host follow from its name', () => {
  expect(hostAddresses('xen01')).toEqual({ name: 'xen01', address: '192.0.2.10', macAddress: '52:54:00:00:02:0a' });
  expect(hostAddresses('xen10')).toEqual({ name: 'xen10', address: '192.0.2.19', macAddress: '52:54:00:00:02:13' });
});

test.each(['xen00', 'xen11', 'web01', '', 'xen01 '])('a host may not be named %p', (name) => {
  expect(() => hostAddresses(name)).toThrow(`unknown lab host '${name}', allowed: xen01 to xen10`);
});

test('an archive has its directories before its files and everything on a multiple of four', () => {
  const archive = cpioArchive([{ path: 'seed/etc/hosts', mode: 0o644, content: 'five\n' }]);
  const names = [...archive.toString('latin1').matchAll(/070701[0-9a-f]{104}([^\0]+)\0/g)].map((match) => match[1]);
  expect(names).toEqual(['seed', 'seed/etc', 'seed/etc/hosts', 'TRAILER!!!']);
  expect(archive.length % 4).toBe(0);
});

test('the loopback ports that QEMU chose are read from its table', () => {
  const table = `Hub 1 (user):
  Protocol[State]    FD  Source Address  Port   Dest. Address  Port RecvQ SendQ
  TCP[ESTABLISHED]   14       127.0.0.1 37053      192.0.2.10    22     0     0
  TCP[HOST_FORWARD]  13       127.0.0.1 37053      192.0.2.10    22     0     0
  TCP[HOST_FORWARD]  15       127.0.0.1 40001      192.0.2.21    80     0     0`;
  expect(parseForwards(table)).toEqual([
    { loopbackPort: 37053, address: '192.0.2.10', port: 22 },
    { loopbackPort: 40001, address: '192.0.2.21', port: 80 },
  ]);
});

test('every missing program is named by the package to install, once', () => {
  const missing = missingPrograms('/nonexistent');
  expect(missing).toContain('qemu-system-x86');
  expect(new Set(missing).size).toBe(missing.length);
});

test('a host reaches the LAN by the switch alone and the gateway answers for itself alone', () => {
  const host = hostArguments({
    name: 'xen01',
    macAddress: '52:54:00:00:02:0a',
    image: '/image',
    initramfs: '/run/initrd.img',
    disk: '/run/disk.qcow2',
    switchPort: 4711,
    console: '/run/console.log',
    monitor: '/run/monitor.sock',
  });
  expect(host.filter((argument) => argument.startsWith('socket,'))).toEqual(['socket,id=lan,connect=127.0.0.1:4711']);
  expect(host.some((argument) => argument.startsWith('user,'))).toBe(false);
  expect(gatewayArguments(4711, '/run/gateway.sock').join(' ')).toContain('restrict=on');
});
