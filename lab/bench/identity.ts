/**
 * What it costs to give each of very many guests an identity, to check that each is alone with it, and to say who is
 * who: per guest, and how that grows.
 *
 *     tsx lab/bench/identity.ts [--smoke]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { estateFindings } from '../../lib/model/validate-estate';
import { census } from '../../lib/render/census';
import { type CensusLine, readCensusLine } from '../../lib/render/read-census';
import { takeCensus } from '../../lib/review/census';
import { censusTable } from '../../lib/review/census-text';
import { collidingApp, defineSite } from './identity-estate';
import type { Report } from './report';
import { runBench } from './run';
import { type Figures, deviationFromLine, figures } from './statistics';

const MOST_DEVIATION = 0.2;

const FULL = { sizes: [1000, 10_000, 100_000], apps: [500, 1000, 2000], rounds: 7 };
const SMOKE: typeof FULL = { sizes: [100, 300, 900], apps: [20, 40, 80], rounds: 1 };

/** Work on so many guests: sets up, then gives what is to be timed. What that returns is how much was written. */
interface Work {
  readonly name: string;
  readonly prepare: (size: number) => () => number;
}

function written(findings: ReturnType<typeof estateFindings>): number {
  return findings.reduce((sum, { message }) => sum + message.length, 0);
}

function tableOf(text: string): string {
  const lines = text
    .split('\n')
    .map(readCensusLine)
    .filter((line): line is CensusLine => line !== undefined);
  return censusTable(takeCensus([{ stack: 'office', path: 'tree', leftOver: undefined, lines }]));
}

const MODEL: readonly Work[] = [
  { name: 'define guests, MACs derived', prepare: (size) => () => defineSite(size, false).guests.length },
  {
    name: 'check them: none collides',
    prepare: (size) => {
      const { estate } = defineSite(size, false);
      return () => written(estateFindings(estate));
    },
  },
  {
    name: 'check them: all have one MAC',
    prepare: (size) => {
      const { estate } = defineSite(size, true);
      return () => written(estateFindings(estate));
    },
  },
  {
    name: "write a host's census",
    prepare: (size) => {
      const { host, bridge, guests } = defineSite(size, false);
      return () => census(host, [bridge], guests).length;
    },
  },
  {
    name: 'read it and print the table',
    prepare: (size) => {
      const { host, bridge, guests } = defineSite(size, false);
      const text = census(host, [bridge], guests);
      return () => tableOf(text).length;
    },
  },
];

const APP: Work = {
  name: 'an app is refused: all have one MAC',
  prepare: (size) => {
    const outdir = mkdtempSync(join(tmpdir(), 'cdktf-xen-bench-'));
    return () => {
      try {
        collidingApp(size, outdir).synth();
      } catch (error) {
        return (error as Error).message.length;
      } finally {
        rmSync(outdir, { recursive: true });
      }
      throw new Error('an app whose guests all have one MAC was synthesized');
    };
  },
};

// So that nobody's time holds the collection of what was prepared for somebody else; compiled code is kept.
setFlagsFromString('--expose-gc');
setFlagsFromString('--no-flush-bytecode');
const collectGarbage = runInNewContext('gc') as () => void;

interface Measured {
  readonly size: number;
  readonly seconds: Figures;
  readonly characters: number;
}

/** CPU time. The sizes take turns, so that whatever else the machine does falls on all of them. */
function measure({ prepare }: Work, sizes: readonly number[], rounds: number): Measured[] {
  const samples = sizes.map((size) => ({ size, seconds: [] as number[], characters: 0 }));
  for (let round = 0; round <= rounds; round += 1) {
    for (const one of samples) {
      const work = prepare(one.size);
      collectGarbage();
      const started = process.cpuUsage();
      one.characters = work();
      const { user, system } = process.cpuUsage(started);
      // The first round is for the compiler.
      if (round > 0) one.seconds.push((user + system) / 1e6);
    }
  }
  return samples.map(({ size, seconds, characters }) => ({ size, seconds: figures(seconds), characters }));
}

/** How it grew: what it took at the smallest and at the largest size, and how far it is from a straight line between. */
interface Growth {
  readonly ends: readonly [number, number];
  readonly bent: number;
}

function tell(report: Report, work: Work, sizes: readonly number[], rounds: number): Growth {
  report.progress(`${work.name}: ${sizes.join(', ')} guests, ${rounds} rounds`);
  const all = measure(work, sizes, rounds);
  const eachOf = ({ size, seconds }: Measured): number => (seconds.minimum / size) * 1e6;
  const first = all[0];
  report.table(
    work.name,
    ['guests', 'best CPU', 'per guest', 'of the first', 'characters per guest'],
    all.map((one) => [
      String(one.size),
      `${(one.seconds.minimum * 1000).toFixed(1)} ms`,
      `${eachOf(one).toFixed(2)} us`,
      first === undefined ? '' : `${(eachOf(one) / eachOf(first)).toFixed(2)}x`,
      (one.characters / one.size).toFixed(0),
    ]),
  );
  for (const one of all) report.keep(`${work.name}, ${one.size} guests`, one.seconds);
  const deviation = deviationFromLine(all.map(({ size, seconds }) => ({ size, value: seconds.minimum })));
  report.goal(
    `${work.name}, from ${sizes[0] ?? ''} to ${sizes.at(-1) ?? ''} guests`,
    `within ${MOST_DEVIATION * 100} % of a straight line`,
    `${(deviation * 100).toFixed(1)} %`,
    Math.abs(deviation) <= MOST_DEVIATION,
  );
  const told = all.map(({ seconds }) => seconds.minimum);
  return { ends: [told[0] ?? NaN, told.at(-1) ?? NaN], bent: deviation };
}

void runBench('identity', (report, smoke) => {
  const { sizes, apps, rounds } = smoke ? SMOKE : FULL;
  const grown = MODEL.map((work) => tell(report, work, sizes, rounds));
  const sum = (end: 0 | 1): number => grown.reduce((total, { ends }) => total + ends[end], 0);
  const most = grown.reduce((a, b) => (Math.abs(b.bent) > Math.abs(a.bent) ? b : a));
  report.row('identity', { ours: [sum(0), sum(1)], bent: most.bent });
  tell(report, APP, apps, rounds);
  return Promise.resolve();
});
