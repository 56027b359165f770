import { mkdirSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { type Origin, originOfThisRun } from './origin';
import {
  type BenchName,
  figureText,
  requireRows,
  type RowFigures,
  type RowId,
  rowDefinition,
  valueText,
  verdictText,
} from './rows';
import type { Figures } from './statistics';

export const RESULTS = join(__dirname, '..', '..', 'bench-results');

/** The part of a benchmark's result that the README is written from. */
export interface Result {
  readonly name: BenchName;
  readonly smoke: boolean;
  readonly origin: Origin;
  /** Of the machine when it began and when it ended. */
  readonly load: readonly [number, number];
  readonly rows: Partial<Record<RowId, RowFigures>>;
  /** Sentences with figures that belong below the table. */
  readonly remarks: readonly string[];
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
  private readonly origin = originOfThisRun();
  private readonly loadAtStart = load();
  private readonly figures: Record<string, Figures> = {};
  private readonly rows: Partial<Record<RowId, RowFigures>> = {};
  private readonly outcomes: Outcome[] = [];
  private readonly notes: string[] = [];
  private readonly remarks: string[] = [];

  public constructor(
    private readonly name: BenchName,
    private readonly smoke: boolean,
  ) {
    console.log(`bench:${name}${smoke ? ' (smoke: to see that it runs; its figures say nothing)' : ''}`);
    console.log(`${this.origin.machine}, load ${this.loadAtStart}, commit ${this.origin.commit}`);
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

  /** A sentence with figures, for the README too. */
  public remark(text: string): void {
    this.remarks.push(text);
    console.log(`remark: ${text}`);
  }

  public table(title: string, head: readonly string[], rows: readonly (readonly string[])[]): void {
    console.log(`\n${title}\n${formatTable(head, rows)}`);
  }

  /** Keeps the samples behind a table. */
  public keep(key: string, figures: Figures): void {
    this.figures[key] = figures;
  }

  /** A goal that only this benchmark tells of. */
  public goal(goal: string, limit: string, value: string, met: boolean): void {
    this.outcomes.push({ goal, limit, value, met });
  }

  /** The figures of a row of the README's table. */
  public row(id: RowId, figures: RowFigures): void {
    this.rows[id] = figures;
  }

  /**
   * Prints the goals and writes `bench-results/NAME.json`. A smoke's sizes are not those of the table's rows.
   *
   * @throws Error where a row of the table was not measured
   */
  public finish(): void {
    requireRows(this.name, this.rows);
    console.log('');
    for (const [id, figures] of Object.entries(this.rows) as [RowId, RowFigures][]) {
      const definition = rowDefinition(id);
      const value = valueText(definition, figures);
      const against = figures.theirs === undefined ? '' : `: ${figureText(definition.unit, [figures.theirs])}`;
      console.log(
        `${id}: ${figureText(definition.unit, figures.ours)} against ${definition.against}${against}: ${value}` +
          ` (${verdictText(definition, value)})`,
      );
    }
    for (const { goal, limit, value, met } of this.outcomes) {
      console.log(`${goal}, ${limit}: ${met ? `met (${value})` : `missed (${value})`}`);
    }
    const { name, smoke, origin, rows, remarks, figures, outcomes: goals, notes } = this;
    const shared: Result = { name, smoke, origin, load: [this.loadAtStart, load()], rows, remarks };
    const file = `${name}${smoke ? '-smoke' : ''}.json`;
    mkdirSync(RESULTS, { recursive: true });
    writeFileSync(join(RESULTS, file), `${JSON.stringify({ ...shared, goals, notes, figures }, undefined, 2)}\n`);
    console.log(`written to bench-results/${file}`);
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
