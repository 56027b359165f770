import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, lstatSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { strictFolder } from '../el6/strict/strict';
import { resolveInRoot } from './files';
import { plug, type Guest, type GuestOptions } from './guest';
import { Holder, script } from './holder';
import { Programs } from './programs';
import { end, lanEnvironment, must, run, ROOT_ENVIRONMENT, type Result, type RunOptions } from './run';
import { installSshd, startSshd, type SshAccess } from './sshd';
import { parseState, type BedState } from './state';

export type { BedState, BridgeState, LinkState } from './state';
export type { Guest, GuestOptions } from './guest';
export type { Result, RunOptions } from './run';
export type { SshAccess } from './sshd';

export interface Nic {
  readonly name: string;
  readonly mac: string;
  /** False: the cable is not plugged in. */
  readonly connected?: boolean;
}

export interface BedOptions {
  /** Default: one, eth0 with MAC 52:54:00:aa:00:01. */
  readonly nics?: readonly Nic[];
  /** Addresses of the LAN side with prefix. Default: 192.0.2.1/24. */
  readonly lan?: readonly string[];
  /** A directory laid out as an EL6 root. Default: $LAB_EL6_ROOT, else the stand-in. */
  readonly el6Root?: string;
  readonly hostname?: string;
  /** Programs that dom0 lacks, as in ['brctl']. */
  readonly without?: readonly string[];
  /** Gives /var/lib a file system of its own of that size, to be filled up. */
  readonly varSizeKiB?: number;
  /** What dom0's programs may refuse without close() failing, as in [/^ip: /]. */
  readonly mayRefuse?: readonly RegExp[];
  /** False: dom0's programs know what the machine's know; for what is measured, and not tested. Default: true. */
  readonly strict?: boolean;
  /** Runs OpenSSH's daemon in dom0; a string is the address dom0 is going to have (default 192.0.2.10). */
  readonly sshd?: boolean | string;
}

const EL6 = resolve(__dirname, '../el6');

// What root on a host may do but a test must not do to the machine it runs on.
const FORBIDDEN = '-sys_module,-sys_time,-sys_rawio,-sys_boot,-syslog,-mac_admin,-mac_override,-wake_alarm,-sys_nice';

/** A plain Xen host's dom0 and its LAN, as namespaces of this machine. Needs root; changes nothing outside them. */
export class Bed {
  private readonly running = new Set<ChildProcess>();
  private readonly plugged = new Map<string, Guest>();
  /** dom0's programs, to be replaced; and what they have refused. */
  readonly programs: Programs;
  private access: SshAccess | undefined;
  private neighbours = 0;

  private constructor(
    private readonly options: BedOptions,
    private readonly directory: string,
    private readonly host: Holder,
    private readonly wire: Holder,
  ) {
    this.programs = new Programs(this, options.strict !== false);
  }

  static async open(options: BedOptions = {}): Promise<Bed> {
    if (process.getuid?.() !== 0)
      throw new Error('a bed is made of namespaces, which only root can make: run this as root');
    const directory = mkdtempSync(join(tmpdir(), 'bed-'));
    mkdirSync(join(directory, 'home'));
    const el6Root = resolve(options.el6Root ?? process.env['LAB_EL6_ROOT'] ?? join(EL6, 'stand-in'));
    const fresh = ['--kill-child', '--fork', '--pid', '--net', '--mount'];
    const started = await Promise.allSettled([
      Holder.start([
        ...['bash', script('sweep.sh'), directory, 'unshare', ...fresh, '--uts', '--ipc', '--'],
        ...['bash', script('dom0-init.sh'), directory, options.hostname ?? 'dom0.example.test'],
        ...[String(options.varSizeKiB ?? 0), el6Root, join(EL6, 'shims')],
        options.strict === false ? '' : strictFolder(),
      ]),
      Holder.start(['unshare', ...fresh, '--', 'bash', script('lan-init.sh'), ...(options.lan ?? ['192.0.2.1/24'])]),
    ]);
    const [host, wire] = started;
    if (host.status === 'rejected' || wire.status === 'rejected') {
      for (const one of started) if (one.status === 'fulfilled') await one.value.stop();
      rmSync(directory, { recursive: true, force: true });
      const reasons = started.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : []));
      throw new Error(`bed: cannot open: ${reasons.join('; ')}`);
    }
    const bed = new Bed(options, directory, host.value, wire.value);
    try {
      await bed.furnish();
    } catch (error) {
      await bed.close();
      throw error;
    }
    return bed;
  }

  /** A process in dom0's namespaces, as the machine counts them. */
  get dom0Pid(): number {
    return this.host.pid;
  }

  /** A process in the LAN side's namespaces, as the machine counts them. */
  get lanPid(): number {
    return this.wire.pid;
  }

  /** A directory of the machine, mode 700, that goes with the bed. */
  get scratch(): string {
    return this.directory;
  }

  get sshd(): SshAccess {
    if (this.access === undefined) throw new Error('bed: opened without sshd');
    return this.access;
  }

  /** Runs a command as root in dom0. */
  dom0(argv: readonly string[], options: RunOptions = {}): Promise<Result> {
    return run([...this.enterDom0(), ...argv], this.directory, {
      ...options,
      env: { ...ROOT_ENVIRONMENT, ...options.env },
    });
  }

  /** Runs a command of the machine in the LAN: its own files, but the LAN's network. */
  lan(argv: readonly string[], options: RunOptions = {}): Promise<Result> {
    return run([...this.enterLan(), ...argv], this.directory, {
      ...options,
      env: { ...this.lanEnvironment, ...options.env },
    });
  }

  spawnDom0(argv: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
    return this.background([...this.enterDom0(), ...argv], { ...ROOT_ENVIRONMENT, ...env });
  }

  spawnLan(argv: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
    return this.background([...this.enterLan(), ...argv], { ...this.lanEnvironment, ...env });
  }

  /** Ends what spawnDom0 or spawnLan started. Its own kill() would only end the door it went through. */
  end(child: ChildProcess): Promise<void> {
    return end(child);
  }

  /** The place on the machine of a file in dom0's root. Valid until close(). */
  path(path: string): string {
    return resolveInRoot(`/proc/${this.host.pid}/root`, path);
  }

  write(path: string, text: string | Uint8Array, mode = 0o644): void {
    const place = this.path(path);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, text);
    chmodSync(place, mode);
  }

  read(path: string): string {
    return readFileSync(this.path(path), 'utf8');
  }

  exists(path: string): boolean {
    return lstatSync(this.path(path), { throwIfNoEntry: false }) !== undefined;
  }

  remove(path: string): void {
    rmSync(join(this.path(dirname(path)), path.slice(path.lastIndexOf('/'))), { recursive: true, force: true });
  }

  /** Takes a program away from dom0, wherever its PATH finds it. */
  hide(program: string): void {
    this.programs.hide(program);
  }

  async state(): Promise<BedState> {
    const observed = await must([...this.enterDom0(), '/.host/usr/bin/bash', '/.bed/observe.sh'], this.directory);
    return parseState(observed, this.exists('/etc/resolv.conf') ? this.read('/etc/resolv.conf') : '');
  }

  /** What Xen's vif-bridge does for a guest that starts; the guest answers ARP and ping. */
  async addVif(name: string, bridge: string, options: GuestOptions): Promise<Guest> {
    const mtu = (await this.state()).bridges[bridge]?.mtu;
    if (mtu === undefined) throw new Error(`bed: Could not find bridge device ${bridge}`);
    return this.keep(
      name,
      await plug(
        this.host.pid,
        name,
        options,
        [
          `link set ${name} address fe:ff:ff:ff:ff:ff mtu ${mtu}`,
          `link set ${name} master ${bridge}`,
          `link set ${name} up`,
        ],
        this.directory,
      ),
    );
  }

  /** A guest or another machine that was added, by the name of its interface. */
  guest(name: string): Guest | undefined {
    return this.plugged.get(name);
  }

  /** Another machine on the LAN. */
  async addNeighbour(options: GuestOptions): Promise<Guest> {
    this.neighbours += 1;
    const name = `lan-n${this.neighbours}`;
    const attach = [`link set ${name} master lan0`, `link set ${name} up`];
    return this.keep(name, await plug(this.wire.pid, name, options, attach, this.directory));
  }

  /** Pulls or plugs a NIC's cable, on the LAN's side. */
  async link(nic: string, state: 'up' | 'down'): Promise<void> {
    const index = this.nics.findIndex((one) => one.name === nic);
    if (index < 0) throw new Error(`bed: no NIC ${nic}`);
    await must([...this.enterLan(), 'ip', 'link', 'set', `lan-p${index}`, state], this.directory);
  }

  /** Cuts the power and boots again: run level 3, sshd last. Guests are gone. Returns what the boot printed. */
  async reboot(): Promise<Result> {
    const nics = this.nics.map((nic) => `${nic.name}=${nic.mac}`);
    const hostname = this.options.hostname ?? 'dom0.example.test';
    const boot = await this.dom0(['/.host/usr/bin/bash', '/.bed/boot.sh', hostname, ...nics]);
    for (const [name, guest] of [...this.plugged]) {
      if (name.startsWith('lan-n')) continue;
      await guest.close();
      this.plugged.delete(name);
    }
    if (this.access !== undefined) await startSshd(this);
    return boot;
  }

  /** Ends the bed. Fails if a program has refused something, even if the script that asked has swallowed that. */
  async close(): Promise<void> {
    await Promise.all([...this.running].map(end));
    await Promise.all([...this.plugged.values()].map((guest) => guest.close()));
    let refused: readonly string[];
    try {
      refused = this.programs.refusals();
    } finally {
      await Promise.all([this.host.stop(), this.wire.stop()]);
      rmSync(this.directory, { recursive: true, force: true });
    }
    const surprising = refused.filter((line) => this.options.mayRefuse?.some((pattern) => pattern.test(line)) !== true);
    if (surprising.length > 0)
      throw new Error(`bed: dom0's programs refused what CentOS 6's lack:\n${surprising.join('\n')}`);
  }

  private get nics(): readonly Nic[] {
    return this.options.nics ?? [{ name: 'eth0', mac: '52:54:00:aa:00:01' }];
  }

  private async furnish(): Promise<void> {
    for (const program of this.options.without ?? []) this.hide(program);
    const cables = this.nics.flatMap((nic, index) => [
      `link add lan-p${index} type veth peer name ${nic.name} address ${nic.mac} netns ${this.host.pid}`,
      `link set lan-p${index} master lan0 ${nic.connected === false ? 'down' : 'up'}`,
    ]);
    // Not by enterLan(): the kernel looks "netns PID" up among the processes that the caller can see.
    const plumber = ['nsenter', '-t', String(this.wire.pid), '-n', 'ip', '-batch', '-'];
    await must(plumber, this.directory, { input: `${cables.join('\n')}\n` });
    if (this.options.sshd === undefined || this.options.sshd === false) return;
    const address = this.options.sshd === true ? '192.0.2.10' : this.options.sshd;
    this.access = await installSshd(this, address, this.directory);
    await startSshd(this);
  }

  private keep(name: string, guest: Guest): Guest {
    this.plugged.set(name, guest);
    return guest;
  }

  private enterDom0(): readonly string[] {
    const pid = String(this.host.pid);
    return ['nsenter', '-t', pid, '-m', '-p', '-u', '-i', '-n', '/.host/usr/bin/setpriv', '--bounding-set', FORBIDDEN];
  }

  private enterLan(): readonly string[] {
    return ['nsenter', '-t', String(this.wire.pid), '-m', '-p', '-n'];
  }

  private get lanEnvironment(): Readonly<Record<string, string>> {
    return lanEnvironment(join(this.directory, 'home'));
  }

  private background(argv: readonly string[], env: Readonly<Record<string, string>>): ChildProcess {
    const [file = '', ...args] = argv;
    const child = spawn(file, args, { cwd: '/', detached: true, env, stdio: 'pipe' });
    this.running.add(child);
    child.once('exit', () => this.running.delete(child));
    return child;
  }
}
