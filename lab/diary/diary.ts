import { setTimeout as delay } from 'node:timers/promises';
import type { Engine } from '../engine/engine';
import { type CommandResult, factsOf, LabProject } from '../project';
import { Lab } from '../xen/lab';
import type { PingStatistics } from '../xen/ping-statistics';
import { COPY, type DiaryAct, type DiaryFacts, WEB1 } from './app';

/** Seconds that a loss is measured over. */
const MEASURED_SECONDS = 30;
const GUEST_LINE = 'console=hvc0 mitigations=off quiet';

/** What became of the admin's three days. */
export interface DiaryFigures {
  /** web1 alone. */
  readonly before: PingStatistics;
  /** web1 while a copy with its MAC and another address runs on another host, started by hand. */
  readonly naive: PingStatistics;
  /** How often the switch saw the MAC on another port meanwhile. */
  readonly moves: number;
  /** What synth says of the same copy. */
  readonly refusedAtSynth: string;
  /** What a deploy says of it whose app knows nothing of the original. */
  readonly refusedOnTheWire: string;
  /** web1 during that deploy. */
  readonly forced: PingStatistics;
  /** web1 while the proper copy is made from it. */
  readonly copying: PingStatistics;
  /** web1 and the proper copy, side by side. */
  readonly original: PingStatistics;
  readonly copy: PingStatistics;
  /** web1 during its move to the other host. */
  readonly swap: PingStatistics;
}

/** Takes a lab and says what it does. */
export interface DiaryOptions {
  readonly engine: Engine;
  readonly progress: (line: string) => void;
  /** Hears everything that cdktf prints. */
  readonly echo?: (text: string) => void;
}

/** Terraform wraps the host's lines; words are what counts. */
function words({ output }: CommandResult): string {
  return output.replace(/[\s│╷╵]+/g, ' ');
}

class Diary {
  public constructor(
    private readonly lab: Lab,
    private readonly project: LabProject,
    private readonly stranger: LabProject,
    private readonly facts: Omit<DiaryFacts, 'act'>,
    private readonly progress: (line: string) => void,
  ) {}

  public async run(): Promise<DiaryFigures> {
    this.progress('web1 on xen01, a bridge on either host');
    await this.makeDisk();
    await this.deploy('original', 'rack1', 'rack2');
    const before = await this.loss(WEB1.address);
    const { naive, moves } = await this.naive();
    const refusedAtSynth = await this.refusedAtSynth();
    const { refusedOnTheWire, forced } = await this.forced();
    const { copying, original, copy } = await this.copy();
    const swap = await this.swap();
    return { before, naive, moves, refusedAtSynth, refusedOnTheWire, forced, copying, original, copy, swap };
  }

  /** A guest's disk as it came from somewhere else: another MAC and another address stand on it. */
  private async makeDisk(): Promise<void> {
    const [xen01, xen02] = [this.lab.host('xen01'), this.lab.host('xen02')];
    await xen01.check(
      'lab-volume-group vg0 192 && lvcreate -q -n web1 -L 64M vg0 && lab-guest-disk /dev/vg0/web1 192.0.2.99 00:16:3e:11:22:33 web1',
    );
    await xen02.check('lab-volume-group vg0 128');
  }

  private async deploy(act: DiaryAct, ...stacks: readonly string[]): Promise<CommandResult> {
    this.project.setFacts({ ...this.facts, act });
    const result = await this.project.deploy(...stacks);
    if (result.status !== 0)
      throw new Error(`${act}: cdktf deploy ended with status ${result.status}:\n${result.output}`);
    return result;
  }

  private async loss(address: string, seconds = MEASURED_SECONDS): Promise<PingStatistics> {
    return this.lossDuring(address, () => delay(seconds * 1000));
  }

  private async lossDuring(address: string, what: () => Promise<unknown>): Promise<PingStatistics> {
    await this.lab.outside.awaitArp(address);
    const ping = await this.lab.outside.startPing(address, { intervalMs: 100 });
    await what();
    return ping.stop();
  }

  private async naive(): Promise<{ naive: PingStatistics; moves: number }> {
    this.progress(`by hand: a copy on xen02 with web1's MAC and ${COPY.address}`);
    const xen02 = this.lab.host('xen02');
    const lines = [
      'name = "web1-copy"',
      'memory = 96',
      'kernel = "/boot/guest/vmlinux"',
      'ramdisk = "/boot/guest/initrd.img"',
      `extra = "${GUEST_LINE} guest.name=web1-copy guest.ip=${COPY.address}/24 guest.gw=192.0.2.1"`,
      `vif = [ "mac=${WEB1.macAddress},bridge=xenbr0" ]`,
    ];
    await xen02.check(`printf '%s\\n' '${lines.join("' '")}' >/root/web1-copy && xl create -q /root/web1-copy`, {
      timeoutSeconds: 300,
    });
    await xen02.check(
      "for i in $(seq 240); do grep -aq 'GUEST: up' /var/log/xen/console/guest-web1-copy.log && exit 0; sleep 1; done; exit 1",
      { timeoutSeconds: 300 },
    );
    const moved = await this.moves();
    const naive = await this.loss(WEB1.address);
    const moves = (await this.moves()) - moved;
    await xen02.check('xl destroy web1-copy; rm /root/web1-copy');
    // The same story begins anew: web1 is heard again.
    await this.lab.outside.awaitArp(WEB1.address);
    return { naive, moves };
  }

  private async moves(): Promise<number> {
    const table = await this.lab.outside.macTable();
    return table.find((entry) => entry.mac === WEB1.macAddress)?.moves ?? 0;
  }

  private async refusedAtSynth(): Promise<string> {
    this.progress('the same through cdktf-xen: refused at synth');
    this.project.setFacts({ ...this.facts, act: 'naive-copy' });
    const result = await this.project.synth();
    if (result.status === 0) throw new Error('synth has let a copy pass that has the MAC of its original');
    return words(result);
  }

  private async forced(): Promise<{ refusedOnTheWire: string; forced: PingStatistics }> {
    this.progress('forced, by an app that does not know web1: refused on the wire');
    await this.lab.host('xen02').check('lvcreate -q -n web1-copy -L 64M vg0 </dev/null');
    const disk = `lab-guest-disk /dev/vg0/web1-copy ${COPY.address} ${WEB1.macAddress} web1-copy`;
    await this.lab.host('xen02').check(disk);
    this.stranger.setFacts({ ...this.facts, act: 'forced' });
    let result: CommandResult | undefined;
    const forced = await this.lossDuring(WEB1.address, async () => {
      result = await this.stranger.deploy('rack2');
    });
    if (result === undefined || result.status === 0) throw new Error('a deploy has started a guest with a MAC in use');
    await this.lab.host('xen02').check('lvremove -q -f vg0/web1-copy');
    return { refusedOnTheWire: words(result), forced };
  }

  private async copy(): Promise<Pick<DiaryFigures, 'copying' | 'original' | 'copy'>> {
    this.progress('the proper copy, made from the running web1');
    const copying = await this.lossDuring(WEB1.address, () => this.deploy('copy', 'rack2'));
    this.progress('both side by side');
    const [original, copy] = await Promise.all([this.loss(WEB1.address), this.loss(COPY.address)]);
    return { copying, original, copy };
  }

  private async swap(): Promise<PingStatistics> {
    this.progress('the swap: web1 moves to xen02, onto the disk that was rehearsed with');
    await this.deploy('leaving', 'rack1');
    await this.lab.host('xen02').check('xl shutdown -w web1-copy', { timeoutSeconds: 300 });
    return this.lossDuring(WEB1.address, async () => {
      await this.lab.host('xen01').check('xl shutdown -w web1', { timeoutSeconds: 300 });
      await this.deploy('moved', 'rack2');
      await this.lab.outside.awaitArp(WEB1.address);
    });
  }
}

/**
 * The admin's three days, on two real Xen hosts: what a naive copy does to its original, and how the same attempt ends
 * with this project: refused twice, then done properly.
 */
export async function keepDiary({ engine, progress, echo }: DiaryOptions): Promise<DiaryFigures> {
  progress('two real Xen hosts');
  const lab = await Lab.start({ hosts: ['xen01', 'xen02'] });
  const facts = { xen01: await factsOf(lab.host('xen01')), xen02: await factsOf(lab.host('xen02')) };
  const app = 'lab/diary/app.ts';
  const project = LabProject.create(engine, { facts: { ...facts, act: 'original' }, app, echo });
  const stranger = LabProject.create(engine, { facts: { ...facts, act: 'forced' }, app, echo });
  try {
    return await new Diary(lab, project, stranger, facts, progress).run();
  } finally {
    await lab.stop();
    project.remove();
    stranger.remove();
  }
}
