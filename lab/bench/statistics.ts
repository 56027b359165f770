/** What is told of several samples of the same thing: the best shows the work, the median what a person meets. */
export interface Figures {
  readonly minimum: number;
  readonly median: number;
  readonly samples: readonly number[];
}

export function figures(samples: readonly number[]): Figures {
  if (samples.length === 0) throw new Error('no samples to tell of');
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted.slice(Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2) + 1);
  return {
    minimum: Math.min(...sorted),
    median: middle.reduce((sum, value) => sum + value, 0) / middle.length,
    samples,
  };
}

/** A point of a scaling measurement. */
export interface Point {
  readonly size: number;
  readonly value: number;
}

/**
 * How far a series is from linear: the largest deviation, as a share, of any point between the first and the last from
 * the straight line through those two.
 */
export function deviationFromLine(points: readonly Point[]): number {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || points.length < 3) throw new Error('a line needs three points');
  const slope = (last.value - first.value) / (last.size - first.size);
  const deviations = points.slice(1, -1).map(({ size, value }) => {
    const expected = first.value + slope * (size - first.size);
    return value / expected - 1;
  });
  return deviations.reduce((most, one) => (Math.abs(one) > Math.abs(most) ? one : most), 0);
}

/** What one more unit of size costs between neighbouring points. */
export function slopes(points: readonly Point[]): readonly number[] {
  return points.slice(1).map((point, index) => {
    const before = points[index];
    if (before === undefined) throw new Error('unreachable: every point but the first has one before it');
    return (point.value - before.value) / (point.size - before.size);
  });
}
