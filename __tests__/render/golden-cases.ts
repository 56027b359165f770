import type { BridgeModel } from '../../lib/model/bridge';
import type { DomUModel } from '../../lib/model/domu';
import type { XenHostModel } from '../../lib/model/xen-host';
import { bridgeUnit, guestUnit, hostUnit, rosterUnit, sharedFiles } from '../../lib/render/host-tree';
import { type HostOnLans, peerLists } from '../../lib/render/peers';
import { HOST_KEY, bridge, domU, keyData, lan, xenHost } from '../model/inputs';

/** A host's tree as a reviewer reads it; whole files stand under the paths that they have on the host. */
export type Tree = ReadonlyMap<string, string>;

function treeOf(
  host: XenHostModel,
  bridges: readonly BridgeModel[],
  guests: readonly DomUModel[] = [],
  others: readonly HostOnLans[] = [],
): Tree {
  const self = { name: host.name, stack: 'office', lans: bridges.map((one) => one.lan.name) };
  const peers = peerLists([self, ...others])(self);
  const units = [
    hostUnit(host, bridges),
    rosterUnit(bridges, guests),
    ...bridges.map(bridgeUnit),
    ...guests.map((guest) => guestUnit(guest)),
  ];
  const files = [...units.flatMap((unit) => unit.files), ...sharedFiles(host, bridges, guests, units, peers)];
  return new Map(files.map((file) => [file.path.replace(/^files\//, ''), file.content]));
}

const LAN0 = lan({ nameservers: ['192.0.2.53', '192.0.2.54'] });
const LAN1 = lan({ name: 'storage', cidr: '198.51.100.0/24', gateway: undefined });
const xenbr0 = bridge({ lan: LAN0 });
const xenbr1 = bridge({
  name: 'xenbr1',
  lan: LAN1,
  uplink: { device: 'eth1', macAddress: '52:54:00:aa:00:02' },
  address: '198.51.100.10',
});

const RSA_KEY = `ssh-rsa ${keyData('ssh-rsa', '\x01\x00\x01', Buffer.alloc(257, 7))}`;

/** What a person sets up, one case per thing that differs in the files. */
export const CASES: Readonly<Record<string, () => Tree>> = {
  'one-bridge-static': () => treeOf(xenHost({ hostname: 'xen01.example.org' }), [xenbr0]),

  'uplink-known-by-its-name': () => treeOf(xenHost(), [bridge({ lan: LAN0, uplink: { device: 'em1', byName: true } })]),

  'two-bridges-two-uplinks': () => treeOf(xenHost(), [xenbr0, xenbr1]),

  'host-only-bridge': () =>
    treeOf(xenHost(), [bridge({ name: 'lan0', lan: LAN1, uplink: undefined, address: undefined })]),

  'hosts-on-its-lans': () =>
    treeOf(
      xenHost(),
      [xenbr0, xenbr1],
      [],
      [
        { name: 'xen10', stack: 'rack2', lans: ['lan0', 'storage'] },
        { name: 'xen02', stack: 'rack2', lans: ['storage', 'backup', 'lan0'] },
        { name: 'xen03', stack: 'office', lans: ['storage'] },
        { name: 'far', stack: 'backup', lans: ['backup'] },
        { name: 'empty', stack: 'rack3', lans: [] },
      ],
    ),

  'mtu-and-stp': () => treeOf(xenHost(), [bridge({ lan: LAN0, mtu: 9000, stp: true, delaySeconds: 4 })]),

  'bridge-renamed': () => treeOf(xenHost(), [bridge({ lan: LAN0, renamedFrom: 'br0' })]),

  'bridge-dissolved': () => treeOf(xenHost(), [bridge({ lan: LAN0, dissolve: true })]),

  'host-moves': () =>
    treeOf(xenHost({ ssh: { address: '192.0.2.11', movesFrom: '192.0.2.10', hostKeys: [HOST_KEY] } }), [
      bridge({
        lan: LAN0,
        address: '192.0.2.11',
        timeouts: { verifySeconds: 60, rollbackSeconds: 300 },
        acknowledgeRollback: '4711-0a1b2c3d4e5f',
      }),
    ]),

  'guest-pygrub': () =>
    treeOf(xenHost(), [xenbr0], [domU({ vcpus: 2, vifs: [{ bridge: xenbr0, address: '192.0.2.21' }] })]),

  'guest-kernel': () =>
    treeOf(
      xenHost(),
      [xenbr0],
      [
        domU({
          name: 'net-1.example',
          maxmemMiB: 2048,
          boot: {
            kind: 'kernel',
            kernel: '/boot/vmlinuz-2.6.32-754.el6.x86_64',
            ramdisk: '/boot/initramfs-2.6.32-754.el6.x86_64.img',
            root: '/dev/xvda1 ro',
            extra: 'console=hvc0 selinux=0 a=$(b);`c` # d',
          },
          vifs: [{ bridge: xenbr0, address: '192.0.2.22' }],
          onPoweroff: 'preserve',
          onReboot: 'rename-restart',
          onCrash: 'coredump-destroy',
          autostart: false,
          running: false,
        }),
      ],
    ),

  'guest-hvm': () =>
    treeOf(
      xenHost(),
      [xenbr0],
      [
        domU({
          boot: { kind: 'hvm', order: 'dc' },
          disks: [
            { kind: 'phy', path: '/dev/vg0/web1', device: 'hda' },
            { kind: 'file', path: '/srv/iso/boot.iso', device: 'hdc', cdrom: true },
            { kind: 'file', path: '', device: 'hdd', cdrom: true, empty: true },
          ],
          vifs: [{ bridge: xenbr0, address: '192.0.2.21', model: 'e1000', antiSpoofing: true, rate: '10Mb/s' }],
          extraConfig: { vnc: 1, vnclisten: '127.0.0.1', usbdevice: ['tablet'] },
        }),
      ],
    ),

  'guest-addresses-not-known': () =>
    treeOf(
      xenHost(),
      [xenbr0, xenbr1],
      [
        domU({
          disks: [{ kind: 'phy', path: '/dev/vg0/web1' }],
          vifs: [
            { bridge: xenbr0, address: { addressing: 'dhcp' } },
            { bridge: xenbr1, address: { addressing: 'none' } },
          ],
          identity: { system: 'el6', root: { kind: 'whole' }, hostname: 'web1.example.org' },
        }),
        domU({
          name: 'files',
          disks: [{ kind: 'phy', path: '/dev/vg0/files' }],
          vifs: [{ bridge: xenbr0, address: { addressing: 'unknown' } }],
        }),
      ],
    ),

  'guest-several-disks-and-vifs': () =>
    treeOf(
      xenHost(),
      [xenbr0, xenbr1],
      [
        domU({
          name: 'files',
          disks: [
            { kind: 'phy', path: '/dev/vg0/files' },
            { kind: 'file', path: '/srv/xen/swap.img' },
            { kind: 'raw', path: '/srv/xen/data.img', device: 'xvde' },
            { kind: 'qcow2', path: '/srv/xen/seed.qcow2', device: 'xvdf1', readOnly: true },
          ],
          vifs: [
            { bridge: xenbr0, address: '192.0.2.23' },
            { bridge: xenbr1, address: '198.51.100.23', macEpoch: 3 },
            { bridge: xenbr1, address: '198.51.100.24', macAddress: '00:16:3E:0A:0B:0C' },
          ],
          bootTimeoutSeconds: 600,
        }),
      ],
    ),

  'guest-identity': () =>
    treeOf(
      xenHost(),
      [xenbr0, xenbr1],
      [
        domU({
          vifs: [
            { bridge: xenbr0, address: '192.0.2.21' },
            { bridge: xenbr1, address: '198.51.100.21' },
          ],
          identity: { system: 'el6', root: { kind: 'partition', number: 1 }, hostname: 'web1.example.org' },
        }),
        domU({
          name: 'old5',
          disks: [
            { kind: 'file', path: '/srv/xen/swap.img' },
            { kind: 'file', path: '/srv/xen/old5.img' },
          ],
          vifs: [{ bridge: xenbr0, address: '192.0.2.22' }],
          identity: {
            system: 'el5',
            rootDisk: 1,
            root: { kind: 'lv', volumeGroup: 'VolGroup00', logicalVolume: 'LogVol00' },
          },
        }),
      ],
    ),

  'xen-4.2': () => treeOf(xenHost({ xenVersion: '4.2' }), [xenbr0]),

  'ssh-through-a-jump-host': () =>
    treeOf(
      xenHost({
        ssh: {
          address: '10.0.0.10',
          port: 2222,
          user: 'admin',
          hostKeys: [RSA_KEY, HOST_KEY],
          identityFile: '~/.ssh/id_xen',
          jump: { address: 'jump.example.org', hostKeys: [HOST_KEY] },
        },
      }),
      [],
    ),
};
