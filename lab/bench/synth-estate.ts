import { createHash } from 'node:crypto';

/** How many stacks of one host each, and how many guests on every host. */
export interface Shape {
  readonly stacks: number;
  readonly guests: number;
}

export const LAN = { name: 'lan0', cidr: '10.77.0.0/16', gateway: '10.77.0.1' } as const;

/** A well-formed public key that belongs to nobody, another one for each host: two with one key can't be told apart. */
export function hostKey(host: string): string {
  const words = [Buffer.from('ssh-ed25519'), createHash('sha256').update(host).digest()];
  const blob = words.flatMap((word) => [Buffer.from([0, 0, 0, word.length]), word]);
  return `ssh-ed25519 ${Buffer.concat(blob).toString('base64')}`;
}

/** What a person would write about a host. */
export interface HostFacts {
  readonly name: string;
  readonly address: string;
  readonly eth0: string;
  readonly hostKey: string;
}

/** What a person would write about a guest. */
export interface GuestFacts {
  readonly name: string;
  readonly address: string;
}

function address(index: number): string {
  const number = index + 16;
  return `10.77.${number >> 8}.${number & 0xff}`;
}

export function hostFacts(host: number): HostFacts {
  // Decimal digits: files write MACs in either case.
  const digits = String(host + 1).padStart(6, '0');
  const name = `xen${String(host + 1).padStart(5, '0')}`;
  return {
    name,
    address: address(host),
    hostKey: hostKey(name),
    eth0: `52:54:00:${digits.slice(0, 2)}:${digits.slice(2, 4)}:${digits.slice(4)}`,
  };
}

/** Guests are numbered over all hosts, since a name is part of a MAC's key: one name on two hosts is one MAC. */
export function guestFacts(shape: Shape, host: number, guest: number): GuestFacts {
  const number = host * shape.guests + guest;
  return { name: `g${String(number + 1).padStart(5, '0')}`, address: address(shape.stacks + number) };
}

/** `1 x 10000` */
export function shapeName(shape: Shape): string {
  return `${shape.stacks} x ${shape.guests}`;
}

/** The one argument of the contenders' programs, as `1x10000`. */
export function readShape(text: string | undefined): Shape {
  const match = /^(\d+)x(\d+)$/.exec(text ?? '');
  if (match === null) throw new Error(`a shape is STACKSxGUESTS, got ${text ?? 'nothing'}`);
  return { stacks: Number(match[1]), guests: Number(match[2]) };
}
