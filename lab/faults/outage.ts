import type { ChildProcess } from 'node:child_process';
import type { FaultHost } from './fault-host';

/** Pings addresses ten times a second from the LAN, to see how long the host is away. */
export class Outage {
  private readonly children: ChildProcess[];
  private readonly answers: number[] = [];

  constructor(
    private readonly host: FaultHost,
    addresses: readonly string[],
  ) {
    this.children = addresses.map((address) => {
      const child = host.bed.spawnLan(['ping', '-n', '-D', '-i', '0.1', '-W', '1', address]);
      child.stdout?.on('data', (data: Buffer) => {
        for (const [, time] of data.toString().matchAll(/^\[(\d+\.\d+)\] \d+ bytes from/gm)) {
          this.answers.push(Number(time));
        }
      });
      child.stderr?.resume();
      return child;
    });
  }

  /** Ends, and gives the longest time in seconds during which no address answered. */
  async longest(): Promise<number> {
    await Promise.all(this.children.map((child) => this.host.bed.end(child)));
    const times = this.answers.sort((a, b) => a - b);
    return Math.max(0, ...times.map((time, index) => time - (times[index - 1] ?? time)));
  }
}
