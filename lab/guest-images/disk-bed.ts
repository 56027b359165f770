import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Holder } from '../bed/holder';
import { layStrict } from '../el6/strict/strict';
import { type GuestImage, type Layout, makeImage } from './image';
import type { GuestOs } from './root-tree';

const ROOT = join(__dirname, '../..');
const STATE = '/var/lib/cdktf-xen';

/** What came of one run. */
export interface Outcome {
  readonly status: number | null;
  /** What the person who deploys sees, without the host's and the unit's name. */
  readonly output: string;
  readonly log: string;
}

/** What one run is called with beside the disk. */
export interface Wish {
  readonly action?: 'plan' | 'write' | 'show' | 'probe';
  readonly os?: GuestOs;
  readonly root?: string;
  readonly disk?: string;
  readonly nics?: readonly string[];
  readonly hostname?: string;
  readonly domu?: string;
  /** Ends the run by a signal before the n-th call of a program that changes something, or the first of the one named. */
  readonly killAt?: number | string;
  readonly killWith?: 'KILL' | 'TERM';
}

/** The loop devices that an image is attached to. Others come and go meanwhile. */
function loopsOf(image: GuestImage): string[] {
  const backing = (name: string): string => {
    try {
      return readFileSync(`/sys/block/${name}/loop/backing_file`, 'utf8');
    } catch {
      return '';
    }
  };
  return readdirSync('/sys/block').filter((name) => name.startsWith('loop') && backing(name).includes(image.path));
}

/**
 * A dom0 as far as a guest's disk sees it: the machine's own loop devices and mounts, in a mount namespace with a
 * /var/lib of its own, and a stand-in for xl. Each case gets its own copy of a disk.
 */
export class DiskBed {
  private readonly masters = new Map<string, GuestImage>();
  private runs = 0;

  private constructor(
    private readonly holder: Holder,
    /** Goes with the bed. */
    readonly directory: string,
  ) {}

  static async open(): Promise<DiskBed> {
    const directory = mkdtempSync(join(tmpdir(), 'guest-disk-'));
    const script = 'mount -t tmpfs tmpfs /var/lib && echo ready $$ && exec bash "$0"';
    const holder = await Holder.start([
      ...['unshare', '-m', '--propagation', 'private', 'bash', '-c', script],
      join(ROOT, 'lab/bed/hold.sh'),
    ]);
    const bed = new DiskBed(holder, directory);
    mkdirSync(join(directory, 'bin'));
    layStrict(join(directory, 'strict'));
    writeFileSync(bed.refusals, '');
    bed.standIn('xl');
    bed.standIn('xenstore-ls');
    bed.standIn('xenstore-list');
    bed.domains('');
    return bed;
  }

  /** Puts the stand-in for a program of Xen in its place. */
  standIn(name: 'xl' | 'xenstore-ls' | 'xenstore-list'): void {
    copyFileSync(join(ROOT, 'lab/guest-images/xen-stand-in.sh'), join(this.directory, 'bin', name));
    chmodSync(join(this.directory, 'bin', name), 0o755);
  }

  /** Puts a program of its own in front of the machine's. What CentOS 6's would refuse never gets to it. */
  program(name: string, script: string): void {
    writeFileSync(join(this.directory, 'bin', name), `#!/bin/bash\n${script}\n`, { mode: 0o755 });
  }

  /** Ends the bed. Fails if a program has refused what CentOS 6's would, even if the script has swallowed that. */
  async close(): Promise<void> {
    const refused = readFileSync(this.refusals, 'utf8');
    await this.holder.stop();
    rmSync(this.directory, { recursive: true });
    if (refused !== '') throw new Error(`disk bed: dom0's programs refused what CentOS 6's lack:\n${refused}`);
  }

  /** Where a program that refuses something says so, a line each. */
  private get refusals(): string {
    return join(this.directory, 'refused');
  }

  /** Says what runs, `ID NAME` a line, and what xenstore has of its disks. */
  domains(list: string, xenstore = ''): void {
    writeFileSync(join(this.directory, 'bin/domains'), list);
    writeFileSync(join(this.directory, 'bin/xenstore'), xenstore);
  }

  /** A fresh copy of a guest's disk. */
  disk(os: GuestOs, layout: Layout): GuestImage {
    const key = `${os}-${layout}`;
    let master = this.masters.get(key);
    if (master === undefined) {
      const directory = join(this.directory, key);
      mkdirSync(directory);
      master = makeImage(directory, os, layout);
      this.masters.set(key, master);
    }
    this.runs += 1;
    const path = join(this.directory, `case-${this.runs}.img`);
    this.check(`cp --sparse=always '${master.path}' '${path}'`);
    return { ...master, path };
  }

  /** Runs a command where the runtime runs; fails when it fails. */
  check(command: string): string {
    const { status, stdout, stderr } = this.enter(['bash', '-euo', 'pipefail', '-c', command]);
    if (status !== 0) throw new Error(`${command}: exit status ${status}: ${stdout}${stderr}`);
    return stdout;
  }

  /** Changes files of a guest by hand, with the root at `$ROOT`. */
  inGuest(image: GuestImage, command: string, options = 'rw'): string {
    const root = join(this.directory, 'mounted');
    mkdirSync(root, { recursive: true });
    const said = this.check(
      `mount -o loop,offset=${image.offset},${options} '${image.path}' '${root}'; trap "umount '${root}'" EXIT; export ROOT='${root}'; cd '${root}'; ${command}; cd /`,
    );
    this.awaitDetached(image);
    return said;
  }

  /** The kernel detaches a loop device only when nobody on this machine looks at it any more. */
  private awaitDetached(image: GuestImage): void {
    const deadline = performance.now() + 20_000;
    while (loopsOf(image).length > 0) {
      if (performance.now() > deadline) throw new Error(`${image.path} stays attached to ${loopsOf(image).join(' ')}`);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }

  /** Runs the component on a disk. */
  run(image: GuestImage, wish: Wish = {}): Outcome {
    const { folder, command } = this.prepare(image, wish);
    const { status, stdout, stderr } = this.enter(command);
    return outcome(folder, status, stdout + stderr);
  }

  /** The same without waiting for it here. */
  async start(image: GuestImage, wish: Wish = {}): Promise<Outcome> {
    const { folder, command } = this.prepare(image, wish);
    const child = spawn('nsenter', this.inside(command), { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const [status] = (await once(child, 'close')) as [number | null];
    return outcome(folder, status, said);
  }

  private prepare(image: GuestImage, wish: Wish): { folder: string; command: string[] } {
    this.runs += 1;
    const folder = join(this.directory, `run-${this.runs}`);
    mkdirSync(folder);
    cpSync(join(ROOT, 'lib/runtime'), join(folder, 'runtime'), { recursive: true });
    const { action = 'write', os = 'el6', nics = [NIC], hostname = 'web1.example.org', domu = 'web1' } = wish;
    const args = [action, `run${this.runs}`, domu, 'guest-os', os];
    args.push('root-disk', wish.disk ?? `file,${image.path}`, 'root', wish.root ?? image.root);
    if (hostname !== '') args.push('guest-hostname', hostname);
    for (const nic of nics) args.push('guest-nic', nic);
    const path = `PATH=${this.directory}/strict:${this.directory}/bin:/usr/sbin:/usr/bin:/sbin:/bin`;
    const environment = [path, `EL6_STRICT_LOG=${this.refusals}`];
    if (wish.killAt !== undefined) environment.push(`KILL_AT=${wish.killAt}`, `KILL_WITH=${wish.killWith ?? 'KILL'}`);
    const script = ['bash', join(ROOT, 'lab/guest-images/apply.sh'), ...args];
    return { folder, command: ['env', '-i', '-C', folder, ...environment, ...script] };
  }

  /** Where the copies of the last run lie, by their path in the guest. */
  backups(): Map<string, string> {
    const found = new Map<string, string>();
    const list = this.check(`cd ${STATE}/backup && ls -d */guest/web1 | sort -V | tail -n 1`).trim();
    for (const path of this.check(`cd ${STATE}/backup/${list} && find . -type f -printf '%P\\n'`).trim().split('\n')) {
      found.set(path, this.check(`cat ${STATE}/backup/${list}/${path}`));
    }
    return found;
  }

  /**
   * Everything in a guest's root, by path: kind, mode, owner, times, size, attributes and a hash of the content. Of
   * folders no times: a rename in them changes those.
   */
  snapshot(image: GuestImage): Map<string, string> {
    const listing = this.inGuest(
      image,
      `find . -mindepth 1 ! -path './lost+found*' \\( -type d -printf '%P\\t%y %m %U:%G\\n' -o -printf '%P\\t%y %m %U:%G %s %T@ %l\\n' \\); find . -type f -exec sha256sum {} + | sed 's/^\\([0-9a-f]*\\)  .\\/\\(.*\\)/\\2\\t\\1/'`,
      'ro,noload',
    );
    const found = new Map<string, string>();
    for (const line of listing.trim().split('\n')) {
      const [path = '', facts = ''] = line.split('\t');
      found.set(path, `${found.get(path) ?? ''} ${facts}`);
    }
    return found;
  }

  /** A text file of a guest. */
  read(image: GuestImage, path: string): string {
    return this.inGuest(image, `cat '${path}'`, 'ro,noload');
  }

  /** What e2fsck has to say, without touching anything; empty when the file system is whole. */
  faults(image: GuestImage): string {
    const loop = this.check(`losetup -r -f --show -o ${image.offset} '${image.path}'`).trim();
    const { status, stdout, stderr } = this.enter(['e2fsck', '-fn', loop]);
    this.check(`losetup -d ${loop}`);
    this.awaitDetached(image);
    return status === 0 ? '' : `${stdout}${stderr}`;
  }

  /** A copy of a disk as a power cut leaves it: its root mounted, something written, nothing unmounted. */
  cutOff(image: GuestImage): GuestImage {
    this.runs += 1;
    const path = join(this.directory, `case-${this.runs}.img`);
    this.inGuest(image, `echo lost > written; sync -f .; cp --sparse=always '${image.path}' '${path}'; rm written`);
    return { ...image, path };
  }

  /** What was left open: mounts, loop devices, noted openings. */
  leftOpen(image: GuestImage): string[] {
    const mounts = this.check(`grep -E ' (${STATE}|${this.directory})' /proc/mounts || :`);
    const noted = this.check(`ls ${STATE}/guest-disk 2>/dev/null || :`);
    return [mounts, ...loopsOf(image), noted].filter((line) => line !== '');
  }

  private inside(command: readonly string[]): string[] {
    return ['-t', `${this.holder.pid}`, '-m', '--', ...command];
  }

  private enter(command: readonly string[]) {
    // timeout(1) ends all that the command has started, which would go on for hours: a guest's disk may hold terabytes.
    return spawnSync('nsenter', this.inside(['timeout', '-s', 'KILL', '120', ...command]), {
      encoding: 'utf8',
      timeout: 150_000,
      maxBuffer: 64 * 1024 * 1024,
    });
  }
}

function outcome(folder: string, status: number | null, said: string): Outcome {
  const log = existsSync(join(folder, 'log')) ? readFileSync(join(folder, 'log'), 'utf8') : '';
  rmSync(folder, { recursive: true });
  return { status, output: said.replace(/^xen01 domU-[^:]*: /gm, ''), log };
}

/** The identity that the cases promise, in the form of the word guest-nic. */
export const NIC = 'eth0,00:16:3e:a6:05:8f,192.0.2.21,24,192.0.2.1,192.0.2.53';
