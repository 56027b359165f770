import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { attempt, type Outcome, type Reference, reference } from './attempt';
import { matrix, nameOf, SCENARIOS } from './matrix';
import { pool } from './pool';
import type { Scenario } from './scenarios';
import { inconsistent, lockOuts, table, total, type Tried } from './tally';

/** Breaks everything at every step boundary of a change of the network, and says what became of the host. */
const USAGE = `usage: npm run lab:faults -- [--only PATTERN] [--parallel N] [--keep-logs DIR] [--list]

  --only PATTERN    cases whose "scenario | fault | boundary" fits the regular expression
  --parallel N      beds at a time (default 6)
  --keep-logs DIR   writes the logs of failing cases to DIR
  --list            only names the cases`;

function line(name: string, outcome: Outcome, count: string): string {
  const { ended, lockedOut, problems, secondsAway, secondsToConsistent } = outcome;
  const verdict = lockedOut ? 'LOCKED OUT' : problems.length > 0 ? 'INCONSISTENT' : 'ok';
  const figures = `${secondsAway.toFixed(1)} s away, consistent after ${secondsToConsistent.toFixed(1)} s`;
  return [`${count} ${verdict}: ${name}: ${ended}, ${figures}`, ...problems.map((one) => `    ${one}`)].join('\n');
}

/** A bed that breaks is no verdict on the runtime, but no success either. */
function broken(error: unknown): Outcome {
  const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const none = { lockedOut: false, secondsAway: 0, secondsToConsistent: 0, log: why };
  return { ...none, ended: 'neither', problems: [`the harness failed: ${why}`] };
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', default: '' },
      parallel: { type: 'string', default: '6' },
      'keep-logs': { type: 'string' },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const width = Number(values.parallel);
  const references = new Map<Scenario, Reference>();
  await pool(SCENARIOS, width, async (scenario) => {
    references.set(scenario, await reference(scenario));
  });
  const only = new RegExp(values.only);
  const chosen = matrix(references).filter((one) => only.test(nameOf(one)));
  if (values.list) {
    console.log(chosen.map(nameOf).join('\n'));
    return 0;
  }
  console.log(`${chosen.length} faults, ${width} at a time`);
  const tried: Tried[] = [];
  await pool(chosen, width, async (what) => {
    const normal = references.get(what.scenario);
    if (normal === undefined) throw new Error(`faults: no reference for ${what.scenario.name}`);
    const outcome = await attempt(what, normal).catch(broken);
    tried.push({ what, outcome });
    console.log(line(nameOf(what), outcome, `${tried.length}/${chosen.length}`));
    if (values['keep-logs'] !== undefined && outcome.problems.length > 0) {
      mkdirSync(values['keep-logs'], { recursive: true });
      const file = nameOf(what).replace(/[^A-Za-z0-9.]+/g, '-');
      writeFileSync(join(values['keep-logs'], `${file}.log`), `${outcome.problems.join('\n')}\n\n${outcome.log}`);
    }
  });
  const order = new Map(chosen.map((one, index) => [one, index]));
  tried.sort((a, b) => (order.get(a.what) ?? 0) - (order.get(b.what) ?? 0));
  console.log(`\n${table(tried)}\n\n${total(tried)}`);
  return lockOuts(tried) + inconsistent(tried) > 0 ? 1 : 0;
}

main().then(
  (status) => process.exit(status),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
