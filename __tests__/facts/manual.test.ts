import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FACT_KINDS, type FactKind } from '../../lib/facts/vocabulary';

const FILE = join(__dirname, '../../FACTS.md');

const named = (words: readonly string[]): string =>
  words.map((word) => word.toUpperCase().replaceAll(' ', '-')).join(' ');

function section({ kind, subject, value, meaning, source }: FactKind): string {
  const form = [kind, named(subject), ...(value === undefined ? [] : ['VALUE...'])].join(' ');
  const says = value === undefined ? ' It is there, or it is not.' : value === 'value' ? '' : ` Value: ${value}.`;
  return `## ${kind}\n\n\`${form}\`\n\n${meaning.charAt(0).toUpperCase()}${meaning.slice(1)}.${says} Read from: ${source}.\n`;
}

/** The manual of the facts, from the one table that parser and comparison follow. */
function manual(): string {
  const head = [
    '# Facts',
    '',
    'What `cdktf-xen facts` prints of a host: one fact a line, sorted by bytes. The first word is its kind; then comes what it is about, then',
    'what is said about it. Words are separated by one blank. A byte that is no printable ASCII, a blank, `%` and `*` are written as `%XX`, and',
    'a single `%` is the empty text. Clocks, counters and ids that change by themselves are left out, so that an idle host says the same twice.',
    'Secrets are hashed. `UPDATE_GOLDEN=1` writes this page from `lib/facts/vocabulary.ts`.',
    '',
  ];
  return [...head, ...FACT_KINDS.map(section)].join('\n');
}

test('the manual says what the vocabulary says', () => {
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(FILE, manual());
  expect(readFileSync(FILE, 'utf8')).toBe(manual());
});
