import { spawn } from 'node:child_process';

export interface SshTarget {
  readonly sshPort: number;
  readonly identityFile: string;
  readonly knownHostsFile: string;
}

export interface CommandResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Default 300 s: an emulated host on a busy machine is very slow. */
  readonly timeoutSeconds?: number;
  readonly stdin?: string;
}

/** The host key is checked against the lab's own list; nothing of the user's SSH settings takes part. */
export function sshArguments({ sshPort, identityFile, knownHostsFile }: SshTarget): string[] {
  const options = [
    'BatchMode=yes',
    'IdentitiesOnly=yes',
    'StrictHostKeyChecking=yes',
    `UserKnownHostsFile=${knownHostsFile}`,
    'GlobalKnownHostsFile=/dev/null',
    'ConnectTimeout=20',
    'LogLevel=ERROR',
    // The cheapest for a machine that emulates every instruction.
    'KexAlgorithms=ecdh-sha2-nistp256,curve25519-sha256',
  ];
  return [
    ...['-F', '/dev/null', '-p', String(sshPort), '-i', identityFile],
    ...options.flatMap((option) => ['-o', option]),
    'root@127.0.0.1',
  ];
}

/** Runs a command on a host by a connection of its own. Status 255 is ssh's own: the connection failed. */
export async function runSsh(target: SshTarget, command: string, options: RunOptions = {}): Promise<CommandResult> {
  const { timeoutSeconds = 300, stdin = '' } = options;
  return new Promise((resolve, reject) => {
    const child = spawn('ssh', [...sshArguments(target), command], { stdio: ['pipe', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`'${command}' took longer than ${timeoutSeconds} s; so far it said:\n${stdout}${stderr}`));
    }, timeoutSeconds * 1000);
    child.stdout.on('data', (bytes: Buffer) => (stdout += bytes.toString()));
    child.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString()));
    // A command that does not read its input may close it first.
    child.stdin.on('error', () => undefined);
    child.stdin.end(stdin);
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on('close', (status) => {
      clearTimeout(timer);
      resolve({ status: status ?? 255, stdout, stderr });
    });
  });
}
