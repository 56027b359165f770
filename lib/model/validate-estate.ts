import { type Described, type Estate, type Finding, compare, conflicts, enumerate } from './estate';
import { handoverFindings } from './validate-handover';
import { hostFindings } from './validate-host';
import { lanFindings } from './validate-lan';
import { overlapFindings } from './validate-overlap';
import { reachFindings } from './validate-reach';

function sameName<T extends { name: string }>(kind: string, all: readonly Described<T>[], cure: string): Finding[] {
  return conflicts(all, (one) => one.model.name).flatMap(([name, group]) => {
    const message = `two ${kind} are called '${name}' (${enumerate(group.map((one) => one.path))}); ${cure}`;
    return group.map(({ path }) => ({ path, message }));
  });
}

/**
 * Every rule between the objects of an app, over all its stacks.
 *
 * @returns findings sorted by path and message, so they do not depend on the order of construction
 */
export function estateFindings(estate: Estate): readonly Finding[] {
  const findings = [
    ...sameName('lans', estate.lans, 'the name is part of every MAC address, give each lan its own'),
    ...sameName('hosts', estate.hosts, 'a host belongs to one stack, under one name'),
    ...reachFindings(estate),
    ...overlapFindings(estate.lans),
    ...estate.hosts.flatMap(hostFindings),
    ...lanFindings(estate),
    ...handoverFindings(estate),
  ];
  return findings.sort((a, b) => compare(a.path, b.path) || compare(a.message, b.message));
}

/** What is told although it is no error, in the same order. */
export function estateWarnings(estate: Estate): readonly Finding[] {
  const guests = estate.hosts.flatMap(({ guests: all }) => all);
  return conflicts(guests, ({ model }) => model.name.toLowerCase())
    .filter(([, group]) => new Set(group.map(({ model }) => model.name)).size > 1)
    .flatMap(([, group]) => {
      const who = enumerate(group.map(({ path, model }) => `'${model.name}' (${path})`));
      const message = `guests ${who} differ only by upper and lower case, and are easily taken for each other; each has a MAC of its own`;
      return group.map(({ path }) => ({ path, message }));
    })
    .sort((a, b) => compare(a.path, b.path));
}
