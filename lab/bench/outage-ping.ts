import type { ChildProcess } from 'node:child_process';
import type { Bed } from '../bed/bed';

/** Seconds between two pings. */
const INTERVAL = 0.02;

/** What a stream of pings missed. */
export interface Outage {
  /** The longest time without an answer, in seconds. */
  readonly longest: number;
  /** All times without an answer together. */
  readonly total: number;
}

/** Reads ping's `[time] 64 bytes from ...: icmp_seq=N`: a time without answers lies wherever numbers are missing. */
export function outageOf(output: string): Outage {
  const answers = [...output.matchAll(/^\[(\d+\.\d+)\] \d+ bytes from .*icmp_seq=(\d+)/gm)].map((match) => ({
    at: Number(match[1]),
    sequence: Number(match[2]),
  }));
  const gaps = answers.slice(1).flatMap((answer, index) => {
    const before = answers[index];
    // Numbers wrap.
    if (before === undefined || ((answer.sequence - before.sequence) & 0xffff) === 1) return [];
    return [Math.max(0, answer.at - before.at - INTERVAL)];
  });
  return { longest: Math.max(0, ...gaps), total: gaps.reduce((sum, gap) => sum + gap, 0) };
}

/** Pings one address from the Lan at an even pace. */
export class PingStream {
  private output = '';

  private constructor(
    private readonly bed: Bed,
    private readonly address: string,
    private readonly child: ChildProcess,
  ) {
    child.stdout?.on('data', (data: Buffer) => (this.output += data.toString()));
  }

  /**
   * The MAC is told, as any machine of the Lan that spoke to the address a moment ago knows it: what is measured is the
   * host's silence, not the seconds after which this machine asks again.
   */
  public static async start(bed: Bed, address: string, mac: string): Promise<PingStream> {
    await bed.lan(['ip', 'neigh', 'replace', address, 'lladdr', mac, 'dev', 'lan0', 'nud', 'permanent']);
    const child = bed.spawnLan(['ping', '-n', '-D', '-i', String(INTERVAL), '-W', '1', address]);
    const stream = new PingStream(bed, address, child);
    await stream.untilAnswered();
    return stream;
  }

  /** Ends when an answer came after this call: only then is a silence over, and its length known. */
  public async untilAnswered(): Promise<void> {
    const deadline = performance.now() + 30_000;
    const { length } = this.output;
    while (!this.output.slice(length).includes('bytes from')) {
      if (performance.now() > deadline) throw new Error(`${this.address} has not answered for 30 s`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  public async stop(): Promise<Outage> {
    await this.untilAnswered();
    await this.bed.end(this.child);
    return outageOf(this.output);
  }
}
