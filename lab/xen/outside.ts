import type { ControlClient } from './control';
import type { PingStatistics } from './ping-statistics';
import type { MacTableEntry } from './switch';

/** A ping that goes on until it is stopped. */
export interface RunningPing {
  /** What it saw so far. */
  statistics(): Promise<PingStatistics>;
  stop(): Promise<PingStatistics>;
}

/** The machine outside: what the LAN sees of hosts and guests. */
export class Outside {
  constructor(private readonly control: ControlClient) {}

  async startPing(address: string, { intervalMs }: { intervalMs?: number } = {}): Promise<RunningPing> {
    const ping = await this.control.call('startPing', { address, intervalMs });
    return {
      statistics: () => this.control.call('pingStatistics', { ping }),
      stop: () => this.control.call('stopPing', { ping }),
    };
  }

  /** Every MAC that answers for an address: none is nobody, two are a duplicate. */
  arp(address: string, { waitMs }: { waitMs?: number } = {}): Promise<string[]> {
    return this.control.call('arp', { address, waitMs });
  }

  /** Asks until the address answers; what it got at last, nothing after the time limit. */
  async awaitArp(address: string, { timeoutSeconds = 120 }: { timeoutSeconds?: number } = {}): Promise<string[]> {
    const deadline = Date.now() + timeoutSeconds * 1000;
    for (;;) {
      const macs = await this.arp(address, { waitMs: 600 });
      if (macs.length > 0 || Date.now() > deadline) return macs;
    }
  }

  /** Where the switch saw which MAC, and how often each changed its port. */
  macTable(): Promise<MacTableEntry[]> {
    return this.control.call('macTable', {});
  }
}
