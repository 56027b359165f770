import type { CensusLine } from '../render/read-census';
import type { Census } from './census';
import { textTable } from './text-table';

/** `domU web1 vif 0`; a machine that is not ours is called by its kind. */
function machine({ kind, name, vif }: CensusLine): string {
  if (kind === 'guest-vif') return `domU ${name ?? ''} vif ${vif ?? 0}`;
  return kind === 'bridge' ? `bridge ${name ?? ''}` : kind;
}

const HEAD = ['ADDRESS', 'MAC', 'ORIGIN', 'MACHINE', 'HOST', 'STACK'];

/** One table for each Lan. */
export function censusTable(census: Census): string {
  return census.lans
    .map(({ name, members }) => {
      const rows = members.map((member) =>
        [
          member.address ?? member.addressing,
          member.macAddress,
          member.origin,
          machine(member),
          member.host,
          member.stack,
        ].map((cell) => cell ?? '-'),
      );
      return `lan ${name}, ${members.length === 1 ? '1 member' : `${members.length} members`}\n${textTable(HEAD, rows)}`;
    })
    .join('\n');
}

/** The same for programs; null stands for what a member does not have. */
export function censusJson(census: Census): string {
  const lans = census.lans.map(({ name, members }) => ({
    name,
    members: members.map(({ address, addressing, macAddress, kind, origin, name: own, vif, host, stack }) => ({
      address: address ?? null,
      addressing: addressing ?? null,
      macAddress: macAddress ?? null,
      origin: origin ?? null,
      kind,
      name: own ?? null,
      vif: vif ?? null,
      host: host ?? null,
      stack: stack ?? null,
    })),
  }));
  return `${JSON.stringify({ lans, leftOver: census.leftOver, conflicts: census.conflicts }, undefined, 2)}\n`;
}
