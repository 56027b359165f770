/** Runs the program of an external data source and keeps all it says. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface ProgramResult {
  readonly stdout: string;
  readonly stderr: string;
  /** How it ended: empty after success, else such as `exit status 3` or `signal: killed`. */
  readonly failure: string;
}

const SIGNALS: Partial<Record<NodeJS.Signals, string>> = {
  SIGHUP: 'hangup',
  SIGINT: 'interrupt',
  SIGKILL: 'killed',
  SIGTERM: 'terminated',
};

const running = new Set<ChildProcess>();

export function stopPrograms(): void {
  for (const child of running) child.kill('SIGKILL');
}

/** The file a command name stands for, or undefined where there is none that can be run. */
export function lookUpProgram(name: string, searchPath = process.env['PATH'] ?? ''): string | undefined {
  // A name with a slash in it is never searched for; it stays as it is, so that a relative one obeys working_dir.
  if (name.includes('/')) return isExecutable(name) ? name : undefined;
  return searchPath
    .split(':')
    .map((directory) => join(directory === '' ? '.' : directory, name))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

export async function runProgram(
  program: string,
  args: readonly string[],
  options: { input: string; directory: string | undefined },
): Promise<ProgramResult> {
  // Without this check a missing directory looks like a missing program.
  if (options.directory !== undefined && !existsSync(options.directory)) {
    throw new Error(`chdir ${options.directory}: no such file or directory`);
  }
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: options.directory, env: programEnvironment() });
    running.add(child);
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (part: Buffer) => out.push(part));
    child.stderr.on('data', (part: Buffer) => err.push(part));
    // A program need not read its query: a pipe that it has closed is no failure.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input);
    child.on('error', (error) => {
      running.delete(child);
      reject(error);
    });
    child.on('close', (code, signal) => {
      running.delete(child);
      const failure =
        signal !== null ? `signal: ${SIGNALS[signal] ?? signal}` : code === 0 ? '' : `exit status ${code ?? -1}`;
      resolve({ stdout: Buffer.concat(out).toString('utf8'), stderr: Buffer.concat(err).toString('utf8'), failure });
    });
  });
}

/** The wrapper hides NODE_OPTIONS from this process; the program shall see what the engine was given. */
function programEnvironment(): NodeJS.ProcessEnv {
  const { STAND_IN_NODE_OPTIONS: hidden, ...environment } = process.env;
  if (hidden !== undefined && hidden !== '') environment['NODE_OPTIONS'] = hidden;
  return environment;
}
