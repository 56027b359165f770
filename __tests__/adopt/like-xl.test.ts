import { type XlAnswer, XlParser } from '../../lab/xl/xl';
import type { GuestConfig } from '../../lib/adopt/guest-config';
import { readGuest } from '../../lib/adopt/read-guest';
import { CONFIG_FILE, configFacts } from '../helpers/config-facts';
import { saysGuest, saysXl } from '../helpers/xl-says';
import { sampled } from '../render/sampled';
import { guestText } from './guest-texts';
import { MISREAD, REFUSED } from './misread';

/* A guest is described as the real xl has it. */

/** Hundreds of processes; a machine may have other things to do. */
jest.setTimeout(180_000);

test('the real xl has each guest as it is described', async () => {
  const { seed, values: texts } = sampled(guestText, 400);
  const answers = await XlParser.open().parseAll(texts);
  const guests = configFacts('mawk', texts).map((facts) => readGuest(CONFIG_FILE, facts));
  const differing = texts.flatMap((text, index) => {
    const { domain, complaints } = answers[index] ?? {};
    const guest = guests[index];
    if (guest === undefined) throw new Error('a text without an answer');
    if (domain === undefined) return [];
    const [ours, theirs] = [saysGuest(guest), saysXl(domain, guest)];
    const clear = guest.odd.length + guest.oddDisks.length + guest.strange.length === 0;
    return clear && isSame(ours, theirs) ? [] : [{ text, ours, theirs, complaints }];
  });
  expect({ seed, differing }).toEqual({ seed, differing: [] });

  // Few are refused, and each for a word that the description has.
  const refused = texts.flatMap((text, index) => {
    const { domain, complaints = [] } = answers[index] ?? {};
    return domain === undefined ? [{ text, why: complaints.join('\n'), guest: guests[index] }] : [];
  });
  const others = refused.filter(({ why, guest }) =>
    why.includes('maxvcpus < vcpus')
      ? (guest?.maxvcpus?.value ?? 0) >= (guest?.vcpus?.value ?? 0)
      : !/invalid (rate|replenishment)/.test(why) || !guest?.vifs.some((vif) => vif.rate?.endsWith(' ')),
  );
  expect({ seed, others }).toEqual({ seed, others: [] });
  expect(texts.length - refused.length).toBeGreaterThan(300);
});

function isSame(one: unknown, other: unknown): boolean {
  const sorted = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(sorted)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(
            Object.entries(value)
              .sort(([a], [b]) => (a < b ? -1 : 1))
              .map(([key, item]) => [key, sorted(item)]),
          )
        : value;
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

describe.each([
  ['takes', MISREAD],
  ['refuses', REFUSED],
])('what xl %s and is easily misread', (verb, table) => {
  let answers: readonly XlAnswer[];
  let guests: readonly GuestConfig[];

  beforeAll(async () => {
    const texts = table.map(([, text]) => text);
    answers = await XlParser.open().parseAll(texts);
    guests = configFacts('mawk', texts).map((facts) => readGuest(CONFIG_FILE, facts));
  });

  test.each(table.map(([title, , described], index) => ({ title, described, index })))(
    '$title',
    ({ described, index }) => {
      const guest = guests[index];
      if (guest === undefined) throw new Error('no description');
      expect(guest).toMatchObject(described as object);
      const { status, domain } = answers[index] ?? {};
      expect(status === 0).toBe(verb === 'takes');
      if (domain !== undefined) expect(saysGuest(guest)).toEqual(saysXl(domain, guest));
    },
  );
});
