import type { Origin } from './origin';
import type { Result } from './report';
import { figureText, requireRows, ROW_IDS, type RowId, rowDefinition, valueText, verdictText } from './rows';

/** Between these lines of the README only the benchmarks write. */
export const BEGIN = '<!-- figures: written by "npm run bench", never by hand -->';
export const END = '<!-- end of figures -->';

const HEAD = ['what', 'ours', 'against', 'ratio', 'goal'] as const;
const WIDTH = 120;

/** A row as it is told: figures are texts by now. */
export interface ToldRow {
  readonly id: RowId;
  readonly ours: string;
  /** Undefined where there is nobody to be measured. */
  readonly theirs: string | undefined;
  readonly value: string;
}

/** What stands between the marks. */
export interface Section {
  readonly origin: Origin;
  readonly load: string;
  readonly rows: readonly ToldRow[];
  readonly remarks: readonly string[];
}

/** @throws Error where results are missing, of a smoke, of different runs, or of what nobody can check out again */
export function sectionOf(results: readonly Result[]): Section {
  const [first] = results;
  if (first === undefined) throw new Error('no benchmark has left results');
  for (const { name, smoke, origin } of results) {
    if (smoke) throw new Error(`the results of bench:${name} are of a smoke, whose figures say nothing`);
    for (const what of ['date', 'commit', 'machine'] as const) {
      if (origin[what] === first.origin[what]) continue;
      throw new Error(
        `bench:${name} and bench:${first.name} are not of one run, ${what} '${origin[what]}' and '${first.origin[what]}': ` +
          'run all of "npm run bench"',
      );
    }
  }
  if (!/^[0-9a-f]+$/.test(first.origin.commit))
    throw new Error(`the figures are of no commit, but of '${first.origin.commit}': commit, and run again`);
  for (const { name, rows } of results) requireRows(name, rows);
  const rows = ROW_IDS.map((id): ToldRow => {
    const definition = rowDefinition(id);
    const figures = results.find(({ name }) => name === definition.bench)?.rows[id];
    if (figures === undefined) throw new Error(`bench:${definition.bench} has left no results`);
    return {
      id,
      ours: figureText(definition.unit, figures.ours),
      theirs: figures.theirs === undefined ? undefined : figureText(definition.unit, [figures.theirs]),
      value: valueText(definition, figures),
    };
  });
  const loads = results.flatMap(({ load }) => load);
  const load = `${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)}`;
  return { origin: first.origin, load, rows, remarks: results.flatMap(({ remarks }) => remarks) };
}

/** Lines of at most so many columns; a single word may be longer. */
function wrapped(text: string): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= WIDTH) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.join('\n');
}

/** A table as prettier has it, so that it is not written twice. */
function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map((row) => (row[column] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

function caption({ origin, load }: Section): string {
  return (
    `Figures of ${origin.date}, commit ${origin.commit}, on ${origin.machine}; ` +
    `the machine's load during the run: ${load}. Best of several rounds.`
  );
}

function cells({ id, ours, theirs, value }: ToldRow): readonly string[] {
  const definition = rowDefinition(id);
  const against = theirs === undefined ? definition.against : `${definition.against}: ${theirs}`;
  return [definition.what, ours, against, value, verdictText(definition, value)];
}

export function sectionText(section: Section): string {
  const paragraphs = [wrapped(caption(section)), markdownTable(HEAD, section.rows.map(cells))];
  return [BEGIN, ...paragraphs, ...section.remarks.map(wrapped), END].join('\n\n');
}

function marks(readme: string): readonly [begin: number, end: number] {
  const [begin, end] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`README.md has no lines '${BEGIN}' and '${END}', in this order`);
  return [begin, end + END.length];
}

export function replaceSection(readme: string, text: string): string {
  const [begin, end] = marks(readme);
  return readme.slice(0, begin) + text + readme.slice(end);
}

/**
 * Reads back what `sectionText` has written.
 *
 * @throws Error where something is not of its form
 */
export function readSection(readme: string): Section {
  const [begin, end] = marks(readme);
  const paragraphs = readme.slice(begin, end).split('\n\n').slice(1, -1);
  const [first = '', table = '', ...remarks] = paragraphs.map((one, index) =>
    index === 1 ? one : one.replaceAll('\n', ' '),
  );
  const said = /^Figures of (\S+), commit (.+), on (.+); the machine's load during the run: (.+)\. Best of/.exec(first);
  if (said === null) throw new Error(`the figures do not begin with where they come from, but with '${first}'`);
  const [, date = '', commit = '', machine = '', load = ''] = said;
  const lines = table.split('\n').slice(2);
  if (lines.length !== ROW_IDS.length)
    throw new Error(`the table has ${lines.length} rows, the benchmarks write ${ROW_IDS.length}`);
  const rows = lines.map((line, index): ToldRow => {
    const [what = '', ours = '', against = '', value = ''] = line
      .split('|')
      .slice(1)
      .map((cell) => cell.trim());
    const id = ROW_IDS[index];
    if (id === undefined || rowDefinition(id).what !== what) throw new Error(`no benchmark writes the row '${what}'`);
    const known = rowDefinition(id).against;
    const theirs = against.startsWith(`${known}: `) ? against.slice(known.length + 2) : undefined;
    return { id, ours, theirs, value };
  });
  return { origin: { date, commit, machine }, load, rows, remarks };
}
