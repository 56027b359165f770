import type { BridgeModel } from '../model/bridge';
import type { DomUModel } from '../model/domu';
import type { GuestIdentityModel, GuestRoot } from '../model/guest-identity';
import type { XenHostModel } from '../model/xen-host';
import { formatXenVersion } from '../model/xen-version';
import { guestConfigPath } from './xl-config';

type Word = readonly [word: string, value: string | number | undefined];

/**
 * What synth says of a unit beside its files, for the runtime on the host: a line `word value` each, in the order
 * given. It is data: lib/runtime/both/words.sh reads it, and it is never run.
 */
function words(given: readonly Word[]): string {
  return given
    .map(([word, value]) => (value === undefined ? '' : `${word} ${checked(word, String(value))}\n`))
    .join('');
}

/**
 * A value is the rest of its line. The model allows no value that a line can't hold, so such a value is a fault of
 * ours.
 */
function checked(word: string, value: string): string {
  if (!/^[!-~]([ -~]*[!-~])?$/.test(value)) {
    throw new Error(`the word '${word}' of a unit can not have the value ${JSON.stringify(value)}`);
  }
  return value;
}

const onOff = (flag: boolean): string => (flag ? 'on' : 'off');
const yesNo = (flag: boolean): string => (flag ? 'yes' : 'no');

/** The host itself. */
export function hostWords(host: XenHostModel): string {
  return words([
    ['host', host.name],
    ['hostname', host.hostname],
    ['xen', formatXenVersion(host.xenVersion)],
    ['memory-mib', host.memoryMiB],
    ['dom0-memory-mib', host.dom0MemoryMiB],
  ]);
}

/** All bridges and guests that belong on the host. A guest that is on record and not listed is retired. */
export function rosterWords(bridges: readonly BridgeModel[], guests: readonly DomUModel[]): string {
  // The old name of a bridge stays listed until the bridge itself, by its record, has replaced it.
  const known = bridges.flatMap(({ name, renamedFrom }) => (renamedFrom === undefined ? [name] : [name, renamedFrom]));
  return words([
    ...[...known].sort().map((name): Word => ['bridge', name]),
    ...guests
      .map(({ name }) => name)
      .sort()
      .map((name): Word => ['guest', name]),
  ]);
}

/** One bridge. */
export function bridgeWords(bridge: BridgeModel): string {
  const { prefix } = bridge.lan.network;
  return words([
    ['bridge', bridge.name],
    ['renamed-from', bridge.renamedFrom],
    ['absent', bridge.dissolve ? 'yes' : undefined],
    ['uplink', bridge.uplink?.device],
    ['uplink-mac', bridge.uplink?.macAddress],
    ['address', bridge.address === undefined ? undefined : `${bridge.address}/${prefix}`],
    ['gateway', bridge.gateway],
    ['stp', onOff(bridge.stp)],
    ['delay', bridge.delaySeconds],
    ['mtu', bridge.mtu],
    ['verify-seconds', bridge.timeouts.verifySeconds],
    ['confirm-seconds', bridge.timeouts.confirmSeconds],
    ['rollback-seconds', bridge.timeouts.rollbackSeconds],
    ['acknowledge-rollback', bridge.acknowledgeRollback],
  ]);
}

function rootPlace(root: GuestRoot): string {
  switch (root.kind) {
    case 'whole':
      return 'whole';
    case 'partition':
      return `partition,${root.number}`;
    case 'lv':
      return `lv,${root.volumeGroup}/${root.logicalVolume}`;
  }
}

/** The guest's identity on its disk: the vifs' own MACs and addresses. */
function identityWords(identity: GuestIdentityModel | undefined): Word[] {
  if (identity === undefined) return [];
  const { system, rootDisk, root, hostname, nics } = identity;
  return [
    ['guest-os', system],
    ['root-disk', `${rootDisk.kind},${rootDisk.path}`],
    ['root', rootPlace(root)],
    ['guest-hostname', hostname],
    ...nics.map((nic): Word => {
      const { device, macAddress, address, addressing, prefix, gateway } = nic;
      const network = [device, macAddress, address ?? addressing, prefix, gateway ?? '--'];
      return ['guest-nic', [...network, nic.nameservers.join('/') || '--'].join(',')];
    }),
  ];
}

/** One guest. */
export function guestWords(guest: DomUModel): string {
  return words([
    ['domu', guest.name],
    ['config', guestConfigPath(guest.name)],
    ['autostart', yesNo(guest.autostart)],
    ['running', yesNo(guest.running)],
    ['on-change', guest.onChange],
    ['on-removal', guest.onRemoval],
    ['boot-timeout', guest.bootTimeoutSeconds],
    ...guest.vifs.map(({ bridge, macAddress, address, addressing }): Word => {
      return ['vif', [bridge.name, macAddress, address ?? addressing].join(',')];
    }),
    ...guest.disks.flatMap(({ kind, path }): Word[] => (path === '' ? [] : [['disk', `${kind},${path}`]])),
    ...identityWords(guest.identity),
  ]);
}
