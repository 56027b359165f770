import { type Checklist, FieldProblem } from './errors';
import { integer, list, text, whenOmitted } from './fields';
import { show } from './show';

/** How a host is reached. Every key is a public one: nothing here is secret. */
export interface SshTarget {
  readonly address: string;
  /** The address that the host has until it has moved to `address`. */
  readonly movesFrom: string | undefined;
  readonly port: number;
  readonly user: string;
  /** `<type> <base64>`, without a comment. */
  readonly hostKeys: readonly string[];
  readonly identityFile: string | undefined;
  readonly jump: SshTarget | undefined;
}

/** An SSH target as given. */
export interface SshTargetInput {
  readonly address: string;
  readonly movesFrom?: string;
  readonly port?: number;
  readonly user?: string;
  readonly hostKeys?: readonly string[];
  readonly identityFile?: string;
  readonly jump?: SshTargetInput;
}

/** The data of a public key names its type again; both must agree. */
const KEY_TYPES = [
  'ssh-ed25519',
  'ssh-rsa',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
] as const;

/**
 * The parts of a key's data: its type and its numbers, each after its length. A key that was cut ends in the middle of
 * one.
 */
function keyParts(bytes: Buffer): readonly Buffer[] {
  const parts: Buffer[] = [];
  let at = 0;
  while (at + 4 <= bytes.length) {
    const end = at + 4 + bytes.readUInt32BE(at);
    parts.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return at === bytes.length ? parts : [];
}

/** The number of parts: type and key. The other types have two numbers, or a curve and a point. */
const PARTS: Readonly<Record<string, number>> = { 'ssh-ed25519': 2 };

function hostKey(value: unknown, field: string): string {
  const [type, data] = typeof value === 'string' ? value.trim().split(/[ \t]+/) : [];
  if (type === undefined || data === undefined || !KEY_TYPES.some((known) => known === type)) {
    throw new FieldProblem(
      `${field} must be a host's public key as ssh-keyscan prints it, without the address: ` +
        `"ssh-ed25519 AAAA..." (types: ${KEY_TYPES.join(', ')}), got ${show(value)}`,
    );
  }
  const parts = /^[A-Za-z0-9+/]+={0,2}$/.test(data) ? keyParts(Buffer.from(data, 'base64')) : [];
  if (
    parts[0]?.toString('latin1') !== type ||
    parts.length !== (PARTS[type] ?? 3) ||
    (parts.at(-1)?.length ?? 0) < 32
  ) {
    throw new FieldProblem(`${field} is no complete ${type} key: ${show(value)}; copy the whole line`);
  }
  return `${type} ${data}`;
}

const ADDRESS = /^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$|^[0-9a-fA-F:]{2,39}$/;

/**
 * The error for missing host keys, with a command to copy. A wrong address or port is undefined here, since it has an
 * error of its own.
 */
function missingHostKeys(subject: string, address: string | undefined, port: number | undefined): string {
  const portOption = port === undefined || port === 22 ? '' : `-p ${port} `;
  return (
    `${subject} needs hostKeys, the public keys that prove it is the host you mean. Get them with\n` +
    `      ssh-keyscan ${portOption}${address ?? 'ADDRESS'}\n` +
    `    and compare each with what the host itself shows on its console or in a session you trust:\n` +
    `      for key in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf "$key"; done\n` +
    `    then give "<type> <base64>" of each line, without the address`
  );
}

function read(check: Checklist, subject: string, input: SshTargetInput, mayJump: boolean): SshTarget {
  const address = check.field(() =>
    text(`${subject}.address`, input.address, ADDRESS, 'a DNS name or an IP address that ssh can reach'),
  );
  const movesFrom = check.field(() =>
    input.movesFrom === undefined
      ? undefined
      : text(
          `${subject}.movesFrom`,
          input.movesFrom,
          ADDRESS,
          'the DNS name or IP address that the host has had until now',
        ),
  );
  if (movesFrom !== undefined && movesFrom === address) {
    check.problem(`${subject}.movesFrom ${show(movesFrom)} is ${subject}.address itself; leave it out`);
  }
  const port = check.field(() => integer(`${subject}.port`, whenOmitted(input.port, 22), { min: 1, max: 65535 }));
  const user = check.field(() =>
    text(`${subject}.user`, whenOmitted(input.user, 'root'), /^[a-z_][a-z0-9_-]{0,31}$/, 'a user name as in "root"'),
  );
  const hostKeys = check.field(() => list(`${subject}.hostKeys`, whenOmitted(input.hostKeys, []), hostKey));
  const given: unknown = whenOmitted(input.hostKeys, []);
  if (Array.isArray(given) && given.length === 0) {
    check.problem(missingHostKeys(subject, address, port));
  }
  const identityFile = check.field(() =>
    input.identityFile === undefined
      ? undefined
      : text(
          `${subject}.identityFile`,
          input.identityFile,
          /^[A-Za-z0-9~/._@+-]{1,255}$/,
          'the path of a private key file, of letters, digits and ~ / . _ @ + -',
        ),
  );
  if (input.jump !== undefined && !mayJump) check.problem(`${subject}.jump: one jump host is the most`);
  const jump = input.jump === undefined || !mayJump ? undefined : read(check, `${subject}.jump`, input.jump, false);
  return Object.freeze({ address, movesFrom, port, user, hostKeys, identityFile, jump });
}

/** Reads an SSH target; its problems go to the owner's check list. */
export function sshTarget(check: Checklist, input: SshTargetInput): SshTarget {
  return read(check, 'ssh', input, true);
}
