import { FieldProblem } from './errors';
import { show } from './show';

/** A network: its first address as a number, and its prefix length. */
export interface Ipv4Network {
  /** As written: `192.0.2.0/24`. */
  readonly cidr: string;
  readonly base: number;
  readonly prefix: number;
}

/** The 32 bits of a dotted quad. */
export function ipv4Number(address: string): number {
  return address.split('.').reduce((bits, octet) => bits * 256 + Number(octet), 0);
}

function dotted(bits: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(bits / 2 ** shift) % 256).join('.');
}

const QUAD = /^(0|[1-9][0-9]{0,2})\.(0|[1-9][0-9]{0,2})\.(0|[1-9][0-9]{0,2})\.(0|[1-9][0-9]{0,2})$/;

/** Whether a text is an IPv4 address, and not a name. */
export function isIpv4(text: string): boolean {
  return QUAD.test(text) && text.split('.').every((octet) => Number(octet) <= 255);
}

/** One IPv4 address in its only spelling: four decimal numbers without leading zeros, which some tools read as octal. */
export function ipv4Address(field: string, value: unknown): string {
  if (typeof value === 'string' && value.includes('/')) {
    const bare = value.slice(0, value.indexOf('/'));
    const cure = QUAD.test(bare) ? `, did you mean "${bare}"?` : '';
    throw new FieldProblem(`${field} must be an IPv4 address without a prefix, got ${show(value)}${cure}`);
  }
  if (typeof value !== 'string' || !QUAD.test(value) || value.split('.').some((octet) => Number(octet) > 255)) {
    throw new FieldProblem(`${field} must be an IPv4 address as in "192.0.2.10", got ${show(value)}`);
  }
  const first = Number(value.split('.')[0]);
  if (first === 0 || first === 127 || first >= 224) {
    throw new FieldProblem(`${field} must be an address that a machine can have, got ${show(value)}`);
  }
  return value;
}

/** A network in CIDR form, its host bits zero. */
export function ipv4Network(field: string, value: unknown): Ipv4Network {
  const [address, prefixText, rest] = typeof value === 'string' ? value.split('/') : [];
  if (typeof value !== 'string' || address === undefined || !QUAD.test(address) || rest !== undefined) {
    throw new FieldProblem(`${field} must be a network as in "192.0.2.0/24", got ${show(value)}`);
  }
  ipv4Address(field, address);
  if (prefixText === undefined) {
    const usual = address.replace(/[0-9]+$/, '0/24');
    throw new FieldProblem(`${field} must have a prefix length, got ${show(value)}, did you mean "${usual}"?`);
  }
  const prefix = Number(prefixText);
  if (!/^[0-9]{1,2}$/.test(prefixText) || prefix < 8 || prefix > 30) {
    throw new FieldProblem(`${field} must have a prefix length from 8 to 30, got ${show(value)}`);
  }
  const bits = ipv4Number(address);
  const base = bits - (bits % 2 ** (32 - prefix));
  if (base !== bits) {
    throw new FieldProblem(
      `${field} must be the network's first address, got ${show(value)}, did you mean "${dotted(base)}/${prefix}"?`,
    );
  }
  return Object.freeze({ cidr: `${address}/${prefix}`, base, prefix });
}

/** Whether a machine on the network may have the address: inside, and neither its first nor its last. */
export function isHostAddress(network: Ipv4Network, address: string): boolean {
  const offset = ipv4Number(address) - network.base;
  return offset > 0 && offset < 2 ** (32 - network.prefix) - 1;
}

/** `"192.0.2.1" to "192.0.2.254"`, for messages. */
export function hostRange(network: Ipv4Network): string {
  return `${dotted(network.base + 1)} to ${dotted(network.base + 2 ** (32 - network.prefix) - 2)}`;
}
