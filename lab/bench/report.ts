import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Figures } from './statistics';

const RESULTS = join(__dirname, '..', '..', 'bench-results');

/** What the figures were taken on; ratios travel to other machines, seconds don't. */
function machine() {
  return {
    cores: availableParallelism(),
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    system: `${process.platform} ${process.arch}`,
  };
}

function load(): number {
  return Number((loadavg()[0] ?? 0).toFixed(1));
}

/** Rows under a head, columns as wide as they need; numbers to the right. */
export function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  return [line(head), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}

/** A goal as it came out. */
interface Outcome {
  readonly goal: string;
  readonly limit: string;
  readonly value: string;
  readonly met: boolean;
}

/** Collects what a benchmark found, shows it as it comes, and keeps it as JSON. Slowness is never a failure here. */
export class Report {
  private readonly started = { date: new Date().toISOString(), load: load() };
  private readonly machine = machine();
  private readonly figures: Record<string, Figures> = {};
  private readonly outcomes: Outcome[] = [];
  private readonly notes: string[] = [];

  public constructor(
    private readonly name: string,
    private readonly quick: boolean,
  ) {
    const { cores, processor, memoryGiB, node } = this.machine;
    console.log(`bench:${name}${quick ? ' (quick: to see that it runs; its figures say nothing)' : ''}`);
    console.log(`${cores} cores (${processor}), ${memoryGiB} GiB, Node ${node}, load ${this.started.load}`);
  }

  /** A line that says what happens now, for whoever waits. */
  public progress(line: string): void {
    console.log(`  ${line}`);
  }

  /** Something that a reader of the figures has to know. */
  public note(text: string): void {
    this.notes.push(text);
    console.log(`note: ${text}`);
  }

  public table(title: string, head: readonly string[], rows: readonly (readonly string[])[]): void {
    console.log(`\n${title}\n${formatTable(head, rows)}`);
  }

  /** Keeps the samples behind a table. */
  public keep(key: string, figures: Figures): void {
    this.figures[key] = figures;
  }

  public goal(goal: string, limit: string, value: string, met: boolean): void {
    this.outcomes.push({ goal, limit, value, met });
  }

  /** Prints the goals and writes `bench-results/NAME.json`. */
  public finish(): void {
    console.log('');
    for (const { goal, limit, value, met } of this.outcomes) {
      console.log(`${goal}, ${limit}: ${met ? `met (${value})` : `missed (${value})`}`);
    }
    const { name, quick, machine, started, figures, outcomes: goals, notes } = this;
    mkdirSync(RESULTS, { recursive: true });
    const file = join(RESULTS, `${name}${quick ? '-quick' : ''}.json`);
    const result = { name, quick, machine, ...started, loadAtEnd: load(), goals, notes, figures };
    writeFileSync(file, `${JSON.stringify(result, undefined, 2)}\n`);
    console.log(`written to bench-results/${name}${quick ? '-quick' : ''}.json`);
  }
}

/** `1.23 s` */
export function seconds(value: number): string {
  return `${value.toFixed(2)} s`;
}

/** `1.23x` */
export function times(value: number): string {
  return `${value.toFixed(2)}x`;
}
