/**
 * What synth costs beside bare cdktf with as many null_resources and the same files by plain fs calls, and how it grows.
 *
 *     tsx lab/bench/synth.ts [--smoke]
 */
import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Report, seconds, times } from './report';
import type { RowId } from './rows';
import { runBench } from './run';
import { deviationFromLine, type Figures, figures, slopes } from './statistics';
import { type Shape, shapeName } from './synth-estate';
import { Programs, type Run } from './synth-program';
import { record, requireSame } from './synth-record';

interface Plan {
  readonly shapes: readonly (Shape & { readonly row: RowId })[];
  readonly sizes: readonly number[];
  readonly rounds: number;
  readonly scalingRounds: number;
}

const FULL: Plan = {
  shapes: [
    { row: 'synth-guests', stacks: 1, guests: 10_000 },
    { row: 'synth-stacks', stacks: 1000, guests: 10 },
  ],
  sizes: [1000, 5000, 10_000, 20_000],
  rounds: 5,
  scalingRounds: 5,
};
const SMOKE: Plan = {
  shapes: [
    { row: 'synth-guests', stacks: 1, guests: 200 },
    { row: 'synth-stacks', stacks: 20, guests: 10 },
  ],
  sizes: [100, 200, 400],
  rounds: 1,
  scalingRounds: 1,
};

const sizeArgument = (shape: Shape): string => `${shape.stacks}x${shape.guests}`;

interface RunFigures {
  readonly seconds: Figures;
  readonly cpuSeconds: Figures;
  readonly peakMiB: Figures;
}

function figuresOf(runs: readonly Run[]): RunFigures {
  return {
    seconds: figures(runs.map((run) => run.seconds)),
    cpuSeconds: figures(runs.map((run) => run.cpuSeconds)),
    peakMiB: figures(runs.map((run) => run.peakMiB)),
  };
}

function row(name: string, all: RunFigures, base?: RunFigures): string[] {
  return [
    name,
    seconds(all.seconds.minimum),
    seconds(all.seconds.median),
    base === undefined ? '' : times(all.seconds.minimum / base.seconds.minimum),
    seconds(all.cpuSeconds.minimum),
    base === undefined ? '' : times(all.cpuSeconds.minimum / base.cpuSeconds.minimum),
    `${all.peakMiB.median.toFixed(0)} MiB`,
    base === undefined ? '' : times(all.peakMiB.median / base.peakMiB.median),
  ];
}

const HEAD = ['', 'best', 'median', 'ratio', 'best CPU', 'ratio', 'peak memory', 'ratio'];

function keepAll(report: Report, key: string, all: RunFigures): void {
  for (const [what, one] of Object.entries(all) as [string, Figures][]) report.keep(`${key} ${what}`, one);
}

/** One run whose output is looked at instead of thrown away. */
async function kept(programs: Programs, program: 'ours' | 'bare', argument: string): Promise<string> {
  const outdir = programs.freshOutput();
  await programs.run(program, argument, outdir);
  return outdir;
}

async function thrownAway(programs: Programs, program: 'ours' | 'bare', argument: string): Promise<Run> {
  const outdir = programs.freshOutput();
  const run = await programs.run(program, argument, outdir);
  rmSync(outdir, { recursive: true });
  return run;
}

async function compare(
  report: Report,
  programs: Programs,
  shape: Plan['shapes'][number],
  rounds: number,
): Promise<void> {
  const name = shapeName(shape);
  report.progress(`${name}: writing the same by bare cdktf, and looking whether it is the same`);
  const ours = await kept(programs, 'ours', sizeArgument(shape));
  const recording = join(programs.directory, 'recording.json');
  writeFileSync(recording, JSON.stringify(record(shape, ours)));
  const bare = await kept(programs, 'bare', recording);
  requireSame(ours, bare);
  for (const outdir of [ours, bare]) rmSync(outdir, { recursive: true });

  const runs: Record<'ours' | 'bare', Run[]> = { ours: [], bare: [] };
  for (let round = 1; round <= rounds; round += 1) {
    report.progress(`${name}: round ${round} of ${rounds}`);
    runs.ours.push(await thrownAway(programs, 'ours', sizeArgument(shape)));
    runs.bare.push(await thrownAway(programs, 'bare', recording));
  }
  const [us, them] = [figuresOf(runs.ours), figuresOf(runs.bare)];
  keepAll(report, `${name} ours`, us);
  keepAll(report, `${name} bare`, them);
  report.table(`${name} guests`, HEAD, [row('bare cdktf and fs', them), row('cdktf-xen', us, them)]);
  report.row(shape.row, { ours: [us.seconds.minimum], theirs: them.seconds.minimum });
}

async function scale(report: Report, programs: Programs, sizes: readonly number[], rounds: number): Promise<void> {
  const runs = sizes.map((size) => ({ size, runs: [] as Run[] }));
  for (let round = 1; round <= rounds; round += 1) {
    report.progress(`scaling: round ${round} of ${rounds}, ${sizes.join(', ')} guests`);
    for (const one of runs) one.runs.push(await thrownAway(programs, 'ours', `1x${one.size}`));
  }
  const all = runs.map((one) => ({ size: one.size, of: figuresOf(one.runs) }));
  const perGuest = (what: (of: RunFigures) => number, unit: string, factor: number): string[] => [
    '',
    ...slopes(all.map(({ size, of }) => ({ size, value: what(of) }))).map(
      (one) => `${(one * factor).toFixed(2)} ${unit}`,
    ),
  ];
  const timeEach = perGuest((of) => of.seconds.minimum, 'ms', 1000);
  const cpuEach = perGuest((of) => of.cpuSeconds.minimum, 'ms', 1000);
  const memoryEach = perGuest((of) => of.peakMiB.median, 'KiB', 1024);
  report.table(
    'growth: 1 stack, one host, N guests; each "per guest" is the cost of one more since the size above',
    ['guests', 'best', 'per guest', 'best CPU', 'per guest', 'peak memory', 'per guest'],
    all.map(({ size, of }, index) => [
      String(size),
      seconds(of.seconds.minimum),
      timeEach[index] ?? '',
      seconds(of.cpuSeconds.minimum),
      cpuEach[index] ?? '',
      `${of.peakMiB.median.toFixed(0)} MiB`,
      memoryEach[index] ?? '',
    ]),
  );
  for (const { size, of } of all) keepAll(report, `growth ${size}`, of);
  const deviation = (value: (of: RunFigures) => number): number =>
    deviationFromLine(all.map(({ size, of }) => ({ size, value: value(of) })));
  const ends = (value: (of: RunFigures) => number): number[] =>
    [all[0], all.at(-1)].flatMap((one) => (one === undefined ? [] : [value(one.of)]));
  const time = (of: RunFigures): number => of.seconds.minimum;
  const memory = (of: RunFigures): number => of.peakMiB.median;
  report.row('synth-time', { ours: ends(time), bent: deviation(time) });
  report.row('synth-memory', { ours: ends(memory), bent: deviation(memory) });
  const cpu = deviation((of) => of.cpuSeconds.minimum);
  report.note(
    `in CPU time ${(cpu * 100).toFixed(1)} % from a straight line: whoever else uses the machine bends that of wall time more`,
  );
}

async function main(report: Report, smoke: boolean): Promise<void> {
  const plan = smoke ? SMOKE : FULL;
  const programs = new Programs();
  try {
    report.note(
      'all contenders run as compiled JavaScript in a fresh Node process, and time is from its start to its exit; ' +
        `they write below ${dirname(programs.outputs)}`,
    );
    for (const shape of plan.shapes) await compare(report, programs, shape, plan.rounds);
    await scale(report, programs, plan.sizes, plan.scalingRounds);
  } finally {
    programs.remove();
  }
}

void runBench('synth', main);
