import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { hostAddresses, lan } from './addresses';
import { cacheDirectory, identityFile } from './cache';
import { cpioArchive, type ArchiveFile } from './cpio';

const keyTypes = ['ed25519', 'ecdsa'] as const;

/** A host's SSH keys: made once per name and kept, so that they are known before the host ever ran. */
export interface HostKeys {
  readonly directory: string;
  /** `ssh-ed25519 AAAA...` and the like: what known_hosts takes after the host's name. */
  readonly publicLines: readonly string[];
}

export async function hostKeys(name: string): Promise<HostKeys> {
  const directory = join(cacheDirectory(), 'host-keys', name);
  if (!existsSync(directory)) {
    const unfinished = `${directory}.${process.pid}`;
    mkdirSync(unfinished, { recursive: true, mode: 0o700 });
    for (const type of keyTypes) {
      const file = join(unfinished, `ssh_host_${type}_key`);
      await promisify(execFile)('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', name, '-f', file]);
    }
    try {
      renameSync(unfinished, directory);
    } catch (error) {
      // Someone else was quicker; their keys are the host's.
      rmSync(unfinished, { recursive: true, force: true });
      if (!existsSync(directory)) throw error;
    }
  }
  const publicLines = keyTypes.map((type) => {
    const [algorithm, key] = readFileSync(join(directory, `ssh_host_${type}_key.pub`), 'utf8').split(' ');
    return `${algorithm ?? ''} ${key ?? ''}`;
  });
  return { directory, publicLines };
}

/** What makes a host this host, put on its disk at its very first boot: the state of a fresh EL6 installation. */
export function identityFiles(name: string, keys: HostKeys): ArchiveFile[] {
  const { address, macAddress } = hostAddresses(name);
  const lines = (...text: string[]): string => text.map((line) => `${line}\n`).join('');
  return [
    {
      path: 'etc/sysconfig/network',
      mode: 0o644,
      content: lines('NETWORKING=yes', `HOSTNAME=${name}`, `GATEWAY=${lan.gateway}`),
    },
    {
      path: 'etc/sysconfig/network-scripts/ifcfg-eth0',
      mode: 0o644,
      content: lines(
        'DEVICE=eth0',
        'TYPE=Ethernet',
        `HWADDR=${macAddress.toUpperCase()}`,
        'ONBOOT=yes',
        'BOOTPROTO=none',
        `IPADDR=${address}`,
        `PREFIX=${lan.prefixLength}`,
        'NOZEROCONF=yes',
      ),
    },
    { path: 'etc/hosts', mode: 0o644, content: lines('127.0.0.1 localhost', `${address} ${name}`) },
    { path: 'root/.ssh/authorized_keys', mode: 0o600, content: readFileSync(`${identityFile()}.pub`) },
    ...keyTypes.flatMap((type) => [
      {
        path: `etc/ssh/ssh_host_${type}_key`,
        mode: 0o600,
        content: readFileSync(join(keys.directory, `ssh_host_${type}_key`)),
      },
      {
        path: `etc/ssh/ssh_host_${type}_key.pub`,
        mode: 0o644,
        content: readFileSync(join(keys.directory, `ssh_host_${type}_key.pub`)),
      },
    ]),
  ];
}

/** The common initramfs with the host's identity before it. */
export function initramfsFor(name: string, keys: HostKeys, common: string): Buffer {
  const seed = identityFiles(name, keys).map((file) => ({ ...file, path: `seed/${file.path}` }));
  return Buffer.concat([cpioArchive(seed), readFileSync(common)]);
}
