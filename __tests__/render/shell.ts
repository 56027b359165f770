import { spawnSync } from 'node:child_process';

/** A clean environment, so that nothing of this machine's leaks into an answer. */
const ENVIRONMENT = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' };

/** What a program writes on standard output, as bytes; any complaint is a failure. */
export function outputOf(program: string, args: readonly string[], input: string | Buffer = ''): Buffer {
  const run = spawnSync(program, args, { input, env: ENVIRONMENT, maxBuffer: 64 * 1024 * 1024 });
  if (run.error !== undefined) throw run.error;
  if (run.status !== 0 || run.stderr.length > 0) {
    throw new Error(`${program} exits with ${String(run.status)}: ${run.stderr.toString()}`);
  }
  return run.stdout;
}

/** The pieces of an output where each ends in NUL. */
export function piecesOf(output: Buffer): readonly string[] {
  const pieces = output.toString('utf8').split('\0');
  if (pieces.pop() !== '') throw new Error('the output does not end in NUL');
  return pieces;
}
