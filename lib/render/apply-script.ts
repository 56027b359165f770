import type { BridgeModel } from '../model/bridge';
import type { DomUModel } from '../model/domu';
import type { GuestIdentityModel, GuestRoot } from '../model/guest-identity';
import type { XenHostModel } from '../model/xen-host';
import { formatXenVersion } from '../model/xen-version';
import { shellJoin } from './shell-quote';
import { guestConfigPath } from './xl-config';

type Argument = readonly [name: string, value: string | number | undefined];

/**
 * A unit's apply script: one quoted call of the runtime with everything that is not in a file. No logic here, ever;
 * it lies in the runtime, where it is linted and tested.
 */
function applyScript(comment: string, call: string, values: readonly Argument[]): string {
  const given = values.filter((argument): argument is readonly [string, string | number] => argument[1] !== undefined);
  const words = given.map(([name, value]) => shellJoin([`--${name}`, String(value)]));
  return `#!/bin/bash\n# ${comment} Read by runtime/run.sh on the host.\n${[call, ...words].join(' \\\n  ')}\n`;
}

const onOff = (flag: boolean): string => (flag ? 'on' : 'off');
const yesNo = (flag: boolean): string => (flag ? 'yes' : 'no');

/** Applies the host's own keys. */
export function hostScript(host: XenHostModel): string {
  return applyScript(`Host ${host.name}: system files and checks.`, 'apply-host', [
    ['host', host.name],
    ['hostname', host.hostname],
    ['xen', formatXenVersion(host.xenVersion)],
    ['memory-mib', host.memoryMiB],
    ['dom0-memory-mib', host.dom0MemoryMiB],
  ]);
}

/** Retires whoever is on the host and not listed. */
export function rosterScript(bridges: readonly BridgeModel[], guests: readonly DomUModel[]): string {
  // The old name of a bridge belongs there until the bridge itself has taken its place, by what is on record of it.
  const known = bridges.flatMap(({ name, renamedFrom }) => (renamedFrom === undefined ? [name] : [name, renamedFrom]));
  return applyScript('Everybody who belongs on the host.', 'apply-roster', [
    ...[...known].sort().map((name): Argument => ['bridge', name]),
    ...guests
      .map(({ name }) => name)
      .sort()
      .map((name): Argument => ['guest', name]),
  ]);
}

/** Makes or changes one bridge. */
export function bridgeScript(bridge: BridgeModel): string {
  const { prefix } = bridge.lan.network;
  return applyScript(`Bridge ${bridge.name} on lan ${bridge.lan.name}.`, 'apply-bridge', [
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

function rootWords(root: GuestRoot): string {
  switch (root.kind) {
    case 'whole':
      return 'whole';
    case 'partition':
      return `partition,${root.number}`;
    case 'lv':
      return `lv,${root.volumeGroup}/${root.logicalVolume}`;
  }
}

/** Who the guest is on its disk: the vifs' own MACs and addresses. */
function identityArguments(identity: GuestIdentityModel | undefined): Argument[] {
  if (identity === undefined) return [];
  const { system, rootDisk, root, hostname, nics } = identity;
  return [
    ['guest-os', system],
    ['root-disk', `${rootDisk.kind},${rootDisk.path}`],
    ['root', rootWords(root)],
    ['guest-hostname', hostname],
    ...nics.map((nic): Argument => {
      const words = [nic.device, nic.macAddress, nic.address, nic.prefix, nic.gateway ?? '--'];
      return ['guest-nic', [...words, nic.nameservers.join('/') || '--'].join(',')];
    }),
  ];
}

/** Configures one guest and starts it. */
export function guestScript(guest: DomUModel): string {
  return applyScript(`Guest ${guest.name}.`, 'apply-domu', [
    ['domu', guest.name],
    ['config', guestConfigPath(guest.name)],
    ['autostart', yesNo(guest.autostart)],
    ['running', yesNo(guest.running)],
    ['on-change', guest.onChange],
    ['on-removal', guest.onRemoval],
    ['boot-timeout', guest.bootTimeoutSeconds],
    ...guest.vifs.map((vif): Argument => ['vif', `${vif.bridge.name},${vif.macAddress},${vif.address}`]),
    ...guest.disks.map((disk): Argument => ['disk', `${disk.kind},${disk.path}`]),
    ...identityArguments(guest.identity),
  ]);
}
