import { type Estate, type Finding, conflicts, enumerate } from './estate';
import { withoutHandedOver } from './validate-handover';
import { networkOf } from './validate-overlap';

/** A member of a Lan, seen there by a MAC address, an IP address, or both. */
interface Member {
  readonly lan: string;
  readonly network: string;
  readonly path: string;
  /** `domU 'web1' vif 0`. */
  readonly what: string;
  readonly guest: string | undefined;
  readonly vif: number | undefined;
  readonly macAddress: string | undefined;
  /** The epoch of a derived MAC; none = it is pinned, or the NIC's own. */
  readonly macEpoch: number | undefined;
  readonly address: string | undefined;
}

function members(estate: Estate): Member[] {
  const found: Member[] = [];
  for (const lan of estate.lans) {
    const unowned = {
      lan: lan.model.name,
      network: networkOf(lan.model),
      path: lan.path,
      guest: undefined,
      vif: undefined,
      macAddress: undefined,
      macEpoch: undefined,
    };
    if (lan.model.gateway !== undefined) {
      found.push({ ...unowned, what: `gateway of lan '${lan.model.name}'`, address: lan.model.gateway });
    }
    for (const address of new Set(lan.model.reservedAddresses)) {
      // A gateway that is reserved too is no conflict.
      if (address === lan.model.gateway) continue;
      found.push({ ...unowned, what: `reserved address of lan '${lan.model.name}'`, address });
    }
  }
  for (const host of estate.hosts) {
    for (const { path, model } of host.bridges) {
      const what = `bridge '${model.name}' of host '${host.model.name}'`;
      found.push({
        lan: model.lan.name,
        network: networkOf(model.lan),
        path,
        what,
        guest: undefined,
        vif: undefined,
        macAddress: model.uplink?.macAddress,
        macEpoch: undefined,
        address: model.address,
      });
    }
    for (const { path, model } of host.guests) {
      model.vifs.forEach((vif, index) => {
        found.push({
          lan: vif.bridge.lan.name,
          network: networkOf(vif.bridge.lan),
          path,
          what: `domU '${model.name}' vif ${index}`,
          guest: model.name,
          vif: index,
          macAddress: vif.macAddress,
          macEpoch: vif.macEpoch,
          address: vif.address,
        });
      });
    }
  }
  return found;
}

function macCure(group: readonly Member[]): string {
  if (group.some((member) => member.macEpoch === undefined)) {
    return new Set(group.map(({ lan }) => lan)).size === 1
      ? 'two machines with one MAC on one lan take each other off the network: remove or change a pinned macAddress'
      : 'a switch that both lans pass knows one machine of a MAC: remove or change a pinned macAddress, or, where nothing ' +
          'joins the lans, set isolated: true on one of them';
  }
  if (
    new Set(group.map(({ lan, guest, vif, macEpoch }) => `${lan} ${guest ?? ''} ${vif ?? ''} ${macEpoch ?? ''}`))
      .size === 1
  ) {
    return "a MAC follows from the guest's name: a copy needs a name of its own (DomU.copyOf), a guest that moves a Handover";
  }
  // An epoch that none of them has, so the MAC of the vif that takes it changes.
  const epoch = group.reduce((most, member) => Math.max(most, member.macEpoch ?? 0), 0) + 1;
  const which =
    new Set(group.map((member) => member.guest)).size === 1 ? 'one of these vifs' : 'that vif of the newer guest';
  return `the two derived MACs collide: set macEpoch: ${epoch} on ${which}`;
}

/** `lan 'lan0'`, or both if a MAC is on two. */
function onLans(group: readonly Member[]): string {
  const lans = [...new Set(group.map(({ lan }) => `'${lan}'`))];
  return `${lans.length === 1 ? 'lan' : 'lans'} ${enumerate(lans)}`;
}

/**
 * IP addresses are unique per Lan, MAC addresses over all Lans that are not isolated: over hosts, guests and reserved
 * addresses, over all stacks. No address is on two Lans, since their networks do not overlap. Linear time.
 */
export function lanFindings(estate: Estate): Finding[] {
  const all = members(estate);
  const { handovers = [] } = estate;
  const findings: Finding[] = [];
  const withMac = all.filter((member) => member.macAddress !== undefined);
  for (const [, sharing] of conflicts(withMac, (member) => `${member.network} ${member.macAddress ?? ''}`)) {
    const group = withoutHandedOver(sharing, handovers);
    if (group.length < 2) continue;
    const who = enumerate(group.map((member) => `${member.what} (${member.path})`));
    const [first] = group;
    const message = `MAC ${first?.macAddress ?? ''} is used more than once on ${onLans(group)}: ${who}; ${macCure(group)}`;
    for (const path of new Set(group.map((member) => member.path))) findings.push({ path, message });
  }
  const withAddress = all.filter((member) => member.address !== undefined);
  for (const [, sharing] of conflicts(withAddress, (member) => `${member.lan} ${member.address ?? ''}`)) {
    const group = withoutHandedOver(sharing, handovers);
    if (group.length < 2) continue;
    const who = enumerate(group.map((member) => `${member.what} (${member.path})`));
    const [first] = group;
    const message =
      `address ${first?.address ?? ''} is used more than once on lan '${first?.lan ?? ''}': ${who}; ` +
      'give each machine its own';
    for (const path of new Set(group.map((member) => member.path))) findings.push({ path, message });
  }
  return findings;
}
