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
);

const boot = fc.oneof(
  fc.constant({ kind: 'pygrub' as const }),
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

/** Any bridge of one lan. */
export const anyBridge: fc.Arbitrary<BridgeModel> = fc
  .record({
    name: deviceName.filter((name) => !name.startsWith('lo')),
    lan: fc.constantFrom(
      lan(),
      lan({ nameservers: ['192.0.2.53'], gateway: undefined }),
      lan({ cidr: '192.0.0.0/16', nameservers: ['192.0.2.53', '198.51.100.1'] }),
    ),
    uplink: fc.option(fc.record({ device: fc.constantFrom('eth0', 'em1', 'p1p1', 'wlan0'), macAddress: unicastMac }), {
      nil: undefined,
    }),
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
  })
  .map(({ sizes, ...rest }) => domU({ ...sizes, ...rest }));
