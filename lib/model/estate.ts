import type { BridgeModel } from './bridge';
import type { DomUModel } from './domu';
import type { HandoverModel } from './handover';
import type { LanModel } from './lan';
import type { XenHostModel } from './xen-host';

/** A model and the construct path of its owner, for messages. */
export interface Described<T> {
  readonly path: string;
  readonly model: T;
}

/** A host with everything on it. */
export interface HostContents extends Described<XenHostModel> {
  readonly bridges: readonly Described<BridgeModel>[];
  readonly guests: readonly Described<DomUModel>[];
}

/** Everything one app describes, over all its stacks. */
export interface Estate {
  readonly lans: readonly Described<LanModel>[];
  readonly hosts: readonly HostContents[];
  readonly handovers?: readonly Described<HandoverModel>[];
}

/** A broken rule and the path of the construct that has to change. */
export interface Finding {
  readonly path: string;
  readonly message: string;
}

/** Compares code units: the same order on every machine and in every language. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Groups by a key, in an order that does not depend on the order of the items. */
export function groupsOf<T>(
  items: readonly T[],
  key: (item: T) => string,
): readonly (readonly [string, readonly T[]])[] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = key(item);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [item]);
    else group.push(item);
  }
  return [...groups].sort(([a], [b]) => compare(a, b));
}

/**
 * The groups with more than one member, in the same order. Fast for items that are in no such group, as nearly all are.
 */
export function conflicts<T extends object>(
  items: readonly T[],
  key: (item: T) => string,
): readonly (readonly [string, readonly T[]])[] {
  const alone = new Map<string, T>();
  const found = new Map<string, T[]>();
  for (const item of items) {
    const name = key(item);
    const first = alone.get(name);
    if (first === undefined) {
      alone.set(name, item);
      continue;
    }
    const group = found.get(name);
    if (group === undefined) found.set(name, [first, item]);
    else group.push(item);
  }
  return [...found].sort(([a], [b]) => compare(a, b));
}

/**
 * The most words of a list that are spelled out. A MAC pinned in a loop may be used by thousands, each with its own
 * finding.
 */
const MOST_SPELLED_OUT = 8;

/** `a, b and c`; of a long list the first few, then `and 120 more`. */
export function enumerate(words: readonly string[]): string {
  const sorted = [...new Set(words)].sort();
  if (sorted.length > MOST_SPELLED_OUT) {
    return `${sorted.slice(0, MOST_SPELLED_OUT - 1).join(', ')} and ${sorted.length - MOST_SPELLED_OUT + 1} more`;
  }
  return sorted.length < 2 ? sorted.join('') : `${sorted.slice(0, -1).join(', ')} and ${sorted.at(-1) ?? ''}`;
}
