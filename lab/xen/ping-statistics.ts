/** One ping sent: when, and who answered after how long. */
export interface PingSample {
  readonly sentAt: number;
  answer?: { readonly afterMs: number; readonly mac: string };
}

export interface PingStatistics {
  readonly address: string;
  readonly sent: number;
  readonly received: number;
  readonly lossPercent: number;
  /** The longest time between one unanswered ping and the next answered one (or the end). */
  readonly longestGapMs: number;
  /** When that longest gap began, from the first ping on. */
  readonly longestGapAtMs: number;
  readonly stillDown: boolean;
  readonly duplicates: number;
  readonly medianRoundTripMs: number;
  /** Answers by MAC: who really answered. More than one means that two machines have the address. */
  readonly answersByMac: Readonly<Record<string, number>>;
}

/**
 * What a series of pings says. A ping without an answer counts as lost only when it is older than `graceMs`, for one
 * that was sent just now may still be answered.
 */
export function pingStatistics(
  address: string,
  samples: readonly PingSample[],
  { now, graceMs, duplicates = 0 }: { now: number; graceMs: number; duplicates?: number },
): PingStatistics {
  const counted = samples.filter((sample) => sample.answer !== undefined || now - sample.sentAt > graceMs);
  const first = counted[0]?.sentAt ?? now;
  const answersByMac: Record<string, number> = {};
  const roundTrips: number[] = [];
  let gapStart: number | undefined;
  let longest = { ms: 0, at: 0 };
  const endGap = (end: number): void => {
    if (gapStart !== undefined && end - gapStart > longest.ms) longest = { ms: end - gapStart, at: gapStart - first };
  };
  for (const { sentAt, answer } of counted) {
    if (answer === undefined) {
      gapStart ??= sentAt;
      continue;
    }
    endGap(sentAt);
    gapStart = undefined;
    answersByMac[answer.mac] = (answersByMac[answer.mac] ?? 0) + 1;
    roundTrips.push(answer.afterMs);
  }
  endGap(now);
  roundTrips.sort((a, b) => a - b);
  return {
    address,
    sent: counted.length,
    received: roundTrips.length,
    lossPercent: counted.length === 0 ? 0 : (100 * (counted.length - roundTrips.length)) / counted.length,
    longestGapMs: Math.round(longest.ms),
    longestGapAtMs: Math.round(longest.at),
    stillDown: gapStart !== undefined,
    duplicates,
    medianRoundTripMs: roundTrips[roundTrips.length >> 1] ?? 0,
    answersByMac,
  };
}
