import fc from 'fast-check';
import { type Fact, formatFact, parseFact } from '../../lib/facts/fact';
import { FACT_KINDS } from '../../lib/facts/vocabulary';
import { guestFacts } from '../../lib/adopt/guest-facts';
import { readGuest } from '../../lib/adopt/read-guest';
import { AWKS, CONFIG_FILE, configFacts } from '../helpers/config-facts';
import { sampled } from '../render/sampled';
import { anyFile } from './guest-texts';

/* No fact about a file gets lost: from the description of the guest the same facts can be written again. */

jest.setTimeout(120_000);

const lines = (facts: readonly Fact[]): string[] => [...new Set(facts.map(formatFact))].sort();

test.each(AWKS)('all that %s reads in any file comes back, and has a place', (awk) => {
  const { seed, values: files } = sampled(anyFile, 400);
  const differing = configFacts(awk, files).flatMap((facts, index) => {
    const guest = readGuest(CONFIG_FILE, facts);
    const back = guestFacts(guest);
    const same = lines(back).join('\n') === lines(facts).join('\n') && guest.strange.length === 0;
    return same ? [] : [{ file: files[index]?.toString('latin1'), facts: lines(facts), back: lines(back), guest }];
  });
  expect({ seed, differing }).toEqual({ seed, differing: [] });
});

const word = fc.constantFrom(
  ...['%', 'a', 'mac', 'vif', 'disk', 'name', 'memory', 'config', 'config-vif', '[', ']', '0', '1', '01', '?0', 'xvda'],
  ...['target', 'format', 'mode', 'device-type', 'w', 'r', 'cdrom', '%41', '%C3%A9', '%C3', '%00', '/f', '/g', '%2A'],
);
const anyFact: fc.Arbitrary<Fact> = fc
  .constantFrom(...FACT_KINDS.filter(({ kind }) => /^(config.*|unknown|file|key)$/.test(kind)))
  .chain(({ kind, subject, value }) =>
    fc
      .tuple(
        fc.constantFrom('/f', '/f', '/g'),
        fc.array(word, { minLength: subject.length, maxLength: subject.length }),
        fc.array(word, { minLength: value === undefined ? 0 : 1, maxLength: value === undefined ? 0 : 3 }),
      )
      .map(([file, words, said]) =>
        parseFact([kind, ...(kind === 'unknown' ? words : [file, ...words.slice(1)]), ...said].join(' ')),
      ),
  );

test('facts that no collector prints come back too, and those about other files do not', () => {
  fc.assert(
    fc.property(fc.array(anyFact, { maxLength: 12 }), (facts) => {
      const about = facts.filter(({ kind, subject, value }) =>
        kind === 'unknown'
          ? (subject[0] ?? '').startsWith('config') && (value.length === 1 || value[1] === '/f')
          : kind.startsWith('config') && subject[0] === '/f',
      );
      expect(lines(guestFacts(readGuest('/f', facts)))).toEqual(lines(about));
    }),
    { numRuns: 3000 },
  );
});
