import { diskIdentity } from './disk';
import { isHostAddress, isIpv4 } from './ipv4';
import { type Finding, type HostContents, conflicts, enumerate, groupsOf } from './estate';

function bridgeFindings(host: HostContents): Finding[] {
  const findings: Finding[] = [];
  for (const [name, group] of conflicts(host.bridges, (bridge) => bridge.model.name)) {
    for (const { path } of group)
      findings.push({ path, message: `host '${host.model.name}' has two bridges called '${name}'` });
  }
  const uplinked = host.bridges.filter((bridge) => bridge.model.uplink !== undefined);
  for (const [device, group] of conflicts(uplinked, (bridge) => bridge.model.uplink?.device ?? '')) {
    const names = enumerate(group.map((bridge) => `'${bridge.model.name}'`));
    for (const { path } of group) {
      findings.push({
        path,
        message: `uplink ${device} is under bridges ${names}; an interface is a port of one bridge only`,
      });
    }
  }
  const routed = host.bridges.filter((bridge) => bridge.model.gateway !== undefined);
  if (routed.length > 1) {
    const names = enumerate(routed.map((bridge) => `'${bridge.model.name}'`));
    for (const { path } of routed) {
      findings.push({
        path,
        message: `bridges ${names} all carry the default route of host '${host.model.name}'; set defaultRoute: false on all but one`,
      });
    }
  }
  const names = new Map(host.bridges.map((bridge) => [bridge.model.name, bridge]));
  for (const { path, model } of host.bridges) {
    if (model.renamedFrom === undefined || !names.has(model.renamedFrom)) continue;
    findings.push({
      path,
      message: `bridge '${model.name}' takes the place of '${model.renamedFrom}' (renamedFrom), which host '${host.model.name}' still describes; take that one out`,
    });
  }
  const users = new Map(groupsOf(uplinked, (bridge) => bridge.model.uplink?.device ?? ''));
  for (const bridge of host.bridges) {
    const { path, model } = bridge;
    for (const user of users.get(model.name) ?? []) {
      if (user === bridge) {
        findings.push({ path, message: `bridge and uplink are both called '${model.name}'; call the bridge 'xenbr0'` });
        continue;
      }
      const message = `'${model.name}' is a bridge and the uplink of bridge '${user.model.name}'; call the bridge 'xenbr0'`;
      findings.push({ path, message }, { path: user.path, message });
    }
  }
  return findings;
}

function vifFindings(host: HostContents): Finding[] {
  const findings: Finding[] = [];
  const own = new Set(host.bridges.map((bridge) => bridge.model));
  const names =
    host.bridges
      .map((bridge) => bridge.model.name)
      .sort()
      .join(', ') || 'none';
  for (const { path, model } of host.guests) {
    model.vifs.forEach((vif, index) => {
      if (own.has(vif.bridge)) {
        if (vif.bridge.dissolve) {
          findings.push({
            path,
            message: `vif ${index} of domU '${model.name}' is on bridge '${vif.bridge.name}', which is to be dissolved; give it another bridge`,
          });
        }
        return;
      }
      findings.push({
        path,
        message: `vif ${index} of domU '${model.name}' refers to bridge '${vif.bridge.name}' of another host; host '${host.model.name}' has: ${names}`,
      });
    });
  }
  return findings;
}

function capacityFindings(host: HostContents): Finding[] {
  const findings: Finding[] = [];
  const { memoryMiB, dom0MemoryMiB, cpus, name } = host.model;
  const guests = host.guests.reduce((sum, guest) => sum + guest.model.memoryMiB, 0);
  if (dom0MemoryMiB + guests > memoryMiB) {
    findings.push({
      path: host.path,
      message:
        `guests need ${guests} MiB and dom0 ${dom0MemoryMiB} MiB, host '${name}' has memoryMiB ${memoryMiB}: ` +
        `${dom0MemoryMiB + guests - memoryMiB} MiB too much`,
    });
  }
  for (const { path, model } of host.guests) {
    if (cpus !== undefined && model.vcpus > cpus) {
      findings.push({
        path,
        message: `domU '${model.name}' has vcpus ${model.vcpus}, host '${name}' has cpus ${cpus}`,
      });
    }
  }
  return findings;
}

function diskFindings(host: HostContents): Finding[] {
  const uses = host.guests.flatMap((guest) =>
    guest.model.disks.map((disk) => ({
      path: guest.path,
      guest: guest.model.name,
      disk,
      identity: diskIdentity(disk),
    })),
  );
  return conflicts(uses, (use) => use.identity)
    .filter(([, group]) => group.some((use) => !use.disk.readOnly))
    .flatMap(([identity, group]) => {
      const who = enumerate(group.map((use) => `'${use.guest}'`));
      const message =
        new Set(group.map((use) => use.guest)).size === 1
          ? `disk ${identity} is given to domU ${who} more than once; name it once`
          : `disk ${identity} is written by one guest and used by another on host '${host.model.name}' (domU ${who}): ` +
            'two kernels on one filesystem destroy it; give each guest its own disk, or make it readOnly for all';
      return [...new Set(group.map((use) => use.path))].map((path) => ({ path, message }));
    });
}

/** A guest's id in Terraform: dots become underscores, so two names may meet. */
export function guestId(name: string): string {
  return name.replaceAll('.', '_');
}

function guestNameFindings(host: HostContents): Finding[] {
  return conflicts(host.guests, (guest) => guestId(guest.model.name).toLowerCase()).flatMap(([, group]) => {
    const names = [...new Set(group.map((guest) => `'${guest.model.name}'`))];
    const ids = new Set(group.map((guest) => guestId(guest.model.name)));
    const message =
      names.length === 1
        ? `host '${host.model.name}' has two guests called ${names.join('')}`
        : ids.size === names.length
          ? `guests ${enumerate(names)} differ only by upper and lower case, which not every file system of those who review their files can tell apart; rename one`
          : `guests ${enumerate(names)} differ only by dots and underscores, which Terraform can't tell apart; rename one`;
    return group.map(({ path }) => ({ path, message }));
  });
}

/**
 * ssh must look for the host, after a switch, at the address that the switch gives it. A port other than ssh's own
 * leads through another machine, which is not known here.
 */
function addressFindings(host: HostContents): Finding[] {
  const { ssh, name } = host.model;
  const reached = isIpv4(ssh.address) ? ssh.address : undefined;
  if (reached === undefined || ssh.jump !== undefined || ssh.port !== 22) return [];
  const there = host.bridges.filter(
    ({ model }) => model.address !== undefined && isHostAddress(model.lan.network, reached),
  );
  const [bridge] = there;
  if (bridge === undefined || there.some(({ model }) => model.address === reached)) return [];
  const { address = '', lan } = bridge.model;
  return [
    {
      path: host.path,
      message:
        `host '${name}' is reached at ${reached} in lan '${lan.name}', where its bridge '${bridge.model.name}' has ${address}: ` +
        `after a switch it would be looked for in the wrong place; if it moves, set ssh.address: '${address}' and ssh.movesFrom: '${reached}'`,
    },
  ];
}

/** The rules between the objects of one host. */
export function hostFindings(host: HostContents): Finding[] {
  return [
    ...bridgeFindings(host),
    ...addressFindings(host),
    ...guestNameFindings(host),
    ...vifFindings(host),
    ...capacityFindings(host),
    ...diskFindings(host),
  ];
}
