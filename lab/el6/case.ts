import type { BedOptions } from '../bed/bed';

export const SCRIPTS = '/etc/sysconfig/network-scripts';

/** Absolute path -> text. */
export type Files = Readonly<Record<string, string>>;

/** A string is a shell command in dom0; it, and a reboot, leave an outcome to be compared. */
export type Step =
  | string
  | { readonly write: Files }
  | { readonly remove: readonly string[] }
  | { readonly vif: string; readonly bridge: string }
  | { readonly neighbour: string }
  | { readonly hide: string }
  | { readonly reboot: true };

/** What CentOS 6's scripts do with one set of files. */
export interface Case {
  readonly id: string;
  /** A sentence, the name of the test. */
  readonly title: string;
  readonly nics?: BedOptions['nics'];
  readonly files: Files;
  readonly steps: readonly Step[];
}

/** The NIC's own MAC in the case in which HWADDR lines usually have it. */
export const MAC = '52:54:00:AA:00:01';
export const MAC1 = '52:54:00:AA:00:02';
export const TWO_NICS: BedOptions['nics'] = [
  { name: 'eth0', mac: MAC.toLowerCase() },
  { name: 'eth1', mac: MAC1.toLowerCase() },
];

const lines = (...all: readonly string[]): string => all.map((line) => `${line}\n`).join('');

/** /etc/sysconfig/network. */
export function network(...more: readonly string[]): Files {
  return { '/etc/sysconfig/network': lines('NETWORKING=yes', 'HOSTNAME=dom0.example.test', ...more) };
}

export const NETWORK = network('GATEWAY=192.0.2.254');

export function ifcfg(name: string, ...all: readonly string[]): Files {
  return { [`${SCRIPTS}/ifcfg-${name}`]: lines(...all) };
}

/** A file as a careful person writes it: DEVICE, TYPE, ONBOOT, NM_CONTROLLED, BOOTPROTO and what is given. */
export function nic(device: string, ...more: readonly string[]): Files {
  const mac = device === 'eth1' ? MAC1 : MAC;
  return ifcfg(
    device,
    ...[`DEVICE=${device}`, `HWADDR=${mac}`, 'TYPE=Ethernet', 'ONBOOT=yes', 'NM_CONTROLLED=no', 'BOOTPROTO=none'],
    ...more,
  );
}

export function bridge(device: string, ...more: readonly string[]): Files {
  return ifcfg(
    device,
    ...[`DEVICE=${device}`, 'TYPE=Bridge', 'ONBOOT=yes', 'NM_CONTROLLED=no', 'BOOTPROTO=none'],
    ...more,
  );
}

export const ADDRESS = ['IPADDR=192.0.2.10', 'NETMASK=255.255.255.0'] as const;

/** The pair that the whole project is about: eth0 in xenbr0, the address on the bridge. */
export const CANONICAL: Files = {
  ...NETWORK,
  ...nic('eth0', 'BRIDGE=xenbr0'),
  ...bridge('xenbr0', ...ADDRESS, 'DELAY=0'),
};

/** Plain eth0 with the address, as before the move. */
export const PLAIN: Files = { ...NETWORK, ...nic('eth0', ...ADDRESS) };

/** The same files with one text replaced in one of them. */
export function changed(files: Files, file: string, from: string | RegExp, to: string): Files {
  const path = file.startsWith('/') ? file : `${SCRIPTS}/${file}`;
  const before = files[path];
  if (before === undefined) throw new Error(`no ${path} to change`);
  const after = before.replace(from, to);
  if (after === before) throw new Error(`${path}: nothing to replace`);
  return { ...files, [path]: after };
}

export function without(files: Files, file: string): Files {
  const path = file.startsWith('/') ? file : `${SCRIPTS}/${file}`;
  return Object.fromEntries(Object.entries(files).filter(([name]) => name !== path));
}

export const START = 'service network start';
export const STOP = 'service network stop';
export const RESTART = 'service network restart';

/** The uplink of the pair. */
export const ETH0 = nic('eth0', 'BRIDGE=xenbr0');

/** eth0 under xenbr0 with its address, and more keys of the bridge. */
export function pair(...more: readonly string[]): Case['files'] {
  return { ...NETWORK, ...ETH0, ...bridge('xenbr0', ...ADDRESS, ...more) };
}
