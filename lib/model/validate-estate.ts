import { type Described, type Estate, type Finding, compare, conflicts, enumerate } from './estate';
import { handoverFindings } from './handover';
import { hostFindings } from './validate-host';
import { lanFindings } from './validate-lan';

function sameName<T extends { name: string }>(kind: string, all: readonly Described<T>[], cure: string): Finding[] {
  return conflicts(all, (one) => one.model.name).flatMap(([name, group]) => {
    const message = `two ${kind} are called '${name}' (${enumerate(group.map((one) => one.path))}); ${cure}`;
    return group.map(({ path }) => ({ path, message }));
  });
}

/**
 * Every rule between the objects of an app, over all its stacks.
 *
 * @returns findings sorted by path and message, so that the order of construction never shows
 */
export function estateFindings(estate: Estate): readonly Finding[] {
  const targets = conflicts(
    estate.hosts,
    (host) => `${host.model.ssh.address.toLowerCase()} port ${host.model.ssh.port}`,
  );
  const findings = [
    ...sameName('lans', estate.lans, 'the name is part of every MAC address, give each lan its own'),
    ...sameName('hosts', estate.hosts, 'a host belongs to one stack, under one name'),
    ...targets.flatMap(([target, group]) =>
      group.map(({ path }) => ({
        path,
        message: `hosts ${enumerate(group.map((host) => `'${host.model.name}'`))} are the same machine: both are reached at ${target}`,
      })),
    ),
    ...estate.hosts.flatMap(hostFindings),
    ...lanFindings(estate),
    ...handoverFindings(estate),
  ];
  return findings.sort((a, b) => compare(a.path, b.path) || compare(a.message, b.message));
}
