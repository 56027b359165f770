import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Case } from './case';

/** One summary (see summary.ts) per step that leaves an outcome. */
export type Outcomes = readonly (readonly string[])[];

/** What most outcomes are: the canonical pair up, and everything taken down. expected.json names them so. */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  up: [
    'exit 0',
    'eth0 up in xenbr0',
    'xenbr0 up, bridge, mac of eth0, delay 0, ports eth0:forwarding',
    'address xenbr0 192.0.2.10/24',
    'route 169.254.0.0/16 dev xenbr0',
    'route 192.0.2.0/24 dev xenbr0',
    'route default via 192.0.2.254 dev xenbr0',
  ],
  down: ['exit 0', 'eth0 down'],
};

type Recorded = Readonly<Record<string, readonly (string | readonly string[])[]>>;

const FILE = join(__dirname, 'expected.json');
const recorded = JSON.parse(readFileSync(FILE, 'utf8')) as Recorded;

/** What the real scripts (initscripts 9.03.61) did in a case, as recorded in expected.json. */
export function expectedOf(one: Case): Outcomes {
  const outcomes = recorded[one.id];
  if (outcomes === undefined) throw new Error(`case ${one.id}: nothing recorded`);
  return outcomes.map((outcome) => (typeof outcome === 'string' ? (NAMED[outcome] ?? [outcome]) : outcome));
}

/** The text of expected.json for what real scripts did. */
export function record(found: ReadonlyMap<string, Outcomes>): string {
  const nameOf = (outcome: readonly string[]): string | readonly string[] =>
    Object.entries(NAMED).find(([, lines]) => lines.join('\n') === outcome.join('\n'))?.[0] ?? outcome;
  const all = Object.fromEntries([...found].map(([id, outcomes]) => [id, outcomes.map(nameOf)]));
  return `${JSON.stringify(all, null, 2)}\n`;
}
