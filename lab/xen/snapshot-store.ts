import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  constants,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheDirectory } from './cache';

const run = promisify(execFile);
/** The name of the snapshot within a disk. */
export const readySnapshot = 'ready';
const kept = 3;
const keptForMs = 4 * 3600 * 1000;

/**
 * Disks of hosts that are up and ready, one a host name. A snapshot fits only the machine that saved it, so its place is named
 * by everything that makes the machine: QEMU's version, its arguments, and the files it boots.
 */
export class SnapshotStore {
  private constructor(private readonly directory: string) {}

  static async open(machine: readonly (string | Buffer)[]): Promise<SnapshotStore> {
    const { stdout: version } = await run('qemu-system-x86_64', ['--version']);
    const hash = createHash('sha256').update(version);
    for (const part of machine) hash.update('\0').update(part);
    return new SnapshotStore(join(cacheDirectory(), 'snapshots', hash.digest('hex').slice(0, 16)));
  }

  has(name: string): boolean {
    return existsSync(this.disk(name));
  }

  /** A disk of its own for one run. */
  takeCopy(name: string, disk: string): void {
    copyFileSync(this.disk(name), disk, constants.COPYFILE_FICLONE);
    utimesSync(this.directory, new Date(), new Date());
  }

  /** Takes over the disk of a machine that saved its snapshot and ended. */
  keep(name: string, disk: string): void {
    mkdirSync(this.directory, { recursive: true });
    const unfinished = `${this.disk(name)}.${process.pid}`;
    copyFileSync(disk, unfinished, constants.COPYFILE_FICLONE);
    renameSync(unfinished, this.disk(name));
    this.prune();
  }

  remove(name: string): void {
    rmSync(this.disk(name), { force: true });
  }

  private disk(name: string): string {
    return join(this.directory, `${name}.qcow2`);
  }

  private prune(): void {
    const parent = join(this.directory, '..');
    const byAge = readdirSync(parent)
      .map((entry) => ({ path: join(parent, entry), usedAt: statSync(join(parent, entry)).mtimeMs }))
      .sort((a, b) => b.usedAt - a.usedAt);
    for (const { path, usedAt } of byAge.slice(kept))
      if (Date.now() - usedAt > keptForMs) rmSync(path, { recursive: true, force: true });
  }
}

/** A disk on which only what changes against the build's is written. */
export async function freshDisk(image: string, disk: string): Promise<void> {
  rmSync(disk, { force: true });
  await run('qemu-img', ['create', '-q', '-f', 'qcow2', '-F', 'raw', '-b', join(image, 'dom0.img'), disk]);
}
