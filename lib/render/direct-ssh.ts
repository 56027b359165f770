import { UNATTENDED } from './ssh-files';

/**
 * How OpenSSH reaches a machine that no stack describes: as its user's own configuration says, with the host keys that
 * this user knows. Nothing is ever asked, and nothing is forwarded.
 *
 * @param host as its user types it: a name, an address, or a `Host` of the user's configuration
 * @param user to log in as; none = as the configuration says
 * @param home this user's home folder, as ssh finds it: without regard to HOME
 */
export function directSshConfig(host: string, user: string | undefined, home: string): string {
  const lines = [
    `# ssh -F ssh_config ${host}`,
    // The first word that ssh finds counts.
    'Host *',
    ...(user === undefined ? [] : [`  User ${user}`]),
    '  StrictHostKeyChecking yes',
    ...UNATTENDED,
    `  Include "${home}/.ssh/config"`,
    '  Include /etc/ssh/ssh_config',
    // What CentOS 5 and 6 need, unless the user's configuration says something else.
    'Host *',
    '  KexAlgorithms +diffie-hellman-group14-sha1,diffie-hellman-group-exchange-sha1',
    '  HostKeyAlgorithms +ssh-rsa',
    '  PubkeyAcceptedKeyTypes +ssh-rsa',
  ];
  return `${lines.join('\n')}\n`;
}
