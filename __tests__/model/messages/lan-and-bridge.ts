import type { UplinkInput } from '../../../lib/model/bridge';
import { type Loose, bridge, lan } from '../inputs';
import { type Message, NAME } from './message';

const uplink = (change: Loose<UplinkInput>) =>
  bridge({ uplink: { device: 'eth0', macAddress: '52:54:00:aa:00:01', ...change } });

const DEVICE = 'a device name of at most 15 lower-case letters, digits, underscores and hyphens';

export const LAN_AND_BRIDGE: readonly Message[] = [
  [`${NAME}, got "-lan"`, () => lan({ name: '-lan' })],
  ['cidr must be a network as in "192.0.2.0/24", got "office"', () => lan({ cidr: 'office' })],
  [
    'cidr must have a prefix length, got "192.0.2.10", did you mean "192.0.2.0/24"?',
    () => lan({ cidr: '192.0.2.10', gateway: undefined }),
  ],
  ['cidr must have a prefix length from 8 to 30, got "192.0.2.0/31"', () => lan({ cidr: '192.0.2.0/31' })],
  [
    'cidr must be the network\'s first address, got "192.0.2.10/24", did you mean "192.0.2.0/24"?',
    () => lan({ cidr: '192.0.2.10/24' }),
  ],
  ['cidr must be an IPv4 address as in "192.0.2.10", got "300.0.2.0"', () => lan({ cidr: '300.0.2.0/24' })],
  ['gateway 192.0.3.1 is not inside 192.0.2.0/24 (192.0.2.1 to 192.0.2.254)', () => lan({ gateway: '192.0.3.1' })],
  [
    'gateway must be an IPv4 address without a prefix, got "192.0.2.1/24", did you mean "192.0.2.1"?',
    () => lan({ gateway: '192.0.2.1/24' }),
  ],
  ['gateway must be an IPv4 address without a prefix, got "router/1"', () => lan({ gateway: 'router/1' })],
  ['gateway must be an IPv4 address as in "192.0.2.10", got "192.0.2.01"', () => lan({ gateway: '192.0.2.01' })],
  ['gateway must be an address that a machine can have, got "127.0.0.1"', () => lan({ gateway: '127.0.0.1' })],
  ['nameservers must be a list, got "192.0.2.53"', () => lan({ nameservers: '192.0.2.53' })],
  [
    'nameservers[1] must be an IPv4 address as in "192.0.2.10", got "ns1"',
    () => lan({ nameservers: ['192.0.2.53', 'ns1'] }),
  ],
  [
    'nameservers has 3 entries; CentOS 6 writes DNS1 and DNS2 only, name at most 2',
    () => lan({ nameservers: ['192.0.2.53', '192.0.2.54', '192.0.2.55'] }),
  ],
  [
    'reserved address 192.0.2.255 is not inside 192.0.2.0/24 (192.0.2.1 to 192.0.2.254)',
    () => lan({ reservedAddresses: ['192.0.2.255'] }),
  ],
  ['macSpace must be one of xen, locallyAdministered; got "own"', () => lan({ macSpace: 'own' })],

  [`name must be ${DEVICE}, as in "xenbr0", got "XenBr0"`, () => bridge({ name: 'XenBr0' })],
  [
    'name "eth0" means another kind of device to initscripts or Xen; call the bridge "xenbr0" or the like',
    () => bridge({ name: 'eth0' }),
  ],
  ['uplink must be a physical interface, as in "eth0"; "bond0" is another kind', () => uplink({ device: 'bond0' })],
  [`uplink must be ${DEVICE}, as in "eth0", got "eth0.100"`, () => uplink({ device: 'eth0.100' })],
  [
    'uplink MAC must be a MAC address as in "00:16:3e:a6:05:8f", got "52-54-00-AA-00-01", did you mean "52:54:00:aa:00:01"?',
    () => uplink({ macAddress: '52-54-00-AA-00-01' }),
  ],
  ['uplink MAC must be a MAC address as in "00:16:3e:a6:05:8f", got nothing', () => uplink({ macAddress: undefined })],
  [
    'uplink MAC must be a unicast address, got 01:00:5e:00:00:01, which is multicast: its first byte must be even',
    () => uplink({ macAddress: '01:00:5e:00:00:01' }),
  ],
  [
    'uplink MAC must not be all zero: to xl that means a new random address at every start',
    () => uplink({ macAddress: '00:00:00:00:00:00' }),
  ],
  [
    "uplink MAC must not be fe:ff:ff:ff:ff:ff: every vif's dom0 side has that one",
    () => uplink({ macAddress: 'FE:FF:FF:FF:FF:FF' }),
  ],
  [
    "address 192.0.3.10 is not inside lan 'lan0', 192.0.2.0/24 (192.0.2.1 to 192.0.2.254)",
    () => bridge({ address: '192.0.3.10' }),
  ],
  [
    'defaultRoute needs an address on the bridge: give one, or defaultRoute: false',
    () => bridge({ address: undefined, defaultRoute: true }),
  ],
  [
    "defaultRoute needs a gateway, lan 'lan0' has none",
    () => bridge({ lan: lan({ gateway: undefined }), defaultRoute: true }),
  ],
  ['stp must be true or false, got "on"', () => bridge({ stp: 'on' })],
  ['defaultRoute must be true or false, got 1', () => bridge({ defaultRoute: 1 })],
  ['delaySeconds must be a whole number from 0 to 30, got 31', () => bridge({ delaySeconds: 31 })],
  ['delaySeconds with stp must be a whole number from 2 to 30, got 0', () => bridge({ stp: true, delaySeconds: 0 })],
  ['mtu must be a whole number from 576 to 9216, got 1500.5', () => bridge({ mtu: 1500.5 })],
  [
    'timeouts.verifySeconds must be a whole number from 18 to 3600, got 17',
    () => bridge({ stp: true, delaySeconds: 4, timeouts: { verifySeconds: 17 } }),
  ],
  [
    'timeouts.confirmSeconds 44 must be at least 5 more than verifySeconds 40: before the host itself sees the new state there is nothing to confirm',
    () => bridge({ timeouts: { confirmSeconds: 44 } }),
  ],
  [
    'timeouts.rollbackSeconds 99 must be at least 10 more than confirmSeconds 90: else the host goes back while it is being confirmed',
    () => bridge({ timeouts: { rollbackSeconds: 99 } }),
  ],
  [
    'renamedFrom "eth0" means another kind of device to initscripts or Xen; call the bridge "xenbr0" or the like',
    () => bridge({ renamedFrom: 'eth0' }),
  ],
  ["renamedFrom 'xenbr0' is the bridge's own name; leave it out", () => bridge({ renamedFrom: 'xenbr0' })],
  [
    "renamedFrom and dissolve exclude each other: dissolve the bridge under its name 'br0'",
    () => bridge({ renamedFrom: 'br0', dissolve: true }),
  ],
  ['dissolve must be true or false, got "yes"', () => bridge({ dissolve: 'yes' })],
  [
    'acknowledgeRollback must be the id that the refusal names, as in "4711-0a1b2c3d4e5f", got "$(reboot)"',
    () => bridge({ acknowledgeRollback: '$(reboot)' }),
  ],
];
