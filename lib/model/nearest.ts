/** The number of insertions, deletions, changes and swaps of neighbours that make one word of another. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a.charAt(i - 1) === b.charAt(j - 1);
      let least = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && a.charAt(i - 1) === b.charAt(j - 2) && a.charAt(i - 2) === b.charAt(j - 1);
      if (swapped) least = Math.min(least, (before[j - 2] ?? 0) + 1);
      row.push(least);
    }
    before = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

/** A longer word is no misspelling of one of ours. */
const LONGEST = 40;

const MOST_SLIPS = 2;

/** The word that was meant, if one is near: another case, a slip or two, or the unit left out. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  if (word.length > LONGEST) return undefined;
  const lower = word.toLowerCase();
  const ranked = words
    .map((known) => {
      const name = known.toLowerCase();
      const far = distance(lower, name);
      // The rest of a long name, as the unit in memoryMiB.
      return { known, far: lower.length > 2 && name.startsWith(lower) ? Math.min(far, MOST_SLIPS) : far };
    })
    .filter(({ far, known }) => far <= Math.min(MOST_SLIPS, Math.max(1, known.length / 3)))
    .sort((a, b) => a.far - b.far);
  return ranked[0]?.known;
}
