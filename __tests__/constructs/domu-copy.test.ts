import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type App, TerraformStack } from 'cdktf';
import {
  Address,
  Boot,
  Disk,
  DomU,
  type DomUCopyOptions,
  type DomUOptions,
  GuestRoot,
  GuestSystem,
  Lan,
} from '../../lib';
import { LAN, rackHost, testApp, testHost, warningsAt } from '../helpers/estate';

const IDENTITY = { system: GuestSystem.CENTOS_6, root: GuestRoot.partition(1), hostname: 'web1.example.org' };

/** An original on one host, and another host on the same lan. */
function office(change: Partial<DomUOptions> = {}) {
  const app = testApp();
  const lan = new Lan(app, 'lan0', LAN);
  const first = rackHost(new TerraformStack(app, 'rack1'), lan, 1);
  const second = rackHost(new TerraformStack(app, 'rack2'), lan, 2);
  const web1 = first.host.addDomU('web1', {
    memoryMiB: 1024,
    vcpus: 2,
    boot: Boot.pygrub(),
    disks: [Disk.lvm('vg0/web1')],
    vifs: [{ bridge: first.bridge, address: '192.0.2.21' }],
    identity: IDENTITY,
    ...change,
  });
  return { app, lan, first, second, web1 };
}

function treeFile(app: App, stack: string, host: string, path: string): string {
  return readFileSync(join(app.outdir, 'stacks', stack, 'assets', host, 'tree', path), 'utf8');
}

function triggersOf(app: App, stack: string, resource: string): Record<string, string> {
  const json = JSON.parse(readFileSync(join(app.outdir, 'stacks', stack, 'cdk.tf.json'), 'utf8')) as {
    resource: { null_resource: Record<string, { triggers: Record<string, string> }> };
  };
  return json.resource.null_resource[resource]?.triggers ?? {};
}

test('snapshots of several disks of a running original are warned of, one disk or a shut down original are not', () => {
  const two = { disks: [Disk.lvm('vg0/web1'), Disk.lvm('vg0/data')] };
  const { second, web1 } = office(two);
  const copy = (name: string, snapshotMiB: number, copyDisks = true) =>
    DomU.copyOf(web1, {
      name,
      host: second.host,
      snapshotMiB,
      copyDisks,
      disks: [Disk.lvm(`vg0/${name}`), Disk.lvm(`vg0/${name}-data`)],
      vifs: [],
    });
  expect(warningsAt(copy('test1', 64))).toEqual([
    "domU 'test1' copies 'web1' while that runs, its 2 disks one after the other: they are of different moments; " +
      'where data on one has to fit data on another, shut the original down for the copy',
  ]);
  expect(warningsAt(copy('test2', 0))).toEqual([]);
  expect(warningsAt(copy('test3', 64, false))).toEqual([]);
  const single = office();
  const { second: other } = single;
  const options = { host: other.host, snapshotMiB: 64, disks: [Disk.lvm('vg0/test')], vifs: [] };
  expect(warningsAt(DomU.copyOf(single.web1, { name: 'test1', ...options }))).toEqual([]);
});

test('a copy has the memory and boot of its original, and a MAC, addresses, disks and a host name of its own', () => {
  const { app, first, web1 } = office();
  const copy = DomU.copyOf(web1, {
    name: 'web1-test',
    disks: [Disk.lvm('vg0/web1-test')],
    vifs: [{ bridge: first.bridge, address: '192.0.2.31' }],
    snapshotMiB: 512,
  });
  expect(copy.host).toBe(web1.host);
  expect(copy.vifs[0]?.macAddress).not.toBe(web1.vifs[0]?.macAddress);
  app.synth();
  const config = treeFile(app, 'rack1', 'xen01', 'files/etc/xen/web1-test');
  expect(config).toContain('memory = 1024\n');
  expect(config).toContain('vcpus = 2\n');
  expect(config).toContain('phy:/dev/vg0/web1-test,xvda,w');
  const words = treeFile(app, 'rack1', 'xen01', 'words/domU-web1-test');
  expect(words).toContain('\nguest-hostname web1-test.example.org\n');
  expect(words).toContain('\nautostart no\n');
  expect(treeFile(app, 'rack1', 'xen01', 'copies/domU-web1-test')).toBe(
    'xen01 web1 phy /dev/vg0/web1 phy /dev/vg0/web1-test 512\n',
  );
  expect(triggersOf(app, 'rack1', 'xen01_domU_web1-test')).toMatchObject({ copy_of: 'web1 on xen01' });
  expect(triggersOf(app, 'rack1', 'xen01_domU_web1')).not.toHaveProperty('copy_of');
});

test('a copy on another host may have a disk of the same name, of another kind, and other memory', () => {
  const { app, second, web1 } = office({ disks: [Disk.lvm('vg0/web1'), Disk.raw('/srv/data.img')], maxmemMiB: 2048 });
  DomU.copyOf(web1, {
    name: 'web1-test',
    host: second.host,
    memoryMiB: 512,
    disks: [Disk.lvm('vg0/web1'), Disk.file('/srv/web1-data.img')],
    vifs: [{ bridge: second.bridge, address: '192.0.2.31' }],
  });
  app.synth();
  expect(treeFile(app, 'rack2', 'xen02', 'copies/domU-web1-test')).toBe(
    'xen01 web1 phy /dev/vg0/web1 phy /dev/vg0/web1 0\nxen01 web1 file /srv/data.img file /srv/web1-data.img 0\n',
  );
  expect(triggersOf(app, 'rack2', 'xen02_domU_web1-test')).toMatchObject({ memory_mib: '512' });
});

test('a copy in the stack of its original is made after it', () => {
  const { app, xen01, xenbr0 } = testHost();
  const web1 = xen01.addDomU('web1', {
    memoryMiB: 64,
    boot: Boot.pygrub(),
    disks: [Disk.file('/srv/a.img')],
    vifs: [{ bridge: xenbr0, address: '192.0.2.21' }],
    identity: IDENTITY,
  });
  DomU.copyOf(web1, { name: 'copy', disks: [Disk.file('/srv/b.img')] });
  app.synth();
  const json = JSON.parse(readFileSync(join(app.outdir, 'stacks/office/cdk.tf.json'), 'utf8')) as {
    resource: { null_resource: Record<string, { depends_on: string[] }> };
  };
  expect(json.resource.null_resource['xen01_domU_copy']?.depends_on).toContain('null_resource.xen01_domU_web1');
});

test('disks that both only read are shared, and disks that were filled by hand are not copied', () => {
  const iso = () => Disk.file('/srv/install.iso', { readOnly: true });
  const { app, first, web1 } = office({ disks: [Disk.lvm('vg0/web1'), iso()] });
  const vifs = [{ bridge: first.bridge, address: '192.0.2.31' }];
  DomU.copyOf(web1, { name: 'a', disks: [Disk.lvm('vg0/a'), iso()], vifs });
  DomU.copyOf(web1, { name: 'b', disks: [Disk.phy('/dev/sdb1'), iso()], copyDisks: false });
  app.synth();
  expect(treeFile(app, 'rack1', 'xen01', 'copies/domU-a')).toBe('xen01 web1 phy /dev/vg0/web1 phy /dev/vg0/a 0\n');
  expect(() => treeFile(app, 'rack1', 'xen01', 'copies/domU-b')).toThrow('ENOENT');
});

test('CD drives are not copied, and neither is a uuid', () => {
  const { app, first, second, web1 } = office({
    disks: [Disk.lvm('vg0/web1'), Disk.cdrom('/srv/install.iso'), Disk.emptyCdrom({ device: 'hdd' })],
    extraConfig: { uuid: '6a1ff1c5-0a3c-4a5d-8f6c-0123456789ab', cpus: '2-3' },
  });
  const drives = [Disk.emptyCdrom(), Disk.emptyCdrom({ device: 'hdd' })];
  for (const { host, bridge, name, address } of [
    { ...first, name: 'near', address: Address.dhcp() },
    { ...second, name: 'far', address: '192.0.2.32' },
  ]) {
    DomU.copyOf(web1, { name, host, disks: [Disk.lvm(`vg0/${name}`), ...drives], vifs: [{ bridge, address }] });
  }
  app.synth();
  expect(treeFile(app, 'rack1', 'xen01', 'copies/domU-near')).toBe(
    'xen01 web1 phy /dev/vg0/web1 phy /dev/vg0/near 0\n',
  );
  expect(treeFile(app, 'rack2', 'xen02', 'copies/domU-far')).toBe('xen01 web1 phy /dev/vg0/web1 phy /dev/vg0/far 0\n');
  const text = treeFile(app, 'rack2', 'xen02', 'files/etc/xen/far');
  expect(text).toContain('",hdc:cdrom,r"');
  expect(text).toContain('cpus = "2-3"');
  expect(text).not.toContain('uuid');
  expect(treeFile(app, 'rack1', 'xen01', 'files/etc/xen/web1')).toContain('uuid = "6a1ff1c5-');
});

type Office = ReturnType<typeof office>;

test.each<[string, Partial<DomUOptions>, (office: Office) => Partial<DomUCopyOptions>, string]>([
  [
    "its original's name",
    {},
    () => ({ name: 'web1' }),
    "name is its original's: a MAC follows from the guest's name, so a copy needs a name of its own",
  ],
  [
    "its original's address",
    {},
    ({ first }) => ({ vifs: [{ bridge: first.bridge, address: '192.0.2.21' }] }),
    "vifs[0].address 192.0.2.21 is its original's on lan 'lan0'; give the copy one of its own",
  ],
  [
    "its original's MAC, on another host of the lan",
    {},
    ({ second }) => ({
      host: second.host,
      vifs: [{ bridge: second.bridge, address: '192.0.2.31', macAddress: '00:16:3e:a6:05:8f' }],
    }),
    "vifs[0].macAddress 00:16:3e:a6:05:8f is its original's on lan 'lan0': both would lose the network; leave macAddress out, and it follows from the name of the copy",
  ],
  [
    "its original's disk",
    {},
    () => ({ disks: [Disk.phy('/dev/mapper/vg0-web1')] }),
    "disks[0] is /dev/mapper/vg0-web1, its original's own; two kernels on one filesystem destroy it: name another one, it is made and filled at deploy",
  ],
  [
    'too few disks',
    {},
    () => ({ disks: [] }),
    "disks has 0 entries, its original 'web1' has 1; name one for each, in the same order",
  ],
  [
    'a disk that can not be made',
    {},
    () => ({ disks: [Disk.phy('/dev/sdb1')] }),
    'disks[0]: /dev/sdb1 is no logical volume, and no other device is made or overwritten; use Disk.lvm(...), or fill it by hand and set copyDisks: false',
  ],
  [
    'a disk of a format that is not copied',
    { disks: [Disk.qcow2('/srv/web1.qcow2')], identity: undefined },
    () => ({ vifs: [] }),
    'disks[0]: /srv/web1.qcow2 is qcow2, only plain disks are copied; make it by hand (qemu-img convert) and set copyDisks: false',
  ],
  [
    'a disk for a CD drive',
    { disks: [Disk.lvm('vg0/web1'), Disk.cdrom('/srv/install.iso')] },
    () => ({ disks: [Disk.lvm('vg0/a'), Disk.lvm('vg0/b')] }),
    'disks[1] is a CD drive of the original and a disk of the copy; name a CD drive for a CD drive',
  ],
  [
    'an address that its disk may say otherwise',
    {},
    ({ first }) => ({ vifs: [{ bridge: first.bridge, address: Address.unknown() }] }),
    'identity writes the address of vifs[0] on the disk, and that is Address.unknown(); give the address, or say Address.dhcp() or Address.none()',
  ],
  [
    'no identity',
    { identity: undefined },
    () => ({}),
    "identity is missing: its disk would say the MAC and the address of 'web1'; say in the original's identity, or in the copy's, which system is on it and where",
  ],
  [
    "its original's address in the kernel's arguments",
    { boot: Boot.kernel('/boot/vmlinuz', { extra: 'ip=192.0.2.21::192.0.2.1 quiet' }) },
    () => ({}),
    "boot.extra has its original's address 192.0.2.21; give the copy a boot of its own",
  ],
])('a copy with %s is refused', (_, original, options, message) => {
  const all = office(original);
  expect(() =>
    DomU.copyOf(all.web1, {
      name: 'web1-test',
      disks: [Disk.lvm('vg0/web1-test')],
      vifs: [{ bridge: all.first.bridge, address: '192.0.2.31' }],
      ...options(all),
    }),
  ).toThrow(message);
});

test('a copy without a name is refused', () => {
  expect(() => DomU.copyOf(office().web1, {} as unknown as DomUCopyOptions)).toThrow(
    "copy of domU 'web1': name is missing; a copy needs one of its own",
  );
});
