import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hostAddresses, type HostAddresses } from './addresses';
import { identityFile, type Image } from './cache';
import { ConsoleLog } from './console-log';
import type { HostDescription } from './control';
import { hostKeys, initramfsFor, type HostKeys } from './host-identity';
import { hostArguments, Qemu, type MachineOptions } from './qemu';
import { freshDisk, readySnapshot, SnapshotStore } from './snapshot-store';
import { runSsh, type SshTarget } from './ssh';

/** Time limits, far above what is usual: the machine below may be busy, and a limit that strikes helps nobody. */
const limits = { bootSeconds: 300, sshSeconds: 180, snapshotSeconds: 120 };

export interface HostSetting {
  readonly image: Image;
  /** The host's part of the run directory. */
  readonly directory: string;
  readonly switchPort: number;
  readonly sshPort: number;
  readonly progress: (line: string) => void;
}

/** One Xen host of the lab: a QEMU with its disk, from its first boot or its snapshot to its power cut. */
export class HostMachine {
  private qemu: Qemu | undefined;
  private readonly console: ConsoleLog;
  private readonly target: SshTarget;
  private readonly machine: MachineOptions;

  private constructor(
    private readonly addresses: HostAddresses,
    private readonly keys: HostKeys,
    private readonly store: SnapshotStore,
    private readonly setting: HostSetting,
  ) {
    const { directory, image, switchPort, sshPort } = setting;
    this.console = new ConsoleLog(join(directory, 'console.log'));
    this.target = { sshPort, identityFile: identityFile(), knownHostsFile: join(directory, 'known_hosts') };
    this.machine = machineOptions(addresses, image, directory, switchPort);
  }

  static async prepare(name: string, setting: HostSetting): Promise<HostMachine> {
    const { image, directory, sshPort } = setting;
    const addresses = hostAddresses(name);
    const keys = await hostKeys(name);
    mkdirSync(directory, { recursive: true });
    const initramfs = initramfsFor(name, keys, join(image.directory, 'initrd.img'));
    writeFileSync(join(directory, 'initrd.img'), initramfs, { mode: 0o600 });
    writeFileSync(
      join(directory, 'known_hosts'),
      keys.publicLines.map((line) => `[127.0.0.1]:${sshPort} ${line}\n`).join(''),
    );
    // Same machine, whatever the run: paths and ports are left out of what names its snapshot.
    const shape = hostArguments(machineOptions(addresses, { ...image, directory: image.buildId }, 'run', 0));
    const store = await SnapshotStore.open([...shape, initramfs]);
    return new HostMachine(addresses, keys, store, setting);
  }

  get running(): boolean {
    return this.qemu?.running ?? false;
  }

  describe(): HostDescription {
    return {
      ...this.addresses,
      uplink: 'eth0',
      sshAddress: '127.0.0.1',
      ...this.target,
      hostKeys: this.keys.publicLines,
      consoleFile: this.console.path,
      pid: this.qemu?.pid ?? 0,
      running: this.running,
    };
  }

  /** Brings the host up as freshly installed: from its snapshot in seconds, or by a boot that makes the snapshot. */
  async start(): Promise<void> {
    const { name } = this.addresses;
    if (this.store.has(name)) {
      try {
        await this.startFromStore();
        return;
      } catch (error) {
        this.say(`snapshot does not load, making a new one (${firstLine(error)})`);
        this.store.remove(name);
        await this.qemu?.kill();
      }
    }
    await freshDisk(this.setting.image.directory, this.machine.disk);
    await this.boot();
    await this.saveSnapshot();
    // From the store even now: this proves the snapshot, and every start leaves the same state behind.
    await this.startFromStore();
  }

  /** Power on: a cold boot from the disk as it is. */
  async boot(): Promise<void> {
    if (this.running) throw new Error(`host '${this.addresses.name}' is running already`);
    const started = performance.now();
    const mark = this.console.mark();
    await this.startQemu();
    await this.untilBooted(mark);
    this.say(`booted in ${seconds(started)}`);
  }

  /** Waits for the end of a reboot that the host itself began; `mark` is the console's size before it. */
  async untilBooted(mark: number): Promise<void> {
    const { name } = this.addresses;
    const deadline = Date.now() + limits.bootSeconds * 1000;
    while (!/^LAB: ready/m.test(this.console.since(mark))) {
      if (!this.running) throw this.failure(`host '${name}' stopped while booting`);
      if (Date.now() > deadline) throw this.failure(`host '${name}' is not up after ${limits.bootSeconds} s`);
      await delay(100);
    }
    await this.untilSsh();
  }

  /** Ends the host without a word to it; what it had not written to its disk is gone. */
  async powerCut(): Promise<void> {
    await this.qemu?.kill();
  }

  /** Memory and disk as `start` left them. */
  async revert(): Promise<void> {
    if (this.qemu !== undefined && this.running) {
      const answer = await this.qemu.monitor.human(`loadvm ${readySnapshot}`);
      if (answer === '') {
        await this.untilSsh();
        return;
      }
      this.say(`snapshot does not load into the running host (${answer})`);
    }
    await this.qemu?.kill();
    await this.start();
  }

  private async startFromStore(): Promise<void> {
    const started = performance.now();
    this.store.takeCopy(this.addresses.name, this.machine.disk);
    await this.startQemu(readySnapshot);
    await this.untilSsh();
    this.say(`ready from its snapshot in ${seconds(started)}`);
  }

  private async startQemu(loadSnapshot?: string): Promise<void> {
    const { directory } = this.setting;
    this.qemu = await Qemu.start(
      hostArguments(this.machine, loadSnapshot),
      this.machine.monitor,
      join(directory, 'qemu.log'),
    );
    writeFileSync(join(directory, 'qemu.pid'), `${this.qemu.pid}\n`);
  }

  private async saveSnapshot(): Promise<void> {
    const { qemu } = this;
    if (qemu === undefined) return;
    const started = performance.now();
    // Less memory in use is a smaller snapshot, and a quicker load.
    await runSsh(this.target, 'sync; echo 3 >/proc/sys/vm/drop_caches', { timeoutSeconds: limits.sshSeconds });
    const answer = await qemu.monitor.human(`savevm ${readySnapshot}`);
    if (answer !== '') throw this.failure(`QEMU could not save a snapshot: ${answer}`);
    await qemu.quit();
    this.store.keep(this.addresses.name, this.machine.disk);
    this.say(`snapshot saved in ${seconds(started)}`);
  }

  /** Logs in, and sets the clock: a loaded snapshot wakes at the time when it was saved. */
  private async untilSsh(): Promise<void> {
    const { name } = this.addresses;
    const deadline = Date.now() + limits.sshSeconds * 1000;
    for (;;) {
      const left = Math.max(1, Math.ceil((deadline - Date.now()) / 1000));
      const command = `date -u -s @${Math.round(Date.now() / 1000)} >/dev/null && test -e /run/lab-ready`;
      const result = await runSsh(this.target, command, { timeoutSeconds: left }).catch((error: unknown) => ({
        status: 255,
        stderr: String(error),
      }));
      if (result.status === 0) return;
      if (!this.running) throw this.failure(`host '${name}' stopped: ${this.qemu?.complaints() ?? ''}`);
      if (Date.now() > deadline)
        throw this.failure(`no SSH to host '${name}' after ${limits.sshSeconds} s: ${result.stderr.trim()}`);
      await delay(100);
    }
  }

  private failure(message: string): Error {
    return new Error(`${message}\n${this.console.tail()}`);
  }

  private say(text: string): void {
    this.setting.progress(`${this.addresses.name}: ${text}`);
  }
}

function machineOptions(
  { name, macAddress }: HostAddresses,
  image: Image,
  directory: string,
  switchPort: number,
): MachineOptions {
  return {
    name,
    macAddress,
    image: image.directory,
    initramfs: join(directory, 'initrd.img'),
    disk: join(directory, 'disk.qcow2'),
    switchPort,
    console: join(directory, 'console.log'),
    monitor: join(directory, 'monitor.sock'),
  };
}

function seconds(started: number): string {
  return `${((performance.now() - started) / 1000).toFixed(1)} s`;
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
