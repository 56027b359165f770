/** Code points that take two columns on a terminal: East Asian wide and full-width ones, and pictures. */
const WIDE =
  /[\u{1100}-\u{115f}\u{2e80}-\u{303e}\u{3041}-\u{a4cf}\u{ac00}-\u{d7a3}\u{f900}-\u{faff}\u{fe30}-\u{fe6f}\u{ff00}-\u{ff60}\u{ffe0}-\u{ffe6}\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** What a terminal could act on instead of showing it. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Nearly every cell fits this. */
const PLAIN = /^[\x20-\x7e]*$/;

function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** How many columns a text takes on a terminal. */
export function columns(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += /\p{M}/u.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return width;
}

/**
 * Rows under a head, every column as wide as its widest cell, nothing cut. No cell holds what a terminal acts on. The
 * last cell of a row that is shorter than the head reaches over the columns that it lacks.
 */
export function textTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows].map((row) => row.map(printable));
  const widths = head.map((_, column) =>
    all.reduce((most, row) => {
      const reachesOver = column === row.length - 1 && row.length < head.length;
      return reachesOver ? most : Math.max(most, columns(row[column] ?? ''));
    }, 0),
  );
  const padded = (cell: string, column: number): string =>
    cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - columns(cell)));
  return all.map((row) => `${row.map(padded).join('  ').trimEnd()}\n`).join('');
}
