import type { Case, Outcome } from './attempt';
import { formatTable } from '../bench/report';

export interface Tried {
  readonly what: Case;
  readonly outcome: Outcome;
}

const worst = (values: readonly number[]) => Math.max(0, ...values).toFixed(1);

/** `switch mv ifcfg-eth0 #1` is one of many: the table has a line for each part of the runtime. */
const part = (boundary: string) => boundary.split(' ')[0] ?? boundary;

/** A line per fault, scenario and part of the runtime that was broken into. */
export function table(all: readonly Tried[]): string {
  const groups = new Map<string, Tried[]>();
  for (const one of all) {
    const key = `${one.what.fault.name}\t${one.what.scenario.name}\t${part(one.what.boundary)}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const rows = [...groups].map(([key, group]) => {
    const count = (which: (outcome: Outcome) => boolean) =>
      String(group.filter(({ outcome }) => which(outcome)).length);
    return [
      ...key.split('\t'),
      String(group.length),
      count(({ ended }) => ended === 'new'),
      count(({ ended }) => ended === 'old'),
      count(({ lockedOut }) => lockedOut),
      count(({ problems }) => problems.length > 0),
      worst(group.map(({ outcome }) => outcome.secondsAway)),
      worst(group.map(({ outcome }) => outcome.secondsToConsistent)),
    ];
  });
  const head = [
    'fault',
    'scenario',
    'broken into',
    'tries',
    'new',
    'old',
    'lock-outs',
    'inconsistent',
    's away',
    's until consistent',
  ];
  return formatTable(head, rows);
}

export const lockOuts = (all: readonly Tried[]) => all.filter(({ outcome }) => outcome.lockedOut).length;

export const inconsistent = (all: readonly Tried[]) =>
  all.filter(({ outcome }) => !outcome.lockedOut && outcome.problems.length > 0).length;

/** The last line. */
export function total(all: readonly Tried[]): string {
  return `faults tried: ${all.length}, lock-outs: ${lockOuts(all)}, inconsistent: ${inconsistent(all)}`;
}
