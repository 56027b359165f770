import { UNCHECKED, type Unchecked } from '../model/addressing';

/** What kinds of members a Lan has. */
export const CENSUS_KINDS = ['gateway', 'reserved', 'bridge', 'guest-vif'] as const;
export type CensusKind = (typeof CENSUS_KINDS)[number];

/** One line of a host's `census`, read back. */
export interface CensusLine {
  readonly lan: string;
  readonly macAddress: string | undefined;
  readonly address: string | undefined;
  /** Stands for an address that the stack does not give. */
  readonly addressing: Unchecked | undefined;
  readonly kind: CensusKind;
  readonly host: string | undefined;
  /** The guest or the bridge. */
  readonly name: string | undefined;
  /** The guest's interface. */
  readonly vif: number | undefined;
  /** The origin of the MAC: `derived`, `derived epoch 1`, `pinned`; of a bridge its uplink. */
  readonly origin: string | undefined;
}

const MAC = '[0-9a-f]{2}(?::[0-9a-f]{2}){5}';
const IPV4 = '[0-9]{1,3}(?:\\.[0-9]{1,3}){3}';
const NAME = '[A-Za-z0-9._-]+';
const LINE = new RegExp(
  `^(${NAME}) (-|${MAC}) (-|dhcp|unknown|${IPV4}) (${CENSUS_KINDS.join('|')}) (${NAME}) (${NAME})((?: ${NAME})*)$`,
);

const present = (word: string | undefined): string | undefined => (word === '-' || word === '' ? undefined : word);

/** The line, or undefined if it is not a line of a census. */
export function readCensusLine(line: string): CensusLine | undefined {
  const match = LINE.exec(line);
  if (match === null) return undefined;
  const [, lan = '', mac, address, kind, host, name, rest = ''] = match;
  const given = UNCHECKED.find((word) => word === address);
  const vif = /^ vif ([0-9]+)(?= |$)/.exec(rest);
  return {
    lan,
    macAddress: present(mac),
    address: given === undefined ? present(address) : undefined,
    addressing: given,
    kind: kind as CensusKind,
    host: present(host),
    name: present(name),
    vif: vif === null ? undefined : Number(vif[1]),
    origin: present(rest.slice(vif === null ? 1 : vif[0].length + 1)),
  };
}
