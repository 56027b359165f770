import fc from 'fast-check';
import { ValidationError } from '../../lib/model/errors';
import { hostileText } from './hostile';
import { HOST_KEY, bridge, domU, keyData, lan, xenHost } from './inputs';

const LAN = lan();
const BRIDGE = bridge();
const NAMES = ['web1', 'db-2.example', 'a_b'];
const ADDRESSES = ['192.0.2.21', '192.0.2.254'];
const MACS = ['52:54:00:ab:cd:ef', '00:16:3E:80:00:01'];
const PATHS = ['/srv/xen/web1.img', '/boot/vmlinuz-2.6.32'];
const LINES = ['/dev/xvda1 ro', 'console=hvc0 quiet'];
const ssh = (change: object) => xenHost({ ssh: { address: '192.0.2.10', hostKeys: [HOST_KEY], ...change } });
const disk = (change: object) => domU({ disks: [{ kind: 'phy', path: '/dev/vg0/web1', ...change }] });
const kernel = (change: object) => domU({ boot: { kind: 'kernel', kernel: '/boot/vmlinuz', ...change } });
const vif = (change: object) => domU({ vifs: [{ bridge: BRIDGE, address: '192.0.2.21', ...change }] });
const uplink = (change: object) => bridge({ uplink: { device: 'eth0', macAddress: '52:54:00:aa:00:01', ...change } });

/** Every field that takes text: its name, good values of it, and a definition where all the rest is good. */
const FIELDS: readonly (readonly [string, readonly string[], (text: string) => object])[] = [
  ['lan name', NAMES, (name) => lan({ name })],
  ['lan cidr', ['192.0.2.0/24', '10.0.0.0/8'], (cidr) => lan({ cidr, gateway: undefined })],
  ['lan gateway', ADDRESSES, (gateway) => lan({ gateway })],
  ['lan nameserver', ADDRESSES, (text) => lan({ nameservers: [text] })],
  ['lan reserved address', ADDRESSES, (text) => lan({ reservedAddresses: [text] })],
  ['lan macSpace', ['xen', 'locallyAdministered'], (macSpace) => lan({ macSpace })],
  ['bridge name', ['xenbr0', 'br-lan', 'lan_1'], (name) => bridge({ name, lan: LAN })],
  ['bridge address', ADDRESSES, (address) => bridge({ address, lan: LAN })],
  ['uplink device', ['eth0', 'em1', 'p1p1'], (device) => uplink({ device })],
  ['uplink MAC', MACS, (macAddress) => uplink({ macAddress })],
  ['guest name', NAMES, (name) => domU({ name })],
  ['guest onReboot', ['restart', 'rename-restart'], (onReboot) => domU({ onReboot })],
  ['disk kind', ['file', 'raw', 'qcow2'], (kind) => disk({ kind, path: '/srv/web1.img' })],
  ['disk path', ['/dev/vg0/web1', '/dev/mapper/vg0-web1'], (path) => disk({ path })],
  ['disk image path', PATHS, (path) => disk({ kind: 'qcow2', path })],
  ['disk device', ['xvda', 'xvdp15'], (device) => disk({ device })],
  ['kernel', PATHS, (text) => kernel({ kernel: text })],
  ['ramdisk', PATHS, (ramdisk) => kernel({ ramdisk })],
  ['root', LINES, (root) => kernel({ root })],
  ['extra', LINES, (extra) => kernel({ extra })],
  ['vif address', ADDRESSES, (address) => vif({ address })],
  ['vif MAC', MACS, (macAddress) => vif({ macAddress })],
  ['host name', ['xen01', 'xen-a'], (name) => xenHost({ name })],
  ['hostname', ['xen01.example.org'], (hostname) => xenHost({ hostname })],
  ['xenVersion', ['4.2', '4.17'], (xenVersion) => xenHost({ xenVersion })],
  ['ssh address', ['192.0.2.10', 'xen01.example.org', '2001:db8::1'], (address) => ssh({ address })],
  ['ssh user', ['root', 'xen_admin'], (user) => ssh({ user })],
  ['ssh host key', [HOST_KEY, `ssh-rsa ${keyData('ssh-rsa', 'e', HOST_KEY)}`], (text) => ssh({ hostKeys: [text] })],
  ['ssh identityFile', ['~/.ssh/id_ed25519', '/root/key'], (identityFile) => ssh({ identityFile })],
];

/** Here the error holds a command to be copied, which names address and port. */
const WITHOUT_KEYS: typeof FIELDS = [
  ['ssh address without keys', ['192.0.2.10'], (address) => ssh({ address, hostKeys: [] })],
  ['ssh port as text', ['22'], (port) => ssh({ port, hostKeys: [] })],
];

/** Every text in a frozen value, however deep. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

test.each([...FIELDS, ...WITHOUT_KEYS])(
  '%s: hostile text is refused in plain words, or is plain text',
  (_, good, define) => {
    fc.assert(
      fc.property(hostileText(good), (text) => {
        let value: object;
        try {
          value = define(text);
        } catch (error) {
          // Whatever else is thrown fails the test as it is.
          if (!(error instanceof ValidationError)) throw error;
          return /^[\x20-\x7e\n]{1,2000}$/.test(error.message);
        }
        return textsIn(value).every((found) => /^[\x20-\x7e]{1,1024}$/.test(found));
      }),
      { numRuns: 2000 },
    );
  },
);

test.each(FIELDS)('%s: good values are accepted', (_, good, define) => {
  for (const text of good) expect(Object.isFrozen(define(text))).toBe(true);
});

test.each([null, true, NaN, -0, 1e21, 10n, Symbol('x'), {}, [], [[]], () => 0, new Date(0)].map((value) => [value]))(
  'a value of another type, as from a program without types, is refused in plain words: %p',
  (value) => {
    for (const [, , define] of FIELDS) {
      try {
        define(value as unknown as string);
      } catch (error) {
        if (!(error instanceof ValidationError)) throw error;
        expect(error.message).toMatch(/^[\x20-\x7e\n]{1,2000}$/);
      }
    }
  },
);
