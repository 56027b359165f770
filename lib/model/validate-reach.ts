import { type Estate, type Finding, type HostContents, conflicts, enumerate, groupsOf } from './estate';
import { networkOf } from './validate-overlap';

const target = ({ model: { ssh } }: HostContents): string => `${ssh.address.toLowerCase()} port ${ssh.port}`;

function sameTarget(hosts: readonly HostContents[]): Finding[] {
  return conflicts(hosts, target).flatMap(([where, group]) =>
    group.map(({ path }) => ({
      path,
      message: `hosts ${enumerate(group.map((host) => `'${host.model.name}'`))} are the same machine: both are reached at ${where}`,
    })),
  );
}

/**
 * A host key proves that a machine is the one meant. Two hosts with one key prove nothing: a deploy could switch the
 * network of one with the files of the other. Several ports of one address are allowed: one machine may lead to others.
 */
function sameKey(hosts: readonly HostContents[]): Finding[] {
  const uses = hosts.flatMap((host) => [...new Set(host.model.ssh.hostKeys)].map((key) => ({ host, key })));
  const shared = conflicts(uses, ({ key }) => key)
    .map(([key, group]) => ({ type: key.slice(0, key.indexOf(' ')), hosts: group.map(({ host }) => host) }))
    .filter((one) => new Set(one.hosts.map(({ model }) => model.ssh.address.toLowerCase())).size > 1)
    .map((one) => ({ ...one, who: enumerate(one.hosts.map(({ model }) => `'${model.name}'`)) }));
  // A cloned machine has all keys of its original.
  return groupsOf(shared, ({ hosts: all }) => all.map(({ path }) => path).join(' ')).flatMap(([, group]) => {
    const [first] = group;
    const message =
      `hosts ${first?.who ?? ''} have one host key (${enumerate(group.map(({ type }) => type))}), so nobody can tell them apart: ` +
      'copy the key of each; if a machine is a clone of another, make new ones there (rm /etc/ssh/ssh_host_*; service sshd restart)';
    return (first?.hosts ?? []).map(({ path }) => ({ path, message }));
  });
}

function has(host: HostContents, address: string): boolean {
  return host.bridges.some(({ model }) => model.address === address);
}

/**
 * The address where ssh looks for a host must not belong to another machine of the app. A name may lead anywhere, so
 * names are not checked.
 */
function takenAddresses(estate: Estate): Finding[] {
  const guests = new Map<string, string>();
  const bridges = new Map<string, HostContents>();
  for (const host of estate.hosts) {
    for (const { path, model } of host.guests) {
      model.vifs.forEach((vif, index) => {
        if (vif.address === undefined || networkOf(vif.bridge.lan) !== '') return;
        guests.set(vif.address, `domU '${model.name}' vif ${index} (${path}) on lan '${vif.bridge.lan.name}'`);
      });
    }
    for (const { model } of host.bridges) {
      if (model.address !== undefined && networkOf(model.lan) === '') bridges.set(model.address, host);
    }
  }
  return estate.hosts.flatMap((host) => {
    const { ssh, name } = host.model;
    const found: Finding[] = [];
    for (const field of ['address', 'movesFrom'] as const) {
      const address = ssh[field];
      const guest = address === undefined ? undefined : guests.get(address);
      // An address on a bridge and on a vif has a rule of its own.
      if (address === undefined || guest === undefined || has(host, address)) continue;
      found.push({
        path: host.path,
        message:
          `host '${name}' is looked for at ${address} (ssh.${field}), which is the address of ${guest}: ` +
          'give ssh the address of dom0, or the guest one of its own; where a guest passes connections on, give ssh a name',
      });
    }
    const other = bridges.get(ssh.address);
    // Another port may lead through that host to this one.
    if (other !== undefined && target(other) !== target(host) && ssh.port === 22 && ssh.jump === undefined) {
      const message = `host '${name}' is looked for at ${ssh.address}, which is the address of host '${other.model.name}' on a bridge of its own (${other.path}): give ssh the address of '${name}'`;
      found.push({ path: host.path, message });
    }
    return found;
  });
}

/** Whether a deploy reaches the machine that is meant. */
export function reachFindings(estate: Estate): Finding[] {
  return [...sameTarget(estate.hosts), ...sameKey(estate.hosts), ...takenAddresses(estate)];
}
