import type { SshTargetInput } from '../../../lib/model/ssh-target';
import { HOST_KEY, type Loose, keyData, xenHost } from '../inputs';
import type { Message } from './message';

const ssh = (change: Loose<SshTargetInput>) =>
  xenHost({ ssh: { address: '192.0.2.10', hostKeys: [HOST_KEY], ...change } });

const CUT_KEY = `ssh-rsa ${keyData('ssh-rsa', 'e', Buffer.alloc(257)).slice(0, 120)}`;

const needsHostKeys = (subject: string, target: string): string =>
  `${subject} needs hostKeys, the public keys that prove it is the host you mean. Get them with
      ssh-keyscan ${target}
    and compare each with what the host itself shows on its console or in a session you trust:
      for key in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf "$key"; done
    then give "<type> <base64>" of each line, without the address`;

export const HOST: readonly Message[] = [
  [
    'ssh.movesFrom must be the DNS name or IP address that the host has had until now, got "192.0.2.9; reboot"',
    () => ssh({ movesFrom: '192.0.2.9; reboot' }),
  ],
  ['ssh.movesFrom "192.0.2.10" is ssh.address itself; leave it out', () => ssh({ movesFrom: '192.0.2.10' })],
  [
    'name must be up to 63 lower-case letters, digits and inner hyphens, as in "xen01", got "xen01.example.org"',
    () => xenHost({ name: 'xen01.example.org' }),
  ],
  ['hostname must be a DNS name as in "xen01.example.org", got "xen_01"', () => xenHost({ hostname: 'xen_01' })],
  [
    `hostname must be at most 64 characters, the kernel's limit, got "${'x'.repeat(60)}"... (65 characters)`,
    () => xenHost({ hostname: `${'x'.repeat(60)}.test` }),
  ],
  ['memoryMiB must be a whole number from 256 to 16777216, got 128', () => xenHost({ memoryMiB: 128 })],
  ['dom0MemoryMiB must be a whole number from 128 to 1048576, got 64', () => xenHost({ dom0MemoryMiB: 64 })],
  [
    "dom0MemoryMiB 16384 is more than the host's memoryMiB 8192",
    () => xenHost({ memoryMiB: 8192, dom0MemoryMiB: 16384 }),
  ],
  ['cpus must be a whole number from 1 to 4096, got 0', () => xenHost({ cpus: 0 })],
  ['xenVersion must be a Xen release from "4.2" on, as in "4.6", got "3.4"', () => xenHost({ xenVersion: '3.4' })],
  ['xenVersion must be a Xen release from "4.2" on, as in "4.6", got 4.6', () => xenHost({ xenVersion: 4.6 })],
  [
    'ssh.address must be a DNS name or an IP address that ssh can reach, got "192.0.2.10:22"',
    () => ssh({ address: '192.0.2.10:22' }),
  ],
  ['ssh.port must be a whole number from 1 to 65535, got 65536', () => ssh({ port: 65536 })],
  ['ssh.user must be a user name as in "root", got "root@xen01"', () => ssh({ user: 'root@xen01' })],
  ['ssh.hostKeys must be a list, got "ssh-ed25519 AAAA"', () => ssh({ hostKeys: 'ssh-ed25519 AAAA' })],
  [
    "ssh.hostKeys[0] must be a host's public key as ssh-keyscan prints it, without the address: " +
      '"ssh-ed25519 AAAA..." (types: ssh-ed25519, ssh-rsa, ecdsa-sha2-nistp256, ecdsa-sha2-nistp384, ' +
      'ecdsa-sha2-nistp521), got "192.0.2.10 ssh-ed25519 AAAA"',
    () => ssh({ hostKeys: ['192.0.2.10 ssh-ed25519 AAAA'] }),
  ],
  [
    `ssh.hostKeys[0] is no complete ssh-rsa key: "${CUT_KEY.slice(0, 60)}"... (128 characters); copy the whole line`,
    () => ssh({ hostKeys: [CUT_KEY] }),
  ],
  [needsHostKeys('ssh', '192.0.2.10'), () => ssh({ hostKeys: undefined })],
  [needsHostKeys('ssh', '-p 2222 192.0.2.10'), () => ssh({ hostKeys: [], port: 2222 })],
  [needsHostKeys('ssh.jump', 'jump.example.org'), () => ssh({ jump: { address: 'jump.example.org' } })],
  [
    'ssh.identityFile must be the path of a private key file, of letters, digits and ~ / . _ @ + -, got "~/my key"',
    () => ssh({ identityFile: '~/my key' }),
  ],
  [
    'ssh.jump.jump: one jump host is the most',
    () => ssh({ jump: { address: 'a', hostKeys: [HOST_KEY], jump: { address: 'b', hostKeys: [HOST_KEY] } } }),
  ],
  [
    'guestsAtShutdown must be one of shut-down, save, unmanaged; got "kill"',
    () => xenHost({ guestsAtShutdown: 'kill' }),
  ],
];
