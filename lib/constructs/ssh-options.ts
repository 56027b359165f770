import { type Options, VALUE, VALUES, object, optional } from './private/props';

/** How a machine is reached over SSH. */
export interface SshOptions {
  /** Its DNS name or IP address, as seen from where `cdktf deploy` runs. */
  readonly address: string;
  /**
   * The address that the machine has had until now, if this stack moves it to `address`. A deploy tries `address`
   * first, and this one as long as the machine has not moved. The host keys are verified in both places. Take it out
   * afterwards.
   *
   * @default - the machine does not move
   */
  readonly movesFrom?: string;
  /**
   * Its public host keys, `<type> <base64>` each as in `ssh-ed25519 AAAA...`; at least one. They are always verified.
   * `ssh-keyscan ADDRESS` prints them; compare with the machine's own /etc/ssh/ssh_host_*_key.pub before you trust them.
   */
  readonly hostKeys: string[];
  /**
   * The TCP port of its sshd, 1 to 65535.
   *
   * @default 22
   */
  readonly port?: number;
  /**
   * The user to log in as. It has to be root or able to do what root does.
   *
   * @default root
   */
  readonly user?: string;
  /**
   * Path of a private key file on the machine that deploys, as in `~/.ssh/id_ed25519`. Only the path is written
   * anywhere.
   *
   * @default - ssh's own choice: the agent's keys and the default files
   */
  readonly identityFile?: string;
  /**
   * A machine to go through (ssh's ProxyJump), with host keys of its own.
   *
   * @default - none
   */
  readonly jump?: SshOptions;
}

const SSH_WORDS = 'an object, as in { address: "192.0.2.10", hostKeys: ["ssh-ed25519 AAAA..."] }';

const SSH_OPTIONS: Options<SshOptions> = {
  address: VALUE,
  movesFrom: VALUE,
  hostKeys: VALUES,
  port: VALUE,
  user: VALUE,
  identityFile: VALUE,
  jump: optional(object(SSH_WORDS, () => SSH_OPTIONS)),
};

/** The SSH options of a host; every host needs them. */
export const SSH = object(SSH_WORDS, () => SSH_OPTIONS);
