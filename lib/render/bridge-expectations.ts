import type { BridgeModel, UplinkModel } from '../model/bridge';
import { bridgeFiles, bridgeKeys, uplinkKeys } from './bridge-files';
import { exact, keysOfOthers, lines, text, type Words } from './expectations';
import type { IfcfgKeys } from './ifcfg';
import { interfaceId } from './interface-id';

const SCRIPTS = '/etc/sysconfig/network-scripts';

function ifcfg(name: string, keys: IfcfgKeys): string[] {
  const file = `${SCRIPTS}/ifcfg-${name}`;
  return [
    ...lines('must', [
      ['file', file, '0644', 'root:root', 'sha256:*'],
      ['onboot', file, 'yes'],
      ...[...keys].map(([key, value]) => ['key', file, key, exact(value)]),
    ]),
    // Comments and blanks may change.
    ...lines('only', [
      ['key', file, '*'],
      ['line', file, '*'],
    ]),
  ];
}

/** Files that would bring up this link at the next start of the network, beside its own. Their names don't matter. */
function described(link: string): string[] {
  return lines('only', [['key', `${SCRIPTS}/ifcfg-*`, 'DEVICE', link]]);
}

/** Routes and rules that initscripts keep in files of their own, and bring up with this link. */
function routeFiles(link: string): string[] {
  return lines(
    'only',
    ['route', 'route6', 'rule', 'rule6'].map((kind) => ['file', `${SCRIPTS}/${kind}-${link}`, '*']),
  );
}

/** Further addresses of the link that has dom0's address, which initscripts keep in files of their own. */
function aliasFiles(link: string): string[] {
  return lines(
    'only',
    [':*', '-range*'].map((form) => ['file', `${SCRIPTS}/ifcfg-${link}${form}`, '*']),
  );
}

/** A link under a bridge loses them. */
function noAliases(link: string): string[] {
  return lines(
    'only',
    [':*', '-range*'].map((form) => ['key', `${SCRIPTS}/ifcfg-${link}${form}`, '*']),
  );
}

/** Files that would bring up a NIC by its MAC. People write either case. */
function otherFilesOf(mac: string): string[] {
  return lines(
    'only',
    [mac, mac.toUpperCase()].map((text) => ['key', `${SCRIPTS}/ifcfg-*`, 'HWADDR', text]),
  );
}

/** A link that IPv6 runs on has such an address by itself. */
const LINK_LOCAL = 'fe80:*';

function dissolvedBridge(bridge: BridgeModel): string[] {
  const { name, uplink } = bridge;
  const keys = uplinkKeys(bridge);
  return [
    ...lines('only', [['link', name, 'kind', '*']]),
    ...described(name),
    ...putUnder(name),
    ...otherGateways(bridge),
    ...(uplink === undefined || keys === undefined
      ? []
      : [
          ...ifcfg(uplink.device, keys),
          ...described(uplink.device),
          ...routeFiles(uplink.device),
          ...aliasFiles(uplink.device),
          ...lines('must', [
            ['link', uplink.device, 'state', 'up'],
            ...(bridge.address === undefined
              ? []
              : [['address', uplink.device, `${bridge.address}/${bridge.lan.network.prefix}`]]),
            ...defaultRoute(bridge, uplink.device),
          ]),
          ...(bridge.gateway === undefined ? [] : lines('only', [['route', 'default', '*']])),
          ...lines('only', [['port', '*', uplink.device]]),
          ...noBridgeScript(),
        ]),
    ...keysOfOthers(bridgeFiles(bridge)),
  ];
}

function defaultRoute(bridge: BridgeModel, link: string): readonly Words[] {
  return bridge.gateway === undefined ? [] : [['route', 'default', 'via', bridge.gateway, 'dev', link, '*']];
}

/** Files of others that would make a second default route at the next start of the network. */
function otherGateways(bridge: BridgeModel): string[] {
  return bridge.gateway === undefined ? [] : lines('only', [['key', `${SCRIPTS}/ifcfg-*`, 'GATEWAY', '*']]);
}

/** Files that would put a further link under a bridge, which ifup makes even if no other file describes it. */
function putUnder(bridge: string | undefined): string[] {
  return bridge === undefined ? [] : lines('only', [['key', `${SCRIPTS}/ifcfg-*`, 'BRIDGE', bridge]]);
}

/** Xen 3's bridge script. Beside ifcfg bridges it renames them and cuts the host off for good. */
function noBridgeScript(): string[] {
  const line = ['line', '/etc/xen/xend-config.sxp'];
  return [
    ...lines('only', [[...line, '*(network-script%20*']]),
    ...lines(
      'allow',
      ['*/bin/true*', 'network-dummy*', 'none*'].map((script) => [...line, `*(network-script%20${script}`]),
    ),
  ];
}

/** Addresses that come by themselves: link-local ones, and those of any prefix that a router announces. */
function ownAddresses(bridge: BridgeModel, links: readonly string[]): string[] {
  // Of a link that is known by its name alone, any address that is made of a MAC.
  const end = ({ macAddress }: UplinkModel): string =>
    macAddress === undefined ? '*ff:fe*' : `*:${interfaceId(macAddress)}`;
  const forms = bridge.uplink === undefined ? [LINK_LOCAL] : [LINK_LOCAL, `${end(bridge.uplink)}/64`];
  return lines(
    'allow',
    links.flatMap((link) => forms.map((form) => ['address', link, form])),
  );
}

/** What a bridge's unit promises, and where nothing else may be. */
export function bridgeExpectations(bridge: BridgeModel): string {
  const { name, uplink, lan, address } = bridge;
  if (bridge.dissolve) return text(dissolvedBridge(bridge));
  const links = uplink === undefined ? [name] : [name, uplink.device];
  const keys = uplinkKeys(bridge);
  return text([
    ...lines('must', [
      ['link', name, 'kind', 'bridge'],
      ...links.map((link) => ['link', link, 'state', 'up']),
      ...(bridge.mtu === undefined ? [] : links.map((link) => ['link', link, 'mtu', String(bridge.mtu)])),
      ['bridge', name, 'stp', bridge.stp ? 'on' : 'off'],
      ['bridge', name, 'delay', String(bridge.delaySeconds)],
      ...(uplink === undefined
        ? []
        : [
            ...(uplink.macAddress === undefined ? [] : [['link', uplink.device, 'mac', uplink.macAddress]]),
            ['port', name, uplink.device],
            ['port-option', name, uplink.device, 'state', 'forwarding'],
          ]),
      ...(address === undefined ? [] : [['address', name, `${address}/${lan.network.prefix}`]]),
      ...defaultRoute(bridge, name),
    ]),
    ...lines('only', [
      ['port', name, '*'],
      ...links.map((link) => ['address', link, '*']),
      ...(bridge.gateway === undefined ? [] : [['route', 'default', '*']]),
      ['route', '*', 'via', '*', 'dev', name, '*'],
      ['route', '*', 'dev', name, '*'],
      ...links.map((link) => ['neighbour', link, '*']),
      ...links.map((link) => ['dadfailed', link, '*']),
      ...links.map((link) => ['qdisc', link, '*']),
      ...(bridge.renamedFrom === undefined ? [] : [['link', bridge.renamedFrom, 'kind', '*']]),
    ]),
    ...lines('allow', [
      // Guests of others may be on the bridge too; what they may not have is said with each of ours.
      ['port', name, 'domU:*'],
      ['port', name, 'vif*'],
      ['port', name, 'tap*'],
      // The route that the address brings with it, and initscripts' own for hosts without a DHCP server.
      ['route', lan.network.cidr, 'dev', name, 'scope', 'link', '*'],
      ['route', '169.254.0.0/16', 'dev', name, '*'],
    ]),
    ...ownAddresses(bridge, links),
    ...keysOfOthers(bridgeFiles(bridge)),
    ...ifcfg(name, bridgeKeys(bridge)),
    ...(uplink === undefined || keys === undefined ? [] : ifcfg(uplink.device, keys)),
    ...links.flatMap(described),
    ...links.flatMap(routeFiles),
    ...aliasFiles(name),
    ...(uplink === undefined ? [] : noAliases(uplink.device)),
    ...putUnder(name),
    ...putUnder(bridge.renamedFrom),
    ...otherGateways(bridge),
    ...(uplink === undefined
      ? []
      : [...(uplink.macAddress === undefined ? [] : otherFilesOf(uplink.macAddress)), ...noBridgeScript()]),
  ]);
}
