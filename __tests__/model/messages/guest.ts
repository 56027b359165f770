import { bridge, domU } from '../inputs';
import { type Message, NAME } from './message';

export const GUEST: readonly Message[] = [
  [`${NAME}, got "web 1"`, () => domU({ name: 'web 1' })],
  ['name must not be a bare number, which xl takes for a domain id, got "123"', () => domU({ name: '123' })],
  ['name "Domain-0" belongs to dom0 itself; choose another name', () => domU({ name: 'Domain-0' })],
  ['name "auto" is one of Xen\'s own files in /etc/xen; choose another name', () => domU({ name: 'auto' })],
  ['memoryMiB must be a whole number from 16 to 16777216, got "1024"', () => domU({ memoryMiB: '1024' })],
  ['memoryMiB must be a whole number from 16 to 16777216, got nothing', () => domU({ memoryMiB: undefined })],
  ['maxmemMiB must be a whole number from 16 to 16777216, got NaN', () => domU({ maxmemMiB: NaN })],
  [
    'maxmemMiB 512 is less than memoryMiB 1024; it is the most that the guest may grow to',
    () => domU({ maxmemMiB: 512 }),
  ],
  ['vcpus must be a whole number from 1 to 128, got 0', () => domU({ vcpus: 0 })],
  ...['onPoweroff', 'onReboot', 'onCrash'].map(
    (field) =>
      [
        `${field} must be one of destroy, restart, rename-restart, preserve, coredump-destroy, coredump-restart; got "reboot"`,
        () => domU({ [field]: 'reboot' }),
      ] as const,
  ),
  ['autostart must be true or false, got "yes"', () => domU({ autostart: 'yes' })],
  ['running must be true or false, got "no"', () => domU({ running: 'no' })],
  ['onChange must be one of live, next-boot, restart; got "now"', () => domU({ onChange: 'now' })],
  ['onRemoval must be one of retain, shut-down, destroy; got "delete"', () => domU({ onRemoval: 'delete' })],
  ['bootTimeoutSeconds must be a whole number from 1 to 3600, got 0', () => domU({ bootTimeoutSeconds: 0 })],
  [
    'boot is Boot.pygrub(), which reads the kernel from the first disk, and disks is empty; give a disk',
    () => domU({ disks: [] }),
  ],
  [
    'disks has 17 entries, at most 16 fit xvda to xvdp',
    () => domU({ disks: Array.from({ length: 17 }, (_, index) => ({ kind: 'phy', path: `/dev/vg0/d${index}` })) }),
  ],
  [
    'vifs has 9 entries, at most 8 are allowed',
    () =>
      domU({ vifs: Array.from({ length: 9 }, (_, index) => ({ bridge: bridge(), address: `192.0.2.${index + 30}` })) }),
  ],
  [
    'two disks are called xvdb; give each its own device',
    () =>
      domU({
        disks: [
          { kind: 'phy', path: '/dev/vg0/a', device: 'xvdb' },
          { kind: 'phy', path: '/dev/vg0/b' },
        ],
      }),
  ],
];
