import type { ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { must } from './run';

/** How to reach dom0 over SSH from the LAN side, once dom0 has the address. */
export interface SshAccess {
  readonly address: string;
  readonly port: number;
  /** Public host keys, as `ssh-ed25519 AAAA...`. */
  readonly hostKeys: readonly string[];
  readonly identityFile: string;
  readonly knownHosts: string;
}

interface Root {
  write(path: string, text: string, mode?: number): void;
  spawnDom0(argv: readonly string[]): ChildProcess;
}

// A dom0's kernel says that it runs on Xen; the machine's own does not.
const CONFIG = `Port 22
AddressFamily inet
HostKey /etc/ssh/ssh_host_ed25519_key
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
UseDNS no
PrintMotd no
SetEnv FACTS_PROC=/proc-of-xen
LogLevel VERBOSE
Subsystem sftp internal-sftp
`;

/** Makes keys that live as long as the bed and installs sshd's files in dom0's root. */
export async function installSshd(root: Root, address: string, directory: string): Promise<SshAccess> {
  const keys = join(directory, 'ssh');
  mkdirSync(keys, { mode: 0o700 });
  const identityFile = join(keys, 'identity');
  const hostKey = join(keys, 'host');
  await Promise.all(
    [identityFile, hostKey].map((file) =>
      must(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', 'bed', '-f', file], directory),
    ),
  );
  const publicHostKey = readFileSync(`${hostKey}.pub`, 'utf8').split(' ').slice(0, 2).join(' ');
  const knownHosts = join(keys, 'known_hosts');
  writeFileSync(knownHosts, `${address} ${publicHostKey}\n`);
  root.write('/etc/ssh/ssh_host_ed25519_key', readFileSync(hostKey, 'utf8'), 0o600);
  root.write('/etc/ssh/ssh_host_ed25519_key.pub', `${publicHostKey}\n`);
  root.write('/etc/ssh/sshd_config', CONFIG, 0o600);
  root.write('/root/.ssh/authorized_keys', readFileSync(`${identityFile}.pub`, 'utf8'), 0o600);
  return { address, port: 22, hostKeys: [publicHostKey], identityFile, knownHosts };
}

/** Starts sshd in dom0 and waits until it listens. It listens on every address, those that come later included. */
export async function startSshd(root: Root): Promise<void> {
  const child = root.spawnDom0(['/bin/bash', '-c', 'mkdir -p /run/sshd; exec /usr/sbin/sshd -D -e']);
  child.stdout?.resume();
  await new Promise<void>((resolve, reject) => {
    let log = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      // Read on to the end: a full pipe would stop the daemon.
      if (log.length < 10_000) log += chunk.toString();
      if (log.includes('Server listening on')) resolve();
    });
    child.once('exit', () => {
      reject(new Error(`bed: sshd ended: ${log}`));
    });
  });
}
