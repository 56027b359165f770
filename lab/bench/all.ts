/**
 * Runs all benchmarks one after the other as one run, and writes the README's table from what they found.
 *
 *     tsx lab/bench/all.ts [--smoke]      smoke: each in its smallest size, and nothing is written
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { RUN_VARIABLE } from './origin';
import { writeReadme } from './readme-file';
import { BENCHES } from './rows';

const smoke = process.argv.slice(2).includes('--smoke');
const environment = { ...process.env, [RUN_VARIABLE]: new Date().toISOString() };
const tsx = join(__dirname, '..', '..', 'node_modules', '.bin', 'tsx');

const failed = BENCHES.filter((name) => {
  const started = performance.now();
  const words = [join(__dirname, `${name}.ts`), ...(smoke ? ['--smoke'] : [])];
  const { status } = spawnSync(tsx, words, { stdio: 'inherit', env: environment });
  const took = ((performance.now() - started) / 1000).toFixed(0);
  console.log(`--- bench:${name} ${status === 0 ? 'ran' : 'did not run to its end'}, ${took} s\n`);
  return status !== 0;
});
if (failed.length > 0) {
  console.error(`did not run to their end: ${failed.join(', ')}`);
  process.exitCode = 1;
} else if (!smoke) {
  writeReadme();
}
