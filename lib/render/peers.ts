import { compare } from '../model/estate';

/** A host, where its tree lies, and the Lans that it has a bridge on. */
export interface HostOnLans {
  readonly name: string;
  /** The folder of its stack below `stacks`. */
  readonly stack: string;
  readonly lans: readonly string[];
}

/**
 * The other hosts on a host's Lans, as the host's tree lists them: one line each, sorted by host, words separated by
 * one blank, the Lans that both are on separated by commas:
 *
 *     HOST STACK LAN[,LAN...]
 *     xen02 rack2 lan0,storage
 *
 * Before a guest starts, these hosts are asked; their trees lie in ../../../../STACK/assets/HOST/tree. If such a tree
 * is missing, only this list shows it: the tree of a stack that travels alone names its peers nowhere else. Made for
 * `while read -r host stack lans`: no word holds a blank, or a character that means something to a shell. The list is
 * in no unit's hash: a neighbour that comes or goes is no reason to touch a host.
 *
 * @param all every host of the app
 * @returns gives the list of one of them; hosts with the same Lans share the work
 */
export function peerLists(all: readonly HostOnLans[]): (host: HostOnLans) => string {
  const onLan = new Map<string, HostOnLans[]>();
  for (const host of [...all].sort((a, b) => compare(a.name, b.name))) {
    for (const lan of new Set(host.lans)) {
      const there = onLan.get(lan);
      if (there === undefined) onLan.set(lan, [host]);
      else there.push(host);
    }
  }
  const known = new Map<string, readonly (readonly [name: string, line: string])[]>();
  return (host) => {
    const lans = [...new Set(host.lans)].sort();
    const key = lans.join(',');
    let lines = known.get(key);
    if (lines === undefined) {
      const shared = new Map<HostOnLans, string[]>();
      for (const lan of lans) {
        for (const peer of onLan.get(lan) ?? []) {
          const both = shared.get(peer);
          if (both === undefined) shared.set(peer, [lan]);
          else both.push(lan);
        }
      }
      lines = [...shared]
        .map(([{ name, stack }, both]) => [name, `${name} ${stack} ${both.join(',')}\n`] as const)
        .sort(([a], [b]) => compare(a, b));
      known.set(key, lines);
    }
    return lines
      .filter(([name]) => name !== host.name)
      .map(([, line]) => line)
      .join('');
  };
}
