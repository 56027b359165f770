import type { BridgeModel } from '../model/bridge';
import { type IfcfgKeys, ifcfgLine, renderIfcfg } from './ifcfg';
import { HEADER, type RemoteFile, keysIn, rootFile } from './remote-file';

const DIRECTORY = '/etc/sysconfig/network-scripts';

/**
 * The uplink's keys. No address here: with BRIDGE= set, initscripts remove the address and ignore the rest. If the
 * bridge is dissolved, the uplink has the address again.
 */
export function uplinkKeys(bridge: BridgeModel): IfcfgKeys | undefined {
  if (bridge.uplink === undefined) return undefined;
  const keys = new Map<string, string>([
    ['DEVICE', bridge.uplink.device],
    ...(bridge.uplink.macAddress === undefined ? [] : [['HWADDR', bridge.uplink.macAddress.toUpperCase()] as const]),
    ['TYPE', 'Ethernet'],
    ['ONBOOT', 'yes'],
    ['NM_CONTROLLED', 'no'],
    ['BOOTPROTO', 'none'],
  ]);
  if (bridge.dissolve) addressKeys(bridge, keys);
  else keys.set('BRIDGE', bridge.name);
  if (bridge.mtu !== undefined) keys.set('MTU', String(bridge.mtu));
  return keys;
}

function addressKeys(bridge: BridgeModel, keys: Map<string, string>): void {
  if (bridge.address !== undefined) {
    keys.set('IPADDR', bridge.address).set('PREFIX', String(bridge.lan.network.prefix));
  }
  if (bridge.gateway !== undefined) keys.set('GATEWAY', bridge.gateway);
  bridge.nameservers.forEach((address, index) => keys.set(`DNS${index + 1}`, address));
}

/**
 * The bridge's keys. `TYPE=Bridge` in exactly this spelling, else initscripts start the file as a plain interface. No
 * HWADDR: with it, `ifdown` and `ifup` of a bridge fail as soon as its MAC differs.
 */
export function bridgeKeys(bridge: BridgeModel): IfcfgKeys {
  const keys = new Map<string, string>([
    ['DEVICE', bridge.name],
    ['TYPE', 'Bridge'],
    ['ONBOOT', 'yes'],
    ['NM_CONTROLLED', 'no'],
    ['BOOTPROTO', 'none'],
  ]);
  addressKeys(bridge, keys);
  if (bridge.mtu !== undefined) keys.set('MTU', String(bridge.mtu));
  keys.set('STP', bridge.stp ? 'on' : 'off').set('DELAY', String(bridge.delaySeconds));
  return keys;
}

/** Everything on the host that makes one bridge, the CentOS 6 way. */
export function bridgeFiles(bridge: BridgeModel): readonly RemoteFile[] {
  const uplink = uplinkKeys(bridge);
  const files = bridge.dissolve
    ? []
    : [rootFile(`${DIRECTORY}/ifcfg-${bridge.name}`, renderIfcfg(HEADER, bridgeKeys(bridge)))];
  if (uplink !== undefined && bridge.uplink !== undefined) {
    files.push(rootFile(`${DIRECTORY}/ifcfg-${bridge.uplink.device}`, renderIfcfg(HEADER, uplink)));
  }
  const routed = bridge.dissolve ? bridge.uplink?.device : bridge.name;
  if (bridge.gateway !== undefined && routed !== undefined) {
    // A GATEWAYDEV=eth0 left over from before would leave the host without a default route, with exit status 0.
    files.push(keysIn('/etc/sysconfig/network', [ifcfgLine('GATEWAYDEV', routed)]));
  }
  return files;
}

/** A bridge as its files tell it. */
export interface BridgeOnDisk {
  readonly name: string;
  readonly uplink: { readonly device: string; readonly macAddress: string | undefined } | undefined;
  readonly address: string | undefined;
  readonly prefix: number | undefined;
  readonly gateway: string | undefined;
  readonly nameservers: readonly string[];
  readonly stp: boolean;
  readonly delaySeconds: number | undefined;
  readonly mtu: number | undefined;
}

function prefixOf(netmask: string | undefined): number | undefined {
  const octets = (netmask ?? '').split('.');
  if (octets.length !== 4 || octets.some((octet) => !/^[0-9]{1,3}$/.test(octet) || Number(octet) > 255))
    return undefined;
  const bits = octets.map((octet) => Number(octet).toString(2).padStart(8, '0')).join('');
  return /^1*0*$/.test(bits) ? bits.replaceAll('0', '').length : undefined;
}

/**
 * The inverse of the two renderers above, also for files that others wrote: PREFIX beats NETMASK, as initscripts have
 * it.
 */
export function readBridge(bridge: IfcfgKeys, uplink: IfcfgKeys | undefined): BridgeOnDisk {
  const number = (key: string): number | undefined => {
    const value = bridge.get(key);
    return value === undefined || !/^[0-9]+$/.test(value) ? undefined : Number(value);
  };
  return {
    name: bridge.get('DEVICE') ?? '',
    uplink:
      uplink === undefined
        ? undefined
        : { device: uplink.get('DEVICE') ?? '', macAddress: uplink.get('HWADDR')?.toLowerCase() },
    address: bridge.get('IPADDR'),
    prefix: number('PREFIX') ?? prefixOf(bridge.get('NETMASK')),
    gateway: bridge.get('GATEWAY'),
    nameservers: ['DNS1', 'DNS2'].map((key) => bridge.get(key)).filter((value) => value !== undefined),
    stp: ['on', 'yes', '1'].includes(bridge.get('STP') ?? ''),
    delaySeconds: number('DELAY'),
    mtu: number('MTU'),
  };
}
