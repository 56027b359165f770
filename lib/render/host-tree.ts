import type { BridgeModel } from '../model/bridge';
import type { DomUModel } from '../model/domu';
import type { XenHostModel } from '../model/xen-host';
import { bridgeExpectations } from './bridge-expectations';
import { bridgeFiles } from './bridge-files';
import { type TreeFile, type Unit, bundle, sha256 } from './bundle';
import { census } from './census';
import { guestExpectations } from './guest-expectations';
import { type HandedOver, guestNotes } from './guest-notes';
import { hostExpectations } from './host-expectations';
import { hostFiles } from './host-files';
import { recoveryCard } from './recovery-card';
import { knownHosts, sshConfig } from './ssh-files';
import { bridgeWords, guestWords, hostWords, rosterWords } from './words';
import { guestFiles } from './xl-config';

/** The unit of the host itself. */
export function hostUnit(host: XenHostModel, bridges: readonly BridgeModel[]): Unit {
  return bundle('host', hostFiles(host, bridges), hostWords(host), hostExpectations(host, bridges));
}

/** The roster: the unit that knows which bridges and guests belong on the host. */
export function rosterUnit(bridges: readonly BridgeModel[], guests: readonly DomUModel[]): Unit {
  return bundle('roster', [], rosterWords(bridges, guests), '');
}

/** The unit of a bridge. */
export function bridgeUnit(bridge: BridgeModel): Unit {
  return bundle(`bridge-${bridge.name}`, bridgeFiles(bridge), bridgeWords(bridge), bridgeExpectations(bridge));
}

/** The unit of a guest. */
export function guestUnit(guest: DomUModel, handedOver?: HandedOver): Unit {
  const name = `domU-${guest.name}`;
  const notes = guestNotes(name, guest, handedOver);
  return bundle(name, guestFiles(guest), guestWords(guest), guestExpectations(guest), notes);
}

/**
 * What belongs to a tree as a whole, beside its units: how to reach the host, what to do if it can't be reached, the
 * census of its Lans, the other hosts there, and one manifest of everything.
 *
 * @param peers the host's list, see peerLists()
 * @param units every unit of the host, in any order; the manifest is sorted by unit
 */
export function sharedFiles(
  host: XenHostModel,
  bridges: readonly BridgeModel[],
  guests: readonly DomUModel[],
  units: readonly Unit[],
  peers: string,
): readonly TreeFile[] {
  const sorted = [...units].sort((a, b) => (a.name < b.name ? -1 : 1));
  const text = (path: string, content: string): TreeFile => ({ path, mode: '0644', owner: 'root:root', content });
  const [config, keys] = [sshConfig(host), knownHosts(host)];
  return [
    text('ssh_config', config),
    text('known_hosts', keys),
    // Names the connection that steps share: other keys or another address are another connection.
    text('connection', `${sha256(`${config}\0${keys}`).slice(0, 16)}\n`),
    text('recovery-card.txt', recoveryCard(host, bridges)),
    text('census', census(host, bridges, guests)),
    text('peers', peers),
    text('manifest', sorted.map((unit) => unit.manifest).join('')),
  ];
}
