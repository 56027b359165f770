import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';

/** What a finished command left behind. A command killed by its time limit has status 124, by a signal 128 plus its number. */
export interface Result {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

export interface RunOptions {
  /** Text for the command's standard input; without it the input is empty. */
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutSeconds?: number;
}

/** The environment of a root login: nothing of the caller's own environment reaches the host under test. */
export const ROOT_ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: '/usr/local/sbin:/usr/local/bin:/sbin:/bin:/usr/sbin:/usr/bin',
  HOME: '/root',
  USER: 'root',
  LOGNAME: 'root',
  SHELL: '/bin/bash',
  TERM: 'dumb',
  LANG: 'C',
};

/**
 * The same beside the host. The machine's files are within reach there, and programs must not leave theirs in the real
 * home. BED_LAN_PATH comes before the machine's own programs, see ../userland.
 */
export function lanEnvironment(home: string): Readonly<Record<string, string>> {
  const PATH = [process.env['BED_LAN_PATH'], ROOT_ENVIRONMENT['PATH']].filter((part) => part !== undefined).join(':');
  return { ...ROOT_ENVIRONMENT, PATH, HOME: home };
}

let serial = 0;

/** The processes below another one, nearest first. */
function descendants(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      // "pid (name) state ppid": the name may hold anything, so what follows it is found from the end.
      const parent = Number(readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1]);
      children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
    } catch {
      // It ended meanwhile.
    }
  }
  const below = (parent: number): number[] => (children.get(parent) ?? []).flatMap((child) => [child, ...below(child)]);
  return below(pid);
}

function signal(pid: number, name: 'SIGKILL' | 'SIGCONT'): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended meanwhile.
  }
}

const isOver = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

/**
 * Ends a command with everything below it. nsenter(1) itself must stay to bury what it started: an orphan of a process
 * outside the pid namespace goes to the machine's init, and the namespace cannot end before that has noticed.
 */
export function kill(child: ChildProcess): void {
  if (child.pid === undefined || isOver(child)) return;
  const below = descendants(child.pid);
  for (const pid of below) signal(pid, 'SIGKILL');
  // nsenter stops when what it started is stopped, and would then bury nobody.
  if (below.length > 0) signal(child.pid, 'SIGCONT');
  else signal(-child.pid, 'SIGKILL');
}

/** Ends a command as kill does and waits until it is gone. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || isOver(child)) return;
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
  });
  kill(child);
  await gone;
}

/**
 * Runs one command to its end. The output goes to files below `directory`, not to pipes: network scripts leave
 * children behind that keep a pipe open long after the command itself is done.
 */
export async function run(argv: readonly string[], directory: string, options: RunOptions = {}): Promise<Result> {
  serial += 1;
  const out = join(directory, `out-${serial}`);
  const err = join(directory, `err-${serial}`);
  const outFd = openSync(out, 'w');
  const errFd = openSync(err, 'w');
  try {
    const [file = '', ...args] = argv;
    const child = spawn(file, args, {
      cwd: '/',
      detached: true,
      env: { ...(options.env ?? {}) },
      stdio: [options.input === undefined ? 'ignore' : 'pipe', outFd, errFd],
    });
    const limit = { passed: false };
    const timer = setTimeout(
      () => {
        limit.passed = true;
        kill(child);
      },
      (options.timeoutSeconds ?? 120) * 1000,
    );
    const status = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
      });
      // A command need not read what it is given.
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(options.input);
    }).finally(() => {
      clearTimeout(timer);
    });
    return {
      status: limit.passed ? 124 : status,
      stdout: readFileSync(out, 'utf8'),
      stderr: readFileSync(err, 'utf8'),
      timedOut: limit.passed,
    };
  } finally {
    closeSync(outFd);
    closeSync(errFd);
    rmSync(out, { force: true });
    rmSync(err, { force: true });
  }
}

/** For the bed's own plumbing: a failure is the bed's failure. */
export async function must(argv: readonly string[], directory: string, options: RunOptions = {}): Promise<string> {
  const result = await run(argv, directory, { env: ROOT_ENVIRONMENT, ...options });
  if (result.status !== 0) {
    throw new Error(`bed: ${argv.join(' ')}: status ${result.status}: ${result.stderr.trim()}`);
  }
  return result.stdout;
}
