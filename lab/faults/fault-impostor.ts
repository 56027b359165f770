import type { ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fault, Target } from './fault';
import { IN_WINDOW } from './faults-network';

const running = new WeakMap<Target, ChildProcess>();

/** Makes the LAN's side answer at the host's new address, with an sshd that would let the deployer in. */
async function appear(target: Target): Promise<void> {
  const { bed } = target.host;
  const key = join(bed.scratch, 'impostor');
  const config = `${key}.conf`;
  await bed.lan(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', key]);
  const keys = join(bed.scratch, 'impostor.authorized');
  writeFileSync(keys, readFileSync(`${bed.sshd.identityFile}.pub`), { mode: 0o600 });
  const lines = ['Port 22', `HostKey ${key}`, `AuthorizedKeysFile ${keys}`, 'StrictModes no', 'UsePAM no'];
  writeFileSync(config, `${lines.join('\n')}\n`);
  // sshd wants a folder of its own in /run, and the machine's own is none of our business.
  await bed.lan(['bash', '-c', 'mount -t tmpfs run /run && mkdir /run/sshd']);
  await bed.lan(['ip', 'address', 'add', `${target.tree.address}/24`, 'dev', 'lan0']);
  const child = bed.spawnLan(['/usr/sbin/sshd', '-D', '-e', '-f', config]);
  child.stderr?.resume();
  running.set(target, child);
}

async function vanish(target: Target): Promise<void> {
  const child = running.get(target);
  if (child !== undefined) await target.host.bed.end(child);
  await target.host.bed.lan(['ip', 'address', 'del', `${target.tree.address}/24`, 'dev', 'lan0']);
}

/** Another machine with another host key answers at the address. */
export const IMPOSTOR: Fault = {
  name: 'another host key for 20 s',
  at: IN_WINDOW,
  seconds: 20,
  begin: appear,
  end: vanish,
};
