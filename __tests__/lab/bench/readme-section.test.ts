import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BEGIN, END, readSection, replaceSection, sectionOf, sectionText } from '../../../lab/bench/readme-section';
import type { Result } from '../../../lab/bench/report';
import { BENCHES, type BenchName, isMet, ROW_IDS, rowDefinition, type RowFigures } from '../../../lab/bench/rows';

const README = readFileSync(join(__dirname, '..', '..', '..', 'README.md'), 'utf8');
const ORIGIN = { date: '2026-01-02T03:04:05.678Z', commit: '0123456789', machine: '2 cores (some), 24 GiB, Node v20' };

function result(name: BenchName, changes: Partial<Result> = {}): Result {
  const ids = ROW_IDS.filter((id) => rowDefinition(id).bench === name);
  const figures: RowFigures = { ours: [1.234, 5.678], theirs: 0.9, bent: -0.05 };
  const rows = Object.fromEntries(ids.map((id) => [id, figures]));
  return {
    name,
    smoke: false,
    origin: ORIGIN,
    load: [0.1, 1.2],
    rows,
    remarks: [Array(40).fill(name).join(' ')],
    ...changes,
  };
}

function results(changed?: BenchName, changes?: Partial<Result>): Result[] {
  return BENCHES.map((name) => result(name, name === changed ? changes : {}));
}

test("the README's figures are of the form that the benchmarks write", () => {
  const section = readSection(README);
  expect(README).toContain(sectionText(section));
  expect(section.rows.map(({ id }) => id)).toEqual(ROW_IDS);
  expect(section.origin.date).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  expect(section.origin.commit).toMatch(/^[0-9a-f]{10,}$/);
  for (const { value } of section.rows) expect(value).toMatch(/^[+-]?\d+\.\d+(x| %|x faster)$/);
});

test('what is read from the README is what was written', () => {
  const section = sectionOf(results());
  const readme = replaceSection(`before\n\n${BEGIN}\n\nolder\n\n${END}\n\nafter\n`, sectionText(section));
  expect(readme).toMatch(/^before\n\n<!--.*-->\n\nFigures of 2026-01-02T/);
  expect(readme).toMatch(/-->\n\nafter\n$/);
  expect(readme).not.toContain('older');
  expect(readSection(readme)).toEqual(section);
});

test('a row that was written by hand, changed, moved or left out is noticed', () => {
  const lines = README.split('\n');
  const at = lines.findIndex((line) => line.startsWith(`| ${rowDefinition('deploy-again').what}`));
  const [row = ''] = lines.slice(at);
  const changed = (...rows: string[]): string => [...lines.slice(0, at), ...rows, ...lines.slice(at + 1)].join('\n');
  const isOfForm = (readme: string): boolean => readme.includes(sectionText(readSection(readme)));
  expect(isOfForm(README)).toBe(true);
  expect(() => isOfForm(changed())).toThrow(/rows/);
  expect(() => isOfForm(changed(row, row.replace('second', 'third')))).toThrow(/rows/);
  expect(() => isOfForm(changed(row.replace('second', 'another')))).toThrow('no benchmark writes the row');
  expect(isOfForm(changed(row.replace('20x faster', '10x faster')))).toBe(false);
  expect(
    isOfForm(changed(row.replace(/: (met|missed)/, (verdict) => (verdict === ': met' ? ': missed' : ': met')))),
  ).toBe(false);
});

test.each([
  ['date', { ...ORIGIN, date: '2026-01-03T03:04:05.678Z' }],
  ['commit', { ...ORIGIN, commit: '0123456780' }],
  ['machine', { ...ORIGIN, machine: '4 cores' }],
])('results of another %s make no table together', (what, origin) => {
  expect(() => sectionOf(results('deploy', { origin }))).toThrow(
    `bench:deploy and bench:synth are not of one run, ${what}`,
  );
});

test('what is on no commit makes no table', () => {
  const origin = { ...ORIGIN, commit: '0123456789, changed' };
  const all = BENCHES.map((name) => result(name, { origin }));
  expect(() => sectionOf(all)).toThrow("the figures are of no commit, but of '0123456789, changed'");
});

test('a smoke makes no table, and neither does a benchmark that left a row out', () => {
  expect(() => sectionOf(results('probe', { smoke: true }))).toThrow('the results of bench:probe are of a smoke');
  const unmeasured = "bench:probe has not measured '100 hosts asked";
  expect(() => sectionOf(results('probe', { rows: {} }))).toThrow(unmeasured);
  expect(() => sectionOf(results('probe', { rows: { probe: { ours: [1] } } }))).toThrow(unmeasured);
  expect(() => sectionOf(results('probe', { rows: { probe: { ours: [], theirs: 1 } } }))).toThrow(unmeasured);
  expect(() => sectionOf(results().slice(1))).toThrow('bench:synth has left no results');
  expect(() => sectionOf([])).toThrow('no benchmark has left results');
});

test('a goal is met by the figure that is told', () => {
  expect(isMet(rowDefinition('synth-guests'), '1.50x')).toBe(true);
  expect(isMet(rowDefinition('synth-guests'), '1.51x')).toBe(false);
  expect(isMet(rowDefinition('deploy-ansible'), '20.0x faster')).toBe(true);
  expect(isMet(rowDefinition('deploy-ansible'), '19.9x faster')).toBe(false);
  expect(isMet(rowDefinition('synth-time'), '-20.1 %')).toBe(false);
  expect(isMet(rowDefinition('synth-time'), '+20.0 %')).toBe(true);
  expect(isMet(rowDefinition('deploy-single'), '9.99x')).toBeUndefined();
});
