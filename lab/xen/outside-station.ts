import { lan } from './addresses';
import { arpFrame, broadcastMac, echoFrame, echoReplyTo, parseArp, parseEcho, type Echo } from './frames';
import { pingStatistics, type PingSample, type PingStatistics } from './ping-statistics';
import type { EthernetSwitch } from './switch';

/** How long an answer may take before the ping counts as lost: emulated machines are slow. */
const graceMs = 1000;

interface Pinger {
  readonly address: string;
  readonly timer: NodeJS.Timeout;
  readonly samples: PingSample[];
  duplicates: number;
}

/** A machine on the LAN that is none of the hosts: it pings, asks for MACs, and answers who asks for its own. */
export class OutsideStation {
  private readonly send: (frame: Buffer) => void;
  private readonly neighbours = new Map<string, string>();
  private readonly pingers = new Map<number, Pinger>();
  private readonly arpListeners = new Set<(address: string, mac: string) => void>();
  private nextIdentifier = 1;

  constructor(
    network: EthernetSwitch,
    private readonly address: string = lan.outside,
    private readonly mac: string = lan.outsideMac,
  ) {
    this.send = network.addStation('outside', (frame) => {
      this.receive(frame);
    });
  }

  /** All MACs that answer for an address within the time; two are a duplicate address. */
  async arp(address: string, waitMs = 1500): Promise<string[]> {
    const answers = new Set<string>();
    const listen = (sender: string, mac: string): void => {
      if (sender === address) answers.add(mac);
    };
    this.arpListeners.add(listen);
    try {
      // Twice, for a single frame may meet a machine that is just being switched.
      this.askFor(address);
      await delay(waitMs / 2);
      this.askFor(address);
      await delay(waitMs / 2);
    } finally {
      this.arpListeners.delete(listen);
    }
    return [...answers].sort();
  }

  /** Pings at an even pace until stopped; the result names the pinger. */
  startPing(address: string, intervalMs = 200): number {
    const identifier = this.nextIdentifier++ & 0xffff;
    this.neighbours.delete(address);
    const pinger: Pinger = {
      address,
      samples: [],
      duplicates: 0,
      timer: setInterval(() => {
        this.pingOnce(identifier, pinger);
      }, intervalMs),
    };
    this.pingers.set(identifier, pinger);
    this.pingOnce(identifier, pinger);
    return identifier;
  }

  pingStatistics(identifier: number): PingStatistics {
    const { address, samples, duplicates } = this.pinger(identifier);
    return pingStatistics(address, samples, { now: performance.now(), graceMs, duplicates });
  }

  /** Waits for the last answers, then says what the pings saw. */
  async stopPing(identifier: number): Promise<PingStatistics> {
    const pinger = this.pinger(identifier);
    clearInterval(pinger.timer);
    const stoppedAt = performance.now();
    if (pinger.samples.some((sample) => sample.answer === undefined && stoppedAt - sample.sentAt < graceMs))
      await delay(graceMs);
    this.pingers.delete(identifier);
    return pingStatistics(pinger.address, pinger.samples, {
      now: stoppedAt,
      // All had their time by now.
      graceMs: -1,
      duplicates: pinger.duplicates,
    });
  }

  close(): void {
    for (const { timer } of this.pingers.values()) clearInterval(timer);
    this.pingers.clear();
  }

  private pinger(identifier: number): Pinger {
    const pinger = this.pingers.get(identifier);
    if (pinger === undefined) throw new Error(`no ping ${identifier} is running`);
    return pinger;
  }

  private askFor(address: string): void {
    this.send(
      arpFrame({
        operation: 'request',
        senderMac: this.mac,
        senderAddress: this.address,
        targetMac: broadcastMac,
        targetAddress: address,
      }),
    );
  }

  private pingOnce(identifier: number, { address, samples }: Pinger): void {
    // Asking again now and then, as any machine's ARP cache does: else a guest that came back elsewhere stays unseen.
    if (!this.neighbours.has(address) || samples.length % 10 === 9) this.askFor(address);
    samples.push({ sentAt: performance.now() });
    const destinationMac = this.neighbours.get(address);
    if (destinationMac === undefined) return;
    this.send(
      echoFrame({
        kind: 'request',
        sourceMac: this.mac,
        destinationMac,
        source: this.address,
        destination: address,
        identifier,
        sequence: (samples.length - 1) & 0xffff,
      }),
    );
  }

  private receive(frame: Buffer): void {
    const arp = parseArp(frame);
    if (arp !== undefined) {
      this.neighbours.set(arp.senderAddress, arp.senderMac);
      if (arp.operation === 'reply') for (const listen of this.arpListeners) listen(arp.senderAddress, arp.senderMac);
      else if (arp.targetAddress === this.address)
        this.send(
          arpFrame({
            operation: 'reply',
            senderMac: this.mac,
            senderAddress: this.address,
            targetMac: arp.senderMac,
            targetAddress: arp.senderAddress,
          }),
        );
      return;
    }
    const echo = parseEcho(frame);
    if (echo?.destination !== this.address) return;
    if (echo.kind === 'request') this.send(echoReplyTo(frame, this.mac));
    else this.takeAnswer(echo);
  }

  private takeAnswer(echo: Echo): void {
    const pinger = this.pingers.get(echo.identifier);
    if (pinger?.address !== echo.source) return;
    // Sequence numbers wrap; the newest sample with this number is meant.
    const newest = pinger.samples.length - 1;
    const sample = pinger.samples[newest - ((newest - echo.sequence) & 0xffff)];
    if (sample === undefined) return;
    if (sample.answer !== undefined) pinger.duplicates += 1;
    else sample.answer = { afterMs: performance.now() - sample.sentAt, mac: echo.sourceMac };
  }
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
