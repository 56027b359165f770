import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const LIB = join(__dirname, '../../lib');

/** One difference: the unit, the verdict and the sentence, with the cure in brackets if only a person can mend it. */
export type Difference = readonly [unit: string, verdict: string, sentence: string];

/** The line of a difference, as the comparison prints it. */
function read(line: string): Difference {
  const [unit = '', verdict = '', , sentence = '', cure = ''] = line.split('\t');
  return [unit, verdict, cure === '' ? sentence : `${sentence} (${cure})`];
}

/** Compares several hosts with the same expectations; one process for all. */
export function compareAll(expectations: string, hosts: readonly string[], awk = 'awk'): Difference[][] {
  const code = `export LC_ALL=C; set -u; . runtime/host/compare/compare.sh
    awk() { command ${awk} "$@"; }
    IFS= read -r -d '' expectations
    while IFS= read -r -d '' facts; do compare_facts "$expectations" "$facts" || echo failed; echo --; done`;
  const input = [expectations, ...hosts].map((text) => `${text}\0`).join('');
  const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', code], {
    cwd: LIB,
    input,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  expect(stderr).toBe('');
  return stdout
    .split('--\n')
    .slice(0, -1)
    .map((part) =>
      part
        .split('\n')
        .filter((line) => line !== '')
        .map(read),
    );
}

/** Compares the facts of one host. */
export const compareFacts = (expectations: string, facts: string, awk?: string): Difference[] =>
  compareAll(expectations, [facts], awk)[0] ?? [];
