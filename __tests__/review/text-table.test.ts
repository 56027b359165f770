import fc from 'fast-check';
import { columns, textTable } from '../../lib/review/text-table';

test('every column is as wide as its widest cell, and nothing is cut', () => {
  const long = 'x'.repeat(300);
  expect(
    textTable(
      ['A', 'B'],
      [
        ['1', '2'],
        [long, '3'],
      ],
    ),
  ).toBe([`A${' '.repeat(299)}  B`, `1${' '.repeat(299)}  2`, `${long}  3`, ''].join('\n'));
});

test('wide characters take two columns, and accents that are put on top take none', () => {
  expect(columns('東京')).toBe(4);
  expect(columns('여기')).toBe(4);
  expect(columns('Ｗeb')).toBe(4);
  expect(columns('e\u0301')).toBe(1);
  expect(columns('é')).toBe(1);
  expect(
    textTable(
      ['A', 'B'],
      [
        ['東京', 'x'],
        ['abcde', 'y'],
      ],
    ),
  ).toBe('A      B\n東京   x\nabcde  y\n');
});

test('what a terminal would act on is spelled out', () => {
  expect(textTable(['A'], [['\x1b[2J'], ['a\nb'], ['\u202etxt']])).toBe('A\n\\u{1b}[2J\na\\u{a}b\n\\u{202e}txt\n');
});

test('each column begins at one place in all lines, whatever is in the cells', () => {
  const cell = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 12 }), fc.constantFrom('東京', 'e\u0301', '-'));
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell)), (rows) => {
      // A mark of its own in front of the last column shows where that one begins.
      const lines = textTable(
        ['a', 'b', '|'],
        rows.map((row) => [...row, '|']),
      )
        .split('\n')
        .slice(0, -1);
      expect(lines).toHaveLength(rows.length + 1);
      expect(new Set(lines.map((line) => columns(line)))).toHaveProperty('size', 1);
    }),
  );
});

test('the last cell of a shorter row reaches over the columns that it lacks, and makes none of them wider', () => {
  expect(textTable(['A', 'B', 'C'], [['1', 'a long cell'], ['2'], ['3', 'x', 'y']])).toBe(
    'A  B  C\n1  a long cell\n2\n3  x  y\n',
  );
});
