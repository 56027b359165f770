import type { BridgeModel } from '../model/bridge';
import type { DomUModel } from '../model/domu';
import { compare } from '../model/estate';
import { ipv4Number } from '../model/ipv4';
import type { LanModel } from '../model/lan';
import type { VifModel } from '../model/vif';
import type { XenHostModel } from '../model/xen-host';

/** A line and what it is sorted by. */
interface Line {
  readonly lan: string;
  /** As a number; members without one come last. */
  readonly address: number;
  readonly text: string;
}

/** Stands for a missing word, so that every line has its words in the same places. */
const NONE = '-';

/** @param instead stands for an address that the stack does not give */
function line(lan: LanModel, mac: string | undefined, address: string | undefined, rest: string, instead = NONE): Line {
  return {
    lan: lan.name,
    address: address === undefined ? 2 ** 32 : ipv4Number(address),
    text: `${lan.name} ${mac ?? NONE} ${address ?? instead} ${rest}\n`,
  };
}

/** Addresses of a Lan that belong to machines outside the app; the same in the tree of every host on the Lan. */
function outsideApp(lan: LanModel): Line[] {
  const lines = lan.gateway === undefined ? [] : [line(lan, undefined, lan.gateway, `gateway ${NONE} ${NONE}`)];
  const reserved = new Set(lan.reservedAddresses);
  // A gateway that is reserved too stays the gateway.
  if (lan.gateway !== undefined) reserved.delete(lan.gateway);
  for (const address of reserved) lines.push(line(lan, undefined, address, `reserved ${NONE} ${NONE}`));
  return lines;
}

function ofBridge(host: string, bridge: BridgeModel): Line {
  const { name, lan, uplink, address, dissolve } = bridge;
  const detail = `${uplink === undefined ? 'host-only' : `uplink ${uplink.device}`}${dissolve ? ' dissolved' : ''}`;
  return line(lan, uplink?.macAddress, address, `bridge ${host} ${name} ${detail}`);
}

function origin(vif: VifModel): string {
  if (vif.macEpoch === undefined) return 'pinned';
  return vif.macEpoch === 0 ? 'derived' : `derived epoch ${vif.macEpoch}`;
}

/**
 * The members of the Lans that a host is on: its bridges, its guests' vifs, and each Lan's gateway and reserved
 * addresses. One line each, words separated by one blank, `-` for none; `dhcp` and `unknown` stand for
 * addresses that can not be checked:
 *
 *     LAN MAC ADDRESS KIND HOST NAME DETAIL...
 *     lan0 - 192.0.2.1 gateway - -
 *     lan0 52:54:00:12:34:56 192.0.2.10 bridge xen01 xenbr0 uplink eth0
 *     lan0 00:16:3e:a6:05:8f 192.0.2.21 guest-vif xen01 web1 vif 0 derived
 *     lan0 - 192.0.2.99 reserved - -
 *     lan0 00:16:3e:16:b2:15 dhcp guest-vif xen01 web2 vif 0 derived
 *
 * Made for `while read -r lan mac address kind host name detail`: no word holds a blank, or a character that means
 * something to a shell. Sorted by Lan and by address as a number, so that a new guest is one new line at its address. A
 * reviewer reads it, and so does `cdktf-xen census`.
 */
export function census(host: XenHostModel, bridges: readonly BridgeModel[], guests: readonly DomUModel[]): string {
  const lans = [...new Set(bridges.map((bridge) => bridge.lan))];
  const lines = [...lans.flatMap(outsideApp), ...bridges.map((bridge) => ofBridge(host.name, bridge))];
  for (const { name, vifs } of guests) {
    vifs.forEach((vif, index) => {
      const rest = `guest-vif ${host.name} ${name} vif ${index} ${origin(vif)}`;
      const instead = vif.addressing === 'none' ? NONE : vif.addressing;
      lines.push(line(vif.bridge.lan, vif.macAddress, vif.address, rest, instead));
    });
  }
  lines.sort((a, b) => compare(a.lan, b.lan) || a.address - b.address || compare(a.text, b.text));
  return lines.map(({ text }) => text).join('');
}
