import { compare, conflicts, enumerate, groupsOf } from '../model/estate';
import { ipv4Number } from '../model/ipv4';
import type { CensusLine } from '../render/read-census';

/** What one host's tree says of the Lans that it is on. */
export interface CensusTree {
  readonly stack: string;
  /** The path of the tree, for messages. */
  readonly path: string;
  /** Why the tree is not of the present app; none = it is. */
  readonly leftOver: string | undefined;
  readonly lines: readonly CensusLine[];
}

/** A member of a Lan; gateways and reserved addresses belong to no stack. */
export interface CensusMember extends CensusLine {
  readonly stack: string | undefined;
}

/** All members of all Lans of an app, and what is not right about them. */
export interface Census {
  /** By name, each with its members by address. */
  readonly lans: readonly { readonly name: string; readonly members: readonly CensusMember[] }[];
  /** A sentence for each tree that an older synth has left, and whose members are not counted. */
  readonly leftOver: readonly string[];
  /** A sentence for each MAC or address that two of the members have: files that no synth can have written together. */
  readonly conflicts: readonly string[];
}

/** Members without an address come last. */
const order = (member: CensusMember): number => (member.address === undefined ? 2 ** 32 : ipv4Number(member.address));

function byAddress(a: CensusMember, b: CensusMember): number {
  return (
    order(a) - order(b) ||
    compare(a.host ?? '', b.host ?? '') ||
    compare(a.name ?? '', b.name ?? '') ||
    (a.vif ?? 0) - (b.vif ?? 0)
  );
}

/** `domU 'web1' vif 0`. */
function nameOf({ kind, name, vif }: CensusLine): string {
  if (kind === 'guest-vif') return `domU '${name ?? ''}' vif ${vif ?? 0}`;
  return kind === 'bridge' ? `bridge '${name ?? ''}'` : kind === 'gateway' ? 'the gateway' : 'a reserved address';
}

function placed(member: CensusMember): string {
  if (member.host === undefined) return nameOf(member);
  return `${nameOf(member)} of host '${member.host}' (stack '${member.stack ?? ''}')`;
}

/** What must be unique, under keys that name it. */
function identities({ lan, macAddress, address }: CensusLine): string[] {
  return [
    ...(macAddress === undefined ? [] : [`MAC ${macAddress} on lan '${lan}'`]),
    ...(address === undefined ? [] : [`address ${address} on lan '${lan}'`]),
  ];
}

function membersOf(trees: readonly CensusTree[]): CensusMember[] {
  const found: CensusMember[] = [];
  // A Lan's gateway and reserved addresses stand in the tree of every host on it.
  const shared = new Set<string>();
  for (const { stack, lines } of trees) {
    for (const line of lines) {
      if (line.host !== undefined) {
        found.push({ ...line, stack });
        continue;
      }
      const key = `${line.lan} ${line.kind} ${line.address ?? ''}`;
      if (!shared.has(key)) found.push({ ...line, stack: undefined });
      shared.add(key);
    }
  }
  return found;
}

function conflictsOf(members: readonly CensusMember[]): string[] {
  const uses = members.flatMap((member) => identities(member).map((identity) => ({ identity, member })));
  return conflicts(uses, (use) => use.identity).map(
    ([identity, group]) =>
      `${identity} is there more than once: ${enumerate(group.map(({ member }) => placed(member)))}; ` +
      'no synth writes that, so the files are of different synths or were edited: run cdktf synth',
  );
}

function leftOverOf(tree: CensusTree, taken: ReadonlySet<string>): string {
  const own = tree.lines.filter((line) => line.host !== undefined);
  const again = own.filter((line) => identities(line).some((identity) => taken.has(identity)));
  const clash =
    again.length === 0
      ? ''
      : `, ${again.length} of them with a MAC or an address that a counted one has: ${enumerate(again.map(nameOf))}`;
  return (
    `${tree.path} is left over from an older synth: ${tree.leftOver ?? ''}; its members (${own.length}) are not counted` +
    `${clash}; see whether any of them still runs, then remove that folder`
  );
}

/** The census of an app, from what lies in the trees of all its hosts. No two members are ever compared. */
export function takeCensus(trees: readonly CensusTree[]): Census {
  const members = membersOf(trees.filter((tree) => tree.leftOver === undefined));
  const taken = new Set(members.flatMap(identities));
  return {
    lans: groupsOf(members, (member) => member.lan).map(([name, group]) => ({
      name,
      members: [...group].sort(byAddress),
    })),
    leftOver: trees
      .filter((tree) => tree.leftOver !== undefined)
      .map((tree) => leftOverOf(tree, taken))
      .sort(),
    conflicts: conflictsOf(members),
  };
}
