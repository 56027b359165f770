import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Assembly } from './assembly';
import { gapsOf } from './gaps';
import { renderApi } from './render';

/*
 * Writes API.md from the assembly that "npm run jsii" left in dist/jsii; with --check it only says whether API.md is as
 * it would be written. Either way a public member without its doc comment is an error.
 */

const ROOT = join(__dirname, '..', '..');
const PAGE = join(ROOT, 'API.md');

function currentPage(): string | undefined {
  try {
    return readFileSync(PAGE, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
}

function fail(lines: readonly string[]): void {
  console.error(lines.join('\n'));
  process.exitCode = 1;
}

function main(): void {
  const { check } = parseArgs({ options: { check: { type: 'boolean', default: false } } }).values;
  const assembly = JSON.parse(readFileSync(join(ROOT, 'dist/jsii/.jsii'), 'utf8')) as Assembly;
  const gaps = gapsOf(assembly);
  if (gaps.length > 0) {
    fail(['the public API is not fully documented:', ...gaps.map((gap) => `  ${gap}`)]);
    return;
  }
  const page = renderApi(assembly);
  if (page === currentPage()) console.log('API.md is current');
  else if (check) fail(['API.md is not what the doc comments say now; run: npm run docs:api']);
  else {
    writeFileSync(PAGE, page);
    console.log('API.md is written');
  }
}

main();
