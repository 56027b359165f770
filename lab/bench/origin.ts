import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';

/** Where figures come from. Those of different runs are not of one kind, and never stand in one table. */
export interface Origin {
  /** When the run began that the benchmark belongs to. */
  readonly date: string;
  /** What was measured; told to be changed where the working tree differs from the commit. */
  readonly commit: string;
  /** Ratios travel to other machines, seconds don't. */
  readonly machine: string;
}

const ROOT = join(__dirname, '..', '..');

/** Says to a benchmark which run it belongs to. */
export const RUN_VARIABLE = 'CDKTF_XEN_BENCH_RUN';

function git(...args: readonly string[]): string {
  return execFileSync('git', ['-C', ROOT, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}

/** The README is what the figures are written into, and says nothing about what was measured. */
function commit(): string {
  try {
    const changes = git('status', '--porcelain', '--', '.', ':!README.md');
    return git('rev-parse', '--short=10', 'HEAD') + (changes === '' ? '' : ', changed');
  } catch {
    return 'unknown';
  }
}

export function originOfThisRun(environment: NodeJS.ProcessEnv = process.env): Origin {
  const memory = Math.round(totalmem() / 2 ** 30);
  const cores = `${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? 'unknown'})`;
  return {
    date: environment[RUN_VARIABLE] ?? new Date().toISOString(),
    commit: commit(),
    machine: `${cores}, ${memory} GiB, Node ${process.version}, ${process.platform} ${process.arch}`,
  };
}
