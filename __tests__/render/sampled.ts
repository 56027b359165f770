import fc from 'fast-check';

/**
 * Values for a check that asks another program about all of them at once. The seed belongs into what is compared, so
 * that a failure can be had again: put it in place of the random one.
 */
export function sampled<T>(arbitrary: fc.Arbitrary<T>, count: number): { readonly seed: number; readonly values: T[] } {
  const seed = Math.floor(Math.random() * 2 ** 31);
  return { seed, values: fc.sample(arbitrary, { numRuns: count, seed }) };
}
