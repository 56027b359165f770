/**
 * Runs every case on the stand-in and, where a directory with an EL6 system's own scripts is given, on those too:
 *
 *   node_modules/.bin/tsx lab/el6/compare.ts [DIR] [--record] [CASE...]
 *
 * DIR may also be named by LAB_EL6_ROOT. Exit status 1 if anything differs from expected.json. With --record what the
 * scripts in DIR did in all cases is written there.
 */
import { statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Case } from './case';
import { CASES } from './cases';
import { expectedOf, record, type Outcomes } from './expected';
import { runCase, runCases } from './run-case';

interface Row {
  readonly one: Case;
  readonly standIn: Outcomes;
  readonly real: Outcomes | undefined;
}

const STAND_IN = resolve(__dirname, 'stand-in');

function differences(from: Outcomes, to: Outcomes): string[] {
  return Array.from({ length: Math.max(from.length, to.length) }, (_, i) => {
    const before = from[i] ?? [];
    const after = to[i] ?? [];
    return [
      ...before.filter((line) => !after.includes(line)).map((line) => `    outcome ${i + 1} - ${line}`),
      ...after.filter((line) => !before.includes(line)).map((line) => `    outcome ${i + 1} + ${line}`),
    ];
  }).flat();
}

function report({ one, standIn, real }: Row): string {
  const expected = expectedOf(one);
  const verdict = (found: Outcomes | undefined): string =>
    found === undefined ? '-' : isDeepStrictEqual(found, expected) ? 'as recorded' : 'DIFFERS';
  const same = real === undefined ? '-' : isDeepStrictEqual(standIn, real) ? 'same' : 'NOT SAME';
  return [
    [one.id.padEnd(8), verdict(standIn).padEnd(11), verdict(real).padEnd(11), same.padEnd(8), one.title].join(' | '),
    ...(verdict(standIn) === 'DIFFERS' ? ['  recorded to stand-in:', ...differences(expected, standIn)] : []),
    ...(verdict(real) === 'DIFFERS' ? ['  recorded to real:', ...differences(expected, real ?? [])] : []),
  ].join('\n');
}

async function main(argv: readonly string[]): Promise<number> {
  const words = argv.filter((word) => !word.startsWith('--'));
  const isDirectory = (word: string): boolean => statSync(word, { throwIfNoEntry: false })?.isDirectory() === true;
  const directory = words.find(isDirectory) ?? process.env['LAB_EL6_ROOT'];
  const ids = words.filter((word) => !isDirectory(word));
  const chosen = CASES.filter((one) => ids.length === 0 || ids.includes(one.id));
  const rows = new Map<string, Row>();
  await runCases(chosen, async (one) => {
    const standIn = await runCase(one, { el6Root: STAND_IN });
    const real = directory === undefined ? undefined : await runCase(one, { el6Root: directory });
    rows.set(one.id, { one, standIn, real });
  });
  const ordered = chosen.flatMap((one) => rows.get(one.id) ?? []);
  if (argv.includes('--record')) {
    if (directory === undefined || ids.length > 0) throw new Error('--record needs DIR and takes all cases');
    const found = new Map(ordered.map(({ one, real }) => [one.id, real ?? []]));
    writeFileSync(join(__dirname, 'expected.json'), record(found));
    return 0;
  }
  console.log('case     | stand-in    | real        | same     | what');
  for (const row of ordered) console.log(report(row));
  const good = ordered.filter((row) => !report(row).includes('DIFFERS'));
  const scope = directory === undefined ? 'stand-in only' : `stand-in and ${directory}`;
  console.log(`${good.length} of ${ordered.length} as recorded (${scope})`);
  return good.length === ordered.length ? 0 : 1;
}

void main(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
});
