import type { BridgeInput } from '../../lib/model/bridge';
import type { DomUInput } from '../../lib/model/domu';
import type { Described, Estate, HostContents } from '../../lib/model/estate';
import { estateFindings } from '../../lib/model/validate-estate';
import type { XenHostInput } from '../../lib/model/xen-host';
import { hostKey, type Loose, bridge, domU, lan, xenHost } from './inputs';

export const LAN0 = lan();

/** Some parts under the path of their owner: `office/xen01/web1`. */
function under<T extends { readonly name: string }>(owner: string, models: readonly T[]): Described<T>[] {
  return models.map((model) => ({ path: `${owner}/${model.name}`, model }));
}

/** A host called xen<n> at 192.0.2.(9+n), with a bridge to the lan, unless told otherwise. */
export function host(
  number: number,
  change: {
    readonly host?: Loose<XenHostInput>;
    readonly bridges?: readonly ReturnType<typeof bridge>[];
    readonly guests?: readonly ReturnType<typeof domU>[];
  } = {},
): HostContents {
  const name = `xen${number}`;
  const ssh = { address: `192.0.2.${number + 9}`, hostKeys: [hostKey(number)] };
  const path = `office/${name}`;
  return {
    path,
    model: xenHost({ name, ssh, ...change.host }),
    bridges: under(path, change.bridges ?? [hostBridge(number)]),
    guests: under(path, change.guests ?? []),
  };
}

/** The bridge of host number n: its own address and uplink MAC. */
export function hostBridge(number: number, change: Loose<BridgeInput> = {}) {
  return bridge({
    lan: LAN0,
    uplink: { device: 'eth0', macAddress: `52:54:00:aa:00:0${number}` },
    address: `192.0.2.${number + 9}`,
    ...change,
  });
}

/** A small guest with a disk of its own and one vif. */
export function guest(name: string, on: ReturnType<typeof bridge>, address: string, change: Loose<DomUInput> = {}) {
  return domU({
    name,
    memoryMiB: 256,
    disks: [{ kind: 'phy', path: `/dev/vg0/${name}` }],
    vifs: [{ bridge: on, address }],
    ...change,
  });
}

export function estate(hosts: readonly HostContents[], lans = [LAN0]): Estate {
  return { lans: lans.map((model) => ({ path: model.name, model })), hosts };
}

/** What is wrong, as `path: message`. */
export function findingsOf(...hosts: readonly HostContents[]): readonly string[] {
  return estateFindings(estate(hosts)).map(({ path, message }) => `${path}: ${message}`);
}
