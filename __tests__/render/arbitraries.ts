import fc from 'fast-check';
import { hostPath } from '../../lib/model/boot';
import { UNCHECKED } from '../../lib/model/addressing';
import type { BridgeModel } from '../../lib/model/bridge';
import { CHANGE_POLICIES, type DomUModel, LIFECYCLE_ACTIONS, REMOVAL_POLICIES } from '../../lib/model/domu';
import { bridge, domU, lan } from '../model/inputs';

const LETTERS = Array.from('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789');

const textOf = (characters: readonly string[], minLength: number, maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...characters), minLength, maxLength });

/** Everything that may stand in a name, the worst of it more often than the rest. */
export const guestName = fc
  .tuple(fc.constantFrom(...LETTERS), textOf([...LETTERS, '.', '_', '-', '..', '--'], 0, 20))
  .map((parts) => parts.join(''))
  .filter((name) => !/^[0-9]+$/.test(name) && name.toLowerCase() !== 'domain-0' && name !== 'vm');

/** Whether the model takes a value: what it lets through is what has to be safe, so the model itself decides. */
function taken(define: () => unknown): boolean {
  try {
    define();
    return true;
  } catch {
    return false;
  }
}

const step = textOf([...LETTERS, ...Array.from('._:@+-=,%'), '::', '@@'], 1, 12);

/** A path with everything that the model lets through. */
const path = fc
  .array(step, { minLength: 1, maxLength: 4 })
  .map((steps) => `/${steps.join('/')}`)
  .filter((text) => taken(() => hostPath('path', text)));

/** A kernel argument line of all the signs that some shell, template or grammar might care about. */
const line = textOf(
  [...LETTERS, ...Array.from(' !"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'), '${', '%{', '$(', '#!'],
  1,
  40,
).filter((extra) => taken(() => domU({ boot: { kind: 'kernel', kernel: '/boot/vmlinuz', extra } })));

const disk = fc.oneof(
  fc.record({ kind: fc.constant('phy'), path: path.map((text) => `/dev${text}`), readOnly: fc.boolean() }),
  fc.record({
    kind: fc.constantFrom('file', 'raw', 'qcow2'),
    path: path.filter((text) => !text.startsWith('/dev/')),
    readOnly: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('file'),
    path: path.filter((text) => !text.startsWith('/dev/')),
    cdrom: fc.constant(true),
  }),
  fc.constant({ kind: 'file', path: '', cdrom: true, empty: true }),
);

const boot = fc.oneof(
  fc
    .record(
      { kind: fc.constant('pygrub' as const), kernel: path, ramdisk: path, root: line, extra: line },
      { requiredKeys: ['kind'] },
    )
    .filter(({ kernel, ramdisk }) => kernel !== undefined || ramdisk === undefined),
  fc.record(
    { kind: fc.constant('hvm' as const), order: fc.constantFrom('c', 'dc', 'nda', 'acdn') },
    { requiredKeys: ['kind'] },
  ),
  fc.record(
    { kind: fc.constant('kernel' as const), kernel: path, ramdisk: path, root: line, extra: line },
    { requiredKeys: ['kind', 'kernel'] },
  ),
);

const memory = fc.integer({ min: 16, max: 16_777_216 });
const octet = fc.integer({ min: 11, max: 254 });
export const unicastMac = fc
  .uint8Array({ minLength: 6, maxLength: 6 })
  .map((bytes) =>
    [...bytes].map((byte, index) => (index === 0 ? byte & 0xfe : byte).toString(16).padStart(2, '0')).join(':'),
  )
  .filter((mac) => mac !== '00:00:00:00:00:00' && mac !== 'fe:ff:ff:ff:ff:ff');

const deviceName = fc
  .tuple(fc.constantFrom('xenbr', 'br', 'z', 'lan-', 'm_'), textOf(Array.from('0123456789abcxyz_-'), 0, 10))
  .map((parts) => parts.join(''))
  .filter((name) => !name.includes('-range'));

const nic = fc.constantFrom('eth0', 'em1', 'p1p1', 'wlan0');

/** Any bridge of one lan. */
export const anyBridge: fc.Arbitrary<BridgeModel> = fc
  .record({
    name: deviceName.filter((name) => !name.startsWith('lo')),
    lan: fc.constantFrom(
      lan(),
      lan({ nameservers: ['192.0.2.53'], gateway: undefined }),
      lan({ cidr: '192.0.0.0/16', nameservers: ['192.0.2.53', '198.51.100.1'] }),
    ),
    uplink: fc.option(
      fc.oneof(
        fc.record({ device: nic, macAddress: unicastMac }),
        nic.map((device) => ({ device, byName: true })),
      ),
      { nil: undefined },
    ),
    address: fc.option(
      octet.map((last) => `192.0.2.${last}`),
      { nil: undefined },
    ),
    stp: fc.boolean(),
    delaySeconds: fc.integer({ min: 2, max: 30 }),
    mtu: fc.option(fc.integer({ min: 576, max: 9216 }), { nil: undefined }),
    renamedFrom: fc.constantFrom(undefined, 'qbr0', 'q-br_7'),
    acknowledgeRollback: fc.constantFrom(undefined, '4711-0a1b2c3d4e5f'),
  })
  .map(bridge);

/** What the disks of a guest are called, by their position. */
const names = fc.constantFrom(
  (index: number) => `xvd${'abcdefghijklmnop'.charAt(index)}`,
  (index: number) => `xvda${index || ''}`.replace('xvda16', 'xvdb'),
  (index: number) => `sd${'abcdefghijklmnop'.charAt(index)}`,
  (index: number) => `hd${'abcdefghijklmnop'.charAt(index)}1`,
);

/** Settings of all types that real xl takes without a hypervisor. */
const EXTRA = {
  uuid: fc.uuid(),
  cpus: fc.constantFrom('0', '0-1', '1,3'),
  cpu_weight: fc.integer({ min: 1, max: 65_535 }),
  cap: fc.integer({ min: 0, max: 400 }),
  nomigrate: fc.constantFrom(0, 1),
  localtime: fc.constantFrom(0, 1),
  on_watchdog: fc.constantFrom('destroy', 'restart'),
  vfb: fc.constantFrom(['vnc=1,vnclisten=127.0.0.1'], ['sdl=1', 'vnc=1,vncunused=1'], []),
  unheard_of_by_xl: line,
};

/** Any guest, with as many disks and vifs as fit. */
export const anyGuest: fc.Arbitrary<DomUModel> = fc
  .record({
    name: guestName,
    sizes: fc.tuple(memory, memory).map(([a, b]) => ({ memoryMiB: Math.min(a, b), maxmemMiB: Math.max(a, b) })),
    vcpus: fc.integer({ min: 1, max: 128 }),
    boot,
    disks: fc.array(disk, { minLength: 1, maxLength: 16 }),
    vifs: fc.array(
      fc.record(
        {
          bridge: anyBridge,
          address: fc.oneof(
            { weight: 3, arbitrary: octet.map((last) => `192.0.2.${last}`) },
            fc.constantFrom(...UNCHECKED).map((addressing) => ({ addressing })),
          ),
          macAddress: unicastMac,
          antiSpoofing: fc.boolean(),
          script: fc.oneof(fc.constantFrom('vif-route', 'vif-nat', 'x'), path),
          model: fc.constantFrom('e1000', 'rtl8139', 'virtio-net-pci'),
          emulated: fc.boolean(),
          rate: fc.constantFrom('10Mb/s', '512KB/s', '1GB/s', '160b/s', '10Mb/s@20ms', '64Kb/s@1s', '3MB/s@500us'),
        },
        { requiredKeys: ['bridge', 'address'] },
      ),
      { maxLength: 8 },
    ),
    onPoweroff: fc.constantFrom(...LIFECYCLE_ACTIONS),
    onReboot: fc.constantFrom(...LIFECYCLE_ACTIONS),
    onCrash: fc.constantFrom(...LIFECYCLE_ACTIONS),
    onChange: fc.constantFrom(...CHANGE_POLICIES),
    onRemoval: fc.constantFrom(...REMOVAL_POLICIES),
    autostart: fc.boolean(),
    running: fc.boolean(),
    bootTimeoutSeconds: fc.integer({ min: 1, max: 3600 }),
    names,
    extraConfig: fc.option(fc.record(EXTRA, { requiredKeys: [] }), { nil: undefined }),
  })
  .map(({ sizes, disks, names: called, vifs, ...rest }) => {
    const named = disks.map((one, index) => ({ ...one, device: called(index) }));
    // A filter on an address needs one.
    const filtered = vifs.map((one) => ({ ...one, antiSpoofing: one.antiSpoofing && typeof one.address === 'string' }));
    return domU({ ...sizes, ...rest, disks: named, vifs: filtered });
  });
