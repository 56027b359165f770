import type { BootInput } from '../../../lib/model/boot';
import type { DiskInput } from '../../../lib/model/disk';
import type { VifInput } from '../../../lib/model/vif';
import { show } from '../../../lib/model/show';
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
    'disks[0].device must be xvda to xvdp, a partition of it as in "xvda1", or an old name as in "sda1" or "hda", got "vda1"',
    () => disk({ device: 'vda1' }),
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
  [
    'vifs[0].antiSpoofing lets only frames of one address pass, and the address is not known here',
    () => vif({ address: { addressing: 'dhcp' }, antiSpoofing: true }),
  ],
  ['vifs[0].antiSpoofing must be true or false, got "yes"', () => vif({ antiSpoofing: 'yes' })],
  [
    'vifs[0].script must be a script of /etc/xen/scripts as in "vif-route", or an absolute path, got "a/b"',
    () => vif({ script: 'a/b' }),
  ],
  [
    'vifs[0].rate must be a rate as xl has it: "10Mb/s", "512KB/s" or "10Mb/s@20ms", got "10 Mbit"',
    () => vif({ rate: '10 Mbit' }),
  ],
  [
    'vifs[0].rate "9b/s" is less than one byte in its interval, which Xen takes for no limit; ' +
      'give a higher rate or a longer interval',
    () => vif({ rate: '9b/s' }),
  ],
  [
    'ramdisk goes with a kernel on the disk; give that too, or neither, and the grub menu names both',
    () => domU({ boot: { kind: 'pygrub', ramdisk: '/boot/initrd.img' } }),
  ],
  [
    'order must be letters of a (floppy), c (disk), d (CD) and n (network), each once, got "cc"',
    () => domU({ boot: { kind: 'hvm', order: 'cc' } }),
  ],
  ['extraConfig.boot is written from boot; give it there', () => domU({ extraConfig: { boot: 'dc' } })],
  ['vifs[0].model must be a card as xl has it: "e1000", "rtl8139", got "E 1000"', () => vif({ model: 'E 1000' })],
  ['vifs[0].emulated must be true or false, got "tap"', () => vif({ emulated: 'tap' })],
  ['extraConfig must be an object, as in { cpus: "2-3" }, got "cpus"', () => domU({ extraConfig: 'cpus' })],
  [
    'extraConfig.VCPUS must be a key of xl: lower-case letters, digits and _, a letter first',
    () => domU({ extraConfig: { VCPUS: 2 } }),
  ],
  ['extraConfig.vcpus is written from vcpus; give it there', () => domU({ extraConfig: { vcpus: 2 } })],
  [
    'extraConfig.vncpasswd is a secret, which would stand in plan, state and files that people review; ' +
      'set it on the host by another way',
    () => domU({ extraConfig: { vncpasswd: 'x' } }),
  ],
  [
    'extraConfig.vfb[0] gives a secret, which would stand in plan, state and files that people review',
    () => domU({ extraConfig: { vfb: ['vnc=1,vncpasswd=x'] } }),
  ],
  [
    "extraConfig.cpu_weigth is no key of xl, which passes over it without a word; did you mean 'cpu_weight'?",
    () => domU({ extraConfig: { cpu_weigth: 512 } }),
  ],
  ...['a "b"', -1, 1.5, true, null, { a: 1 }].map((value): Message => [
    'extraConfig.cpus must be a whole number, a text of at most 1024 printable ASCII characters without quotes and ' +
      `backslashes, or a list of such texts, got ${show(value)}`,
    () => domU({ extraConfig: { cpus: value } }),
  ]),
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
