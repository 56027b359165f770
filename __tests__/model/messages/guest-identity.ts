import type { GuestIdentityInput } from '../../../lib/model/guest-identity';
import { type Loose, bridge, domU } from '../inputs';
import type { Message } from './message';

const identity = (change: Loose<GuestIdentityInput>, guest: object = {}) =>
  domU({ identity: { system: 'el6', root: { kind: 'whole' }, ...change }, ...guest });

const LVM = 'must be a name as lvm has it: letters, digits and + _ . -';

export const GUEST_IDENTITY: readonly Message[] = [
  ['identity.system must be one of el5, el6; got "el7"', () => identity({ system: 'el7' })],
  ['identity.root must be one of whole, partition, lv; got "disk"', () => identity({ root: { kind: 'disk' } })],
  [
    'identity.root partition must be a whole number from 1 to 127, got 0',
    () => identity({ root: { kind: 'partition', number: 0 } }),
  ],
  [
    `identity.root volume group ${LVM}, got "-x"`,
    () => identity({ root: { kind: 'lv', volumeGroup: '-x', logicalVolume: 'root' } }),
  ],
  [
    `identity.root logical volume ${LVM}, got "a/b"`,
    () => identity({ root: { kind: 'lv', volumeGroup: 'vg', logicalVolume: 'a/b' } }),
  ],
  [
    'identity.hostname must be a DNS name as in "xen01.example.org", got "web_1"',
    () => identity({ hostname: 'web_1' }),
  ],
  [
    'identity.rootDisk 1 is no disk of the guest, it has 1; the first one has the number 0',
    () => identity({ rootDisk: 1 }),
  ],
  [
    'identity needs a plain disk, "/srv/web1.qcow2" is qcow2; make it one: qemu-img convert -O raw, then Disk.file(...)',
    () => identity({}, { disks: [{ kind: 'qcow2', path: '/srv/web1.qcow2' }] }),
  ],
  [
    `identity can't be written on "/dev/vg0/web1", which is readOnly; other guests may have it too`,
    () => identity({}, { disks: [{ kind: 'phy', path: '/dev/vg0/web1', readOnly: true }] }),
  ],
  ['identity has nothing to write: the guest has no vifs', () => identity({}, { vifs: [] })],
  [
    'identity writes the address of vifs[1] on the disk, and that is Address.unknown(); ' +
      'give the address, or say Address.dhcp() or Address.none()',
    () =>
      identity(
        {},
        {
          vifs: [
            { bridge: bridge(), address: { addressing: 'dhcp' } },
            { bridge: bridge(), address: { addressing: 'unknown' } },
          ],
        },
      ),
  ],
];
