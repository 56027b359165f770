import { TerraformVariable } from 'cdktf';
import { Address, Boot, Disk, type DiskOptions, GuestRoot, Uplink } from '../../lib';
import { ETH0, filesBelow, synthTree, testHost } from '../helpers/estate';

/** As TypeScript has it: a key that is not there is a string to the compiler. */
const ADDRESSES: Record<string, string> = { xen01: '192.0.2.10' };
const nothing = ADDRESSES['xen1'] as string;

const refused = (message: string, make: () => unknown) => [message, make] as const;

const VOLUME = 'Disk.lvm(): volume must be a volume group and a volume, as in "vg0/web1"';

test.each([
  refused(
    'Address.ipv4(): address is missing, got undefined, which a misspelt key gives too; it must be an IPv4 address as in "192.0.2.10"; where dom0 shall have none, say Address.none()',
    () => Address.ipv4(nothing),
  ),
  refused('Address.ipv4(): address must be an IPv4 address as in "192.0.2.10", got "xen01"', () =>
    Address.ipv4('xen01'),
  ),
  refused(
    'Address.ipv4(): address must be an IPv4 address without a prefix, got "192.0.2.10/24", did you mean "192.0.2.10"?',
    () => Address.ipv4('192.0.2.10/24'),
  ),
  refused('Address.ipv4(): address must be an IPv4 address as in "192.0.2.10", got null', () =>
    Address.ipv4(null as unknown as string),
  ),
  refused(
    'Disk.lvm(): volume is missing, got undefined, which a misspelt key gives too; it must be a volume group and a volume, as in "vg0/web1"',
    () => Disk.lvm(nothing),
  ),
  refused(`${VOLUME}, got "web1"`, () => Disk.lvm('web1')),
  refused(`${VOLUME}, got "vg0/a/b"`, () => Disk.lvm('vg0/a/b')),
  refused(`${VOLUME}, got "/vg0/web1"`, () => Disk.lvm('/vg0/web1')),
  refused(`${VOLUME}, got "/dev/vg0/web1", did you mean "vg0/web1"?`, () => Disk.lvm('/dev/vg0/web1')),
  refused(`${VOLUME}; /dev/mapper is no volume group: for a device there, say Disk.phy("/dev/mapper/...")`, () =>
    Disk.lvm('mapper/vg0-web1'),
  ),
  refused('Disk.lvm(): the name of volume must be a name as lvm has it: letters, digits and + _ . -, got ".."', () =>
    Disk.lvm('vg0/..'),
  ),
  refused("Disk.lvm(): readonly is no option; did you mean 'readOnly'?", () =>
    Disk.lvm('vg0/web1', { readonly: true } as DiskOptions),
  ),
  refused(
    'Disk.phy(): path: a block device lies under /dev, got "/srv/web1.img"; an image file is Disk.file(...)',
    () => Disk.phy('/srv/web1.img'),
  ),
  refused(
    'Disk.raw(): device must be xvda to xvdp, a partition of it as in "xvda1", or an old name as in "sda1" or "hda", got "vda"',
    () => Disk.raw('/srv/web1.img', { device: 'vda' }),
  ),
  refused(
    'Disk.qcow2(): path must be an absolute path on the host, of letters, digits and . _ : @ + - /, got "web1.qcow2"',
    () => Disk.qcow2('web1.qcow2'),
  ),
  refused(
    'Disk.file(): path is missing, got undefined, which a misspelt key gives too; it must be the absolute path of an image, as in "/srv/xen/web1.img"',
    () => Disk.file(nothing),
  ),
  refused(
    'Boot.kernel(): kernel is missing, got undefined, which a misspelt key gives too; it must be the path of a kernel on the host, as in "/boot/vmlinuz"; for one on the guest\'s disk, say Boot.pygrub()',
    () => Boot.kernel(nothing),
  ),
  refused(
    'Boot.kernel(): ramdisk must be an absolute path on the host, of letters, digits and . _ : @ + - /, got "initrd"',
    () => Boot.kernel('/boot/vmlinuz', { ramdisk: 'initrd' }),
  ),
  refused(
    'Uplink.nic(): device is missing, got undefined, which a misspelt key gives too; it must be a physical interface as in "eth0"; for a bridge without one, say Uplink.none()',
    () => Uplink.nic(nothing, ETH0),
  ),
  refused(
    "Uplink.nic(): macAddress is missing, got undefined, which a misspelt key gives too; it must be that interface's MAC address, as `ip link` shows it on the host",
    () => Uplink.nic('eth0', nothing),
  ),
  refused('Uplink.nic(): device must be a physical interface, as in "eth0"; "bond0" is another kind', () =>
    Uplink.nic('bond0', ETH0),
  ),
  refused(
    'Uplink.nicByName(): device is missing, got undefined, which a misspelt key gives too; it must be a physical interface as in "eth0"; for a bridge without one, say Uplink.none()',
    () => Uplink.nicByName(nothing),
  ),
  refused('Uplink.nicByName(): device must be a physical interface, as in "eth0"; "bond0" is another kind', () =>
    Uplink.nicByName('bond0'),
  ),
  refused('GuestRoot.partition(): number must be a whole number from 1 to 127, got 0', () => GuestRoot.partition(0)),
  refused(
    'GuestRoot.logicalVolume(): logicalVolume is missing, got undefined, which a misspelt key gives too; it must be the volume in it, as in "LogVol00"',
    () => GuestRoot.logicalVolume('VolGroup00', nothing),
  ),
  refused(
    'GuestRoot.logicalVolume(): volumeGroup must be a name as lvm has it: letters, digits and + _ . -, got "a/b"',
    () => GuestRoot.logicalVolume('a/b', 'LogVol00'),
  ),
])('%s', (message, make) => {
  expect(make).toThrow(new Error(message));
});

test('what is wrong with the arguments of a factory is told at once', () => {
  expect(() => Uplink.nic(nothing, nothing)).toThrow('Uplink.nic() has 2 problems:');
  expect(() => Uplink.nic('eth0.1', '52:54')).toThrow('Uplink.nic() has 2 problems:');
});

test('a token is refused where it is handed over, not where the file is written', () => {
  const { stringValue } = new TerraformVariable(testHost().stack, 'volume', { type: 'string' });
  for (const make of [
    () => Disk.lvm(stringValue),
    () => Address.ipv4(stringValue),
    () => Uplink.nic('eth0', stringValue),
    () => Boot.kernel('/boot/vmlinuz', { extra: stringValue }),
  ]) {
    expect(make).toThrow(
      /\(\): (volume|address|macAddress|extra) is a Terraform token, known only when Terraform runs/,
    );
  }
});

test('a bridge has no address only where that is said', () => {
  const none = filesBelow(synthTree(testHost(undefined, { bridge: { address: Address.none() } }).app));
  expect(none.get('files/etc/sysconfig/network-scripts/ifcfg-xenbr0')).not.toContain('IPADDR');
  expect(() => testHost(undefined, { bridge: { address: undefined } })).toThrow(
    'bridge "xenbr0": address is missing; give Address.ipv4("192.0.2.10") or Address.none()',
  );
});
