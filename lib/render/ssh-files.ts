import type { SshTarget } from '../model/ssh-target';
import type { XenHostModel } from '../model/xen-host';

/** Signatures that a key of a type can make; CentOS 5 and 6 have only the plain ssh-rsa one. */
function algorithms(hostKeys: readonly string[]): string {
  const types = new Set(hostKeys.map((key) => key.slice(0, key.indexOf(' '))));
  return [...types]
    .sort()
    .flatMap((type) => (type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'] : [type]))
    .join(',');
}

/** What holds for each session of ours: no question is asked, nothing is forwarded, and a host that has gone is noticed. */
export const UNATTENDED: readonly string[] = [
  '  BatchMode yes',
  '  ForwardAgent no',
  '  ForwardX11 no',
  '  ClearAllForwardings yes',
  '  PermitLocalCommand no',
  '  RequestTTY no',
  '  ConnectTimeout 15',
  '  ServerAliveInterval 5',
  '  ServerAliveCountMax 6',
  '  LogLevel ERROR',
];

function entry(alias: string, target: SshTarget, name = alias, address = target.address): string[] {
  const lines = [
    `Host ${name}`,
    `  HostName ${address}`,
    `  Port ${target.port}`,
    `  User ${target.user}`,
    `  HostKeyAlias ${alias}`,
    `  HostKeyAlgorithms ${algorithms(target.hostKeys)}`,
  ];
  if (target.identityFile !== undefined) {
    lines.push(`  IdentityFile ${target.identityFile}`, '  IdentitiesOnly yes');
  }
  if (target.jump !== undefined) lines.push(`  ProxyJump ${alias}-jump`);
  return lines;
}

/**
 * How OpenSSH reaches the host: `ssh -F ssh_config NAME` from the tree's folder. Host keys are always verified, the
 * agent is never forwarded, nothing ever asks.
 */
export function sshConfig(host: XenHostModel): string {
  const { name, ssh } = host;
  const lines = [
    `# ssh -F ssh_config ${name}`,
    ...entry(name, ssh),
    // The same machine with the same keys, at its former address.
    ...(ssh.movesFrom === undefined ? [] : ['', ...entry(name, ssh, `${name}-former`, ssh.movesFrom)]),
    ...(ssh.jump === undefined ? [] : ['', ...entry(`${name}-jump`, ssh.jump)]),
    '',
    'Host *',
    '  UserKnownHostsFile known_hosts',
    '  GlobalKnownHostsFile /dev/null',
    '  StrictHostKeyChecking yes',
    '  CheckHostIP no',
    '  UpdateHostKeys no',
    ...UNATTENDED,
    // CentOS 5 and 6 offer nothing newer; a modern client has these but does not propose them by itself.
    '  KexAlgorithms +diffie-hellman-group14-sha1,diffie-hellman-group-exchange-sha1',
    '  PubkeyAcceptedKeyTypes +ssh-rsa',
  ];
  return `${lines.join('\n')}\n`;
}

/** The host's public keys, and its jump host's, under the names of ssh_config. */
export function knownHosts(host: XenHostModel): string {
  const lines = (alias: string, target: SshTarget): string[] =>
    [...new Set(target.hostKeys)].sort().map((key) => `${alias} ${key}\n`);
  const { name, ssh } = host;
  return [...lines(name, ssh), ...(ssh.jump === undefined ? [] : lines(`${name}-jump`, ssh.jump))].join('');
}
