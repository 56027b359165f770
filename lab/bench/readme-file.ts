import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceSection, sectionOf, sectionText } from './readme-section';
import { type Result, RESULTS } from './report';
import { BENCHES } from './rows';

const README = join(__dirname, '..', '..', 'README.md');

/** @throws Error where a benchmark has not run, or where their results are of different runs */
export function writeReadme(): void {
  const results = BENCHES.map((name) => {
    const file = join(RESULTS, `${name}.json`);
    if (!existsSync(file)) throw new Error(`bench-results/${name}.json is missing: run all of "npm run bench"`);
    return JSON.parse(readFileSync(file, 'utf8')) as Result;
  });
  const readme = readFileSync(README, 'utf8');
  writeFileSync(README, replaceSection(readme, sectionText(sectionOf(results))));
  console.log('the table "How fast" in README.md is that of this run');
}
