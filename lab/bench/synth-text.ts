import { interfaceId } from '../../lib/render/interface-id';
import { type Shape, guestFacts, hostFacts } from './synth-estate';
import type { HostValues, RunTemplate, TextTemplate } from './synth-template';

/** A line of a text, or a word of one that is a single line, and what parts it from the next. */
interface Piece {
  readonly text: string;
  readonly end: string;
  /** Who it is about: the host itself, one of its guests, or another host. */
  readonly of: 'self' | RunTemplate['of'];
  readonly number: number;
}

/** The pieces of a host's text. Whoever names another host speaks of it, and of its guests too. */
function piecesOf(shape: Shape, host: number, text: string): readonly Piece[] {
  // The words of a call over several lines end with the backslash, all but the last one.
  const parts = text.split(text.includes('\n') ? /((?: \\)?\n)/ : /([ ,])/);
  return parts
    .filter((_, index) => index % 2 === 0)
    .map((piece, index): Piece => {
      const common = { text: piece, end: parts[index * 2 + 1] ?? '' };
      const hosts = [...piece.matchAll(/xen(\d{5})/g)].map((match) => Number(match[1]) - 1);
      const other = hosts.find((number) => number !== host);
      if (other !== undefined) return { ...common, of: 'others', number: other };
      const guest = /g(\d{5})/.exec(piece)?.[1];
      if (guest === undefined) return { ...common, of: 'self', number: host };
      return { ...common, of: 'guests', number: Number(guest) - 1 - host * shape.guests };
    });
}

const joined = (pieces: readonly Piece[]): string => pieces.map(({ text, end }) => text + end).join('');

/** Neighbours that belong together. */
function groups(pieces: readonly Piece[], same: (a: Piece, b: Piece) => boolean): Piece[][] {
  const found: Piece[][] = [];
  for (const piece of pieces) {
    const last = found.at(-1);
    if (last?.[0] !== undefined && same(last[0], piece)) last.push(piece);
    else found.push([piece]);
  }
  return found;
}

/** Turns a text into a template: each value becomes the number of its place. */
export function plainTemplate(text: string, values: readonly string[]): TextTemplate {
  const filled = values.reduce((rest, value, index) => {
    if (value === '') return rest;
    // An address may be how a longer one begins.
    const whole = new RegExp(`${value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?!\\d)`, 'g');
    return rest.replace(whole, `{{${index}}}`);
  }, text);
  return { text: filled, runs: [] };
}

/** Turns a text of a host into a template; what it says of guests and of other hosts become runs. */
export function hostTemplate(shape: Shape, all: readonly HostValues[], host: number, text: string): TextTemplate {
  const runs: RunTemplate[] = [];
  const values = all[host]?.own ?? [];
  const parts = groups(piecesOf(shape, host, text), (a, b) => a.of === b.of).map((group) => {
    const of = group[0]?.of ?? 'self';
    if (of === 'self') return plainTemplate(joined(group), values).text;
    const members = groups(group, (a, b) => a.number === b.number);
    const [first = []] = members;
    const number = first[0]?.number ?? 0;
    const between = members.length > 1 ? (first.at(-1)?.end ?? '') : '';
    const last = first.at(-1)?.end ?? '';
    const own = joined(first).slice(0, -last.length || undefined);
    const each =
      of === 'guests' ? plainTemplate(own, all[host]?.guests[number] ?? []) : hostTemplate(shape, all, number, own);
    runs.push({ of, each, between });
    return `{{run ${runs.length - 1}}}${group.at(-1)?.end ?? ''}`;
  });
  return { text: parts.join(''), runs };
}

const hashes = (text: string): readonly string[] => text.match(/\b(?:[0-9a-f]{64}|[0-9a-f]{16})\b/g) ?? [];

/** What was synthesized for one host, as texts. */
export interface HostTexts {
  readonly own: readonly string[];
  /** What is said of each guest alone. */
  readonly guests: readonly string[];
  readonly macs: readonly string[];
}

/**
 * In what a host and its guests differ from others: what a person wrote, MACs, and every hash that is said of them, each
 * at the same place for every host.
 */
export function valuesOf(shape: Shape, host: number, texts: HostTexts): HostValues {
  const ownHashes: string[] = [];
  const guestHashes = texts.guests.map((text) => [...hashes(text)]);
  for (const { of, number, text } of texts.own.flatMap((text) => piecesOf(shape, host, text))) {
    if (of === 'self') ownHashes.push(...hashes(text));
    if (of === 'guests') guestHashes[number]?.push(...hashes(text));
  }
  const { name, address, eth0, hostKey } = hostFacts(host);
  return {
    own: [name, address, eth0, interfaceId(eth0), hostKey, ...ownHashes],
    guests: guestHashes.map((found, number) => {
      const guest = guestFacts(shape, host, number);
      return [name, guest.name, guest.address, texts.macs[number] ?? '', ...found];
    }),
  };
}
