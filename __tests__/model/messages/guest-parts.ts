import type { BootInput } from '../../../lib/model/boot';
import type { DiskInput } from '../../../lib/model/disk';
import type { VifInput } from '../../../lib/model/domu';
import { type Loose, bridge, domU } from '../inputs';
import type { Message } from './message';

const disk = (change: Loose<DiskInput>) => domU({ disks: [{ kind: 'phy', path: '/dev/vg0/web1', ...change }] });
const kernel = (change: Loose<BootInput>) => domU({ boot: { kind: 'kernel', kernel: '/boot/vmlinuz', ...change } });
const vif = (change: Loose<VifInput>) => domU({ vifs: [{ bridge: bridge(), address: '192.0.2.21', ...change }] });

const PATH = 'must be an absolute path on the host, of letters, digits and . _ : @ + - /';

export const GUEST_PARTS: readonly Message[] = [
  ['disks[0].kind must be one of phy, file, raw, qcow2; got "vhd"', () => disk({ kind: 'vhd' })],
  [`disks[0].path ${PATH}, got "vg0/web1"`, () => disk({ path: 'vg0/web1' })],
  ['disks[0].path must not contain . or .. as a step, got "/dev/vg0/../sda"', () => disk({ path: '/dev/vg0/../sda' })],
  [
    `disks[0].path must be at most 255 characters, got "/dev/${'x'.repeat(55)}"... (256 characters)`,
    () => disk({ path: `/dev/${'x'.repeat(251)}` }),
  ],
  [
    'disks[0]: a block device lies under /dev, got "/srv/web1.img"; an image file is Disk.file(...)',
    () => disk({ path: '/srv/web1.img' }),
  ],
  [
    'disks[0]: "/dev/vg0/web1" is no image file; a block device is Disk.phy(...) or Disk.lvm(...)',
    () => disk({ kind: 'file' }),
  ],
  [
    'disks[0].device must be xvda to xvdp, or one of its partitions as in "xvda1", got "sda1"',
    () => disk({ device: 'sda1' }),
  ],
  ['disks[0].readOnly must be true or false, got 1', () => disk({ readOnly: 1 })],
  [`kernel ${PATH}, got nothing`, () => kernel({ kernel: undefined })],
  [`ramdisk ${PATH}, got "initrd.img"`, () => kernel({ ramdisk: 'initrd.img' })],
  [
    'root must be printable ASCII without quotes and backslashes, got "/dev/xvda1 \\"ro\\""',
    () => kernel({ root: '/dev/xvda1 "ro"' }),
  ],
  ['extra must not begin or end with a blank, got " quiet"', () => kernel({ extra: ' quiet' })],
  [
    `extra must be at most 1024 characters, got "${'x'.repeat(60)}"... (1025 characters)`,
    () => kernel({ extra: 'x'.repeat(1025) }),
  ],
  [
    'vifs[0].address is missing; give an IPv4 address as in "192.0.2.21"; where the stack does not know it, ' +
      'say Address.dhcp(), Address.unknown() or Address.none()',
    () => vif({ address: undefined }),
  ],
  ['vifs[0].address must be an IPv4 address as in "192.0.2.10", got null', () => vif({ address: null })],
  [
    'vifs[0].address must be an IPv4 address as in "192.0.2.10", got a value of type object',
    () => vif({ address: { addressing: 'static' } }),
  ],
  [
    "vifs[0].address 192.0.2.0 is not inside lan 'lan0', 192.0.2.0/24 (192.0.2.1 to 192.0.2.254)",
    () => vif({ address: '192.0.2.0' }),
  ],
  ['vifs[0].macEpoch must be a whole number from 0 to 1000000, got -1', () => vif({ macEpoch: -1 })],
  [
    'vifs[0]: macAddress pins the MAC and macEpoch derives a new one; give one of them',
    () => vif({ macEpoch: 1, macAddress: '52:54:00:00:00:01' }),
  ],
  [
    'vifs[0].macAddress must be a MAC address as in "00:16:3e:a6:05:8f", got "52:54:00:00:01"',
    () => vif({ macAddress: '52:54:00:00:01' }),
  ],
];
