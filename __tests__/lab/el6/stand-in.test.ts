import { resolve } from 'node:path';
import { CASES } from '../../../lab/el6/cases';
import { expectedOf } from '../../../lab/el6/expected';
import { runCase, runCases } from '../../../lab/el6/run-case';

const STAND_IN = resolve(__dirname, '../../../lab/el6/stand-in');
const outcomes = new Map<string, string[][]>();
const failures = new Map<string, unknown>();

// All at once, since every case spends its time waiting for ARP probes that nobody answers.
beforeAll(async () => {
  await runCases(CASES, async (one) => {
    try {
      outcomes.set(one.id, await runCase(one, { el6Root: STAND_IN }));
    } catch (error) {
      failures.set(one.id, error);
    }
  });
}, 180_000);

test.each(CASES.map((one) => [one.title, one] as const))('%s', (_title, one) => {
  expect(failures.get(one.id)).toBeUndefined();
  expect(outcomes.get(one.id)).toEqual(expectedOf(one));
});

test('no two cases share an id or a title', () => {
  expect(new Set(CASES.map((one) => one.id)).size).toBe(CASES.length);
  expect(new Set(CASES.map((one) => one.title)).size).toBe(CASES.length);
});
