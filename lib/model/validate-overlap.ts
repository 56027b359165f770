import { type Described, type Finding, compare, enumerate } from './estate';
import type { LanModel } from './lan';

/**
 * The network of a Lan. Lans that may be joined are compared as one network; an isolated Lan is a network by itself.
 */
export function networkOf(lan: LanModel): string {
  return lan.isolated ? lan.name : '';
}

function quote({ path, model }: Described<LanModel>): string {
  return `'${model.name}' (${model.network.cidr}, at ${path})`;
}

function finding(group: readonly Described<LanModel>[]): Finding[] {
  const some = group.length === 2 ? 'one of them' : 'all but one of them';
  const message =
    `lans ${enumerate(group.map(quote))} have addresses in common, so two machines could have one: give them networks that ` +
    `don't overlap, or describe one Lan where it is one network; where nothing joins them, no cable, router or tunnel, set isolated: true on ${some}`;
  return group.map(({ path }) => ({ path, message }));
}

/**
 * Lans whose networks overlap, without isolated ones: else one address could belong to two machines. Two networks lie
 * inside each other or apart, so one pass over the sorted networks finds all overlaps.
 */
export function overlapFindings(lans: readonly Described<LanModel>[]): Finding[] {
  const sorted = lans
    .filter(({ model }) => !model.isolated)
    .sort((a, b) => {
      const [one, other] = [a.model.network, b.model.network];
      return one.base - other.base || one.prefix - other.prefix || compare(a.path, b.path);
    });
  const findings: Finding[] = [];
  let group: Described<LanModel>[] = [];
  let end = -1;
  const close = (): void => {
    if (group.length > 1) findings.push(...finding(group));
  };
  for (const lan of sorted) {
    const { base, prefix } = lan.model.network;
    if (base >= end) {
      close();
      group = [];
      end = base + 2 ** (32 - prefix);
    }
    group.push(lan);
  }
  close();
  return findings;
}
