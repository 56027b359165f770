import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { BENCHES } from '../../../lab/bench/rows';

const ROOT = join(__dirname, '..', '..', '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

test('whatever is a benchmark runs with all others, and has a script of its own', () => {
  const files = readdirSync(join(ROOT, 'lab/bench'))
    .filter((file) => /^void runBench\(|^runBench\(/m.test(read(`lab/bench/${file}`)))
    .map((file) => file.replace(/\.ts$/, ''));
  expect(files.sort()).toEqual([...BENCHES].sort());
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  for (const name of BENCHES) expect(scripts[`bench:${name}`]).toMatch(new RegExp(`&& tsx lab/bench/${name}\\.ts$`));
  expect(scripts['bench']).toBe('bash lab/setup.sh bench && tsx lab/bench/all.ts');
  expect(scripts['bench:smoke']).toBe(`${scripts['bench']} --smoke`);
});

test('what must hold on a clean checkout includes that every benchmark runs', () => {
  expect(read('.ci/run').split('\n')).toContain('step npm run bench:smoke');
});
