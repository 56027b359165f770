import { pingStatistics, type PingSample } from '../../../lab/xen/ping-statistics';

/** One ping every 100 ms: `x` was lost, any other letter names who answered. */
function samples(pattern: string): PingSample[] {
  return Array.from(pattern, (letter, index) => ({
    sentAt: index * 100,
    ...(letter === 'x' ? {} : { answer: { afterMs: 2, mac: letter } }),
  }));
}

const much = { now: 10_000, graceMs: 1000 };

test('no pings are no loss', () => {
  expect(pingStatistics('192.0.2.21', [], much)).toMatchObject({ sent: 0, lossPercent: 0, stillDown: false });
});

test('loss is the share of pings without an answer', () => {
  expect(pingStatistics('192.0.2.21', samples('aaxa'), much)).toMatchObject({ sent: 4, received: 3, lossPercent: 25 });
});

test('the longest gap lasts from its first lost ping to the next answered one', () => {
  const statistics = pingStatistics('192.0.2.21', samples('axaxxxaa'), much);
  expect(statistics).toMatchObject({ longestGapMs: 300, longestGapAtMs: 300, stillDown: false });
});

test('a gap that has not ended lasts until now', () => {
  const statistics = pingStatistics('192.0.2.21', samples('aaxx'), { now: 1500, graceMs: 1000 });
  expect(statistics).toMatchObject({ longestGapMs: 1300, stillDown: true });
});

test('a ping that was sent just now is not yet lost', () => {
  const statistics = pingStatistics('192.0.2.21', samples('aaax'), { now: 350, graceMs: 1000 });
  expect(statistics).toMatchObject({ sent: 3, lossPercent: 0, stillDown: false });
});

test('answers are counted by who gave them', () => {
  expect(pingStatistics('192.0.2.21', samples('abab'), much).answersByMac).toEqual({ a: 2, b: 2 });
});
