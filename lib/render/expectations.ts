import { encodeWord } from '../facts/fact';
import type { BridgeModel } from '../model/bridge';
import type { DomUModel } from '../model/domu';
import { bridgeKeys, uplinkKeys } from './bridge-files';
import type { IfcfgKeys } from './ifcfg';
import { guestConfigPath, xlGuest, xlSettings } from './xl-config';

const SCRIPTS = '/etc/sysconfig/network-scripts';

/** A fact or a pattern, word by word; `*` in a word of a pattern is written by hand. */
type Words = readonly string[];

/** A text in which nothing stands for anything else. */
const exact = encodeWord;

function lines(word: 'must' | 'only' | 'allow', all: readonly Words[]): string[] {
  return all.map((words) => [word, ...words].join(' '));
}

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
  return lines('only', [
    ['key', `${SCRIPTS}/ifcfg-*`, 'DEVICE', link],
    // Further addresses, which initscripts keep in files of their own.
    ['key', `${SCRIPTS}/ifcfg-*`, 'DEVICE', `${link}:*`],
    ['file', `${SCRIPTS}/ifcfg-${link}-range*`, '*'],
    ['file', `${SCRIPTS}/route-${link}`, '*'],
    ['file', `${SCRIPTS}/route6-${link}`, '*'],
    ['file', `${SCRIPTS}/rule-${link}`, '*'],
    ['file', `${SCRIPTS}/rule6-${link}`, '*'],
  ]);
}

/** A link that IPv6 runs on has such an address by itself. */
const LINK_LOCAL = 'fe80:*';

function dissolvedBridge(bridge: BridgeModel): string[] {
  const { name, uplink } = bridge;
  const keys = uplinkKeys(bridge);
  return [
    ...lines('only', [['link', name, 'kind', '*']]),
    ...described(name),
    ...lines('only', [['key', `${SCRIPTS}/ifcfg-*`, 'BRIDGE', name]]),
    ...(uplink === undefined || keys === undefined
      ? []
      : [
          ...ifcfg(uplink.device, keys),
          ...described(uplink.device),
          ...lines('must', [
            ['link', uplink.device, 'state', 'up'],
            ...(bridge.address === undefined
              ? []
              : [['address', uplink.device, `${bridge.address}/${bridge.lan.network.prefix}`]]),
            ...defaultRoute(bridge, uplink.device),
          ]),
          ...(bridge.gateway === undefined ? [] : lines('only', [['route', 'default', '*']])),
          ...lines('only', [['port', '*', uplink.device]]),
        ]),
  ];
}

function defaultRoute(bridge: BridgeModel, link: string): readonly Words[] {
  if (bridge.gateway === undefined) return [];
  return [
    ['route', 'default', 'via', bridge.gateway, 'dev', link, '*'],
    ['key', '/etc/sysconfig/network', 'GATEWAYDEV', link],
  ];
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
            ['link', uplink.device, 'mac', uplink.macAddress],
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
      ...links.map((link) => ['address', link, LINK_LOCAL]),
      // The route that the address brings with it, and initscripts' own for hosts without a DHCP server.
      ['route', lan.network.cidr, 'dev', name, 'scope', 'link', '*'],
      ['route', '169.254.0.0/16', 'dev', name, '*'],
    ]),
    ...ifcfg(name, bridgeKeys(bridge)),
    ...(uplink === undefined || keys === undefined ? [] : ifcfg(uplink.device, keys)),
    ...links.flatMap(described),
    ...lines('only', [
      ['key', `${SCRIPTS}/ifcfg-*`, 'BRIDGE', name],
      ...(uplink === undefined ? [] : [['key', `${SCRIPTS}/ifcfg-*`, 'HWADDR', uplink.macAddress.toUpperCase()]]),
    ]),
  ]);
}

/** What a guest's unit promises, and what no other guest may have. */
export function guestExpectations(guest: DomUModel): string {
  const { name } = guest;
  const file = guestConfigPath(name);
  const settings = xlSettings(xlGuest(guest));
  const vifs = guest.vifs.map(({ bridge, macAddress, address }, index) => ({
    index: String(index),
    ...{ bridge: bridge.name, mac: macAddress, address },
  }));
  const written = guest.disks.filter(({ readOnly }) => !readOnly).map(({ path }) => exact(path));
  const running: Words[] = [
    ['domain', name, 'state', 'running'],
    ['domain', name, 'memory', String(guest.memoryMiB)],
    ['domain', name, 'vcpus', String(guest.vcpus)],
    ...vifs.flatMap(({ index, bridge, mac }) => [
      ['vif', name, index, 'mac', mac],
      ['port', bridge, `domU:${name}/${index}`],
    ]),
    ...guest.disks.flatMap(({ device, path, readOnly }) => [
      ['disk', name, device, 'target', exact(path)],
      ['disk', name, device, 'mode', readOnly ? 'r' : 'w'],
    ]),
  ];
  const own: Words[] = running.filter(([kind]) => kind === 'vif' || kind === 'disk' || kind === 'port');
  return text([
    ...lines('must', [
      ['file', file, '0600', 'root:root', 'sha256:*'],
      ...settings.map(([key, value]) => ['config', file, key, exact(String(value))]),
      ...vifs.flatMap(({ index, bridge, mac }) => [
        ['config-vif', file, index, 'mac', mac],
        ['config-vif', file, index, 'bridge', bridge],
      ]),
      ...guest.disks.flatMap(({ device, path, readOnly }) => [
        ['config-disk', file, device, 'target', exact(path)],
        ['config-disk', file, device, 'mode', readOnly ? 'r' : 'w'],
      ]),
      ...(guest.autostart ? [['autostart', name, file]] : []),
      ...(guest.running ? running : []),
    ]),
    ...lines('allow', [
      // A guest that need not run may run; then it has what is its own.
      ...(guest.running ? [] : own),
      ...vifs.map(({ index, address }) => ['vif', name, index, 'ip', address]),
    ]),
    ...lines('only', [
      ['config', file, '*'],
      ['config-odd', file, '*'],
      ['config-vif', file, '*', 'mac', '*'],
      ['config-vif', file, '*', 'bridge', '*'],
      ['config-disk', file, '*', 'target', '*'],
      ['autostart', name, '*'],
      ['saved', `*/${name}`],
      ['port', '*', `domU:${name}/*`],
      ['vif', name, '*', 'mac', '*'],
      ['disk', name, '*', 'target', '*'],
      ...vifs.flatMap(({ mac, address }) => [
        ['vif', '*', '*', 'mac', mac],
        ['vif', '*', '*', 'ip', address],
        ['config-vif', '*', '*', 'mac', mac],
        ['config-vif', '*', '*', 'ip', address],
      ]),
      ...written.flatMap((path) => [
        ['disk', '*', '*', 'target', path],
        ['config-disk', '*', '*', 'target', path],
      ]),
    ]),
  ]);
}

function text(all: readonly string[]): string {
  return [...new Set(all)].map((line) => `${line}\n`).join('');
}
