import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ControlClient } from './control';
import { LabHost } from './lab-host';
import { Outside } from './outside';
import { missingPrograms } from './requirements';

const prefix = 'cdktf-xen-lab-';

export interface LabOptions {
  /** xen01 to xen10; they start side by side. */
  readonly hosts: readonly string[];
  /** Hears a line for every step. */
  readonly progress?: (line: string) => void;
  /** The lab outlives this process; `Lab.attach` and `stop` find it by its directory. Default: it ends with this process. */
  readonly keep?: boolean;
}

/**
 * Real Xen hosts on a private LAN, for tests and for trying things out.
 *
 * ```ts
 * const lab = await Lab.start({ hosts: ['xen01', 'xen02'], progress: console.log });
 * const { stdout } = await lab.host('xen01').run('xl list');
 * const ping = await lab.outside.startPing('192.0.2.21', { intervalMs: 100 });
 * await lab.host('xen01').revert();
 * console.log(await ping.stop());
 * await lab.stop();
 * ```
 */
export class Lab {
  /** A machine on the LAN that is no host. */
  readonly outside: Outside;
  /** Faults to inject between a host and the LAN. */
  readonly network: {
    /** From now on nothing comes to or from the host, guests included; the link stays up. */
    drop(host: string): Promise<void>;
    restore(host: string): Promise<void>;
  };
  private readonly machines = new Map<string, LabHost>();

  private constructor(
    /** The run directory: consoles, pid files, sockets. Gone after `stop`. */
    readonly directory: string,
    private readonly control: ControlClient,
  ) {
    this.outside = new Outside(control);
    this.network = {
      drop: async (name) => {
        await control.call('drop', { name });
      },
      restore: async (name) => {
        await control.call('restore', { name });
      },
    };
  }

  static async start({ hosts, progress = () => undefined, keep = false }: LabOptions): Promise<Lab> {
    const missing = missingPrograms();
    if (missing.length > 0)
      throw new Error(
        `the lab needs programs that are missing; install them with: apt-get install -y ${missing.join(' ')}`,
      );
    removeLeftovers();
    const directory = mkdtempSync(join(tmpdir(), prefix));
    const log = join(directory, 'lab.log');
    const output = openSync(log, 'w');
    // In a session of its own: Ctrl-C must reach the owner, whose end then ends the lab in order.
    const child = spawn(
      process.execPath,
      ['--require', require.resolve('tsx/cjs'), join(__dirname, 'lab-process.ts'), directory],
      {
        detached: true,
        stdio: ['ignore', output, output],
      },
    );
    closeSync(output);
    const failed = new AbortController();
    child.on('exit', () => {
      failed.abort();
    });
    child.on('error', () => {
      failed.abort();
    });
    child.unref();
    const socket = join(directory, 'control.sock');
    const deadline = Date.now() + 60_000;
    while (!existsSync(socket)) {
      if (failed.signal.aborted || Date.now() > deadline) {
        const words = existsSync(log) ? readFileSync(log, 'utf8') : '';
        rmSync(directory, { recursive: true, force: true });
        throw new Error(`the lab's process did not start:\n${words}`);
      }
      await delay(20);
    }
    const control = await ControlClient.open(socket, progress);
    await control.call('own', {});
    const lab = new Lab(directory, control);
    try {
      await Promise.all(hosts.map((name) => lab.addHost(name)));
      if (keep) await control.call('keep', {});
    } catch (error) {
      await lab.stop();
      throw error;
    }
    return lab;
  }

  /** Joins a lab that runs already; it goes on when this process ends. */
  static async attach(directory: string, progress: (line: string) => void = () => undefined): Promise<Lab> {
    const control = await ControlClient.open(join(directory, 'control.sock'), progress).catch(() => {
      throw new Error(`no lab runs in '${directory}'`);
    });
    const lab = new Lab(directory, control);
    for (const description of await control.call('hosts', {}))
      lab.machines.set(description.name, new LabHost(control, description));
    return lab;
  }

  /** The directories of the labs that are kept; one that belongs to a running test is nobody else's business. */
  static running(): string[] {
    return readdirSync(tmpdir())
      .filter((name) => name.startsWith(prefix))
      .map((name) => join(tmpdir(), name))
      .filter((directory) => {
        const pid = labPid(directory);
        return pid !== undefined && isAlive(pid) && existsSync(join(directory, 'kept'));
      })
      .sort()
      .reverse();
  }

  get hosts(): LabHost[] {
    return [...this.machines.values()];
  }

  host(name: string): LabHost {
    const host = this.machines.get(name);
    if (host === undefined)
      throw new Error(`no host '${name}' in this lab, it has: ${[...this.machines.keys()].join(', ')}`);
    return host;
  }

  /** Adds a host to the LAN and waits until it is ready. */
  async addHost(name: string): Promise<LabHost> {
    const host = new LabHost(this.control, await this.control.call('addHost', { name }));
    this.machines.set(name, host);
    return host;
  }

  /** A port of loopback that leads to a guest, say to its page on port 80. */
  async forward(address: string, port: number): Promise<number> {
    return this.control.call('forward', { address, port });
  }

  /** Lets go of a lab without ending it, if it is kept or was joined. */
  detach(): void {
    this.control.close();
  }

  /** Ends every process of the lab and removes its directory. */
  async stop(): Promise<void> {
    const pid = labPid(this.directory);
    await this.control.call('stop', {}).catch(() => undefined);
    const deadline = Date.now() + 60_000;
    while (pid !== undefined && isAlive(pid)) {
      if (Date.now() > deadline) throw new Error(`the lab's process ${pid} does not end`);
      await delay(50);
    }
    this.control.close();
  }
}

/** A lab whose process was killed could not remove its directory. */
function removeLeftovers(): void {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(prefix))) {
    const directory = join(tmpdir(), name);
    const mine = statSync(directory, { throwIfNoEntry: false })?.uid === process.getuid?.();
    const pid = mine ? labPid(directory) : undefined;
    if (pid !== undefined && !isAlive(pid)) rmSync(directory, { recursive: true, force: true });
  }
}

function labPid(directory: string): number | undefined {
  const file = join(directory, 'lab.pid');
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
