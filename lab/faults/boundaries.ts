import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bed } from '../bed/bed';

const FOLDER = '/.faults';

/** What the runtime calls around its steps; each is in dom0 under this name. */
const PROGRAMS = [
  ...['ifup', 'ifdown', 'brctl', 'arping', 'chkconfig', 'setsid', 'flock'],
  ...['dd', 'mv', 'ln', 'cp', 'rm', 'install', 'sync', 'sha256sum', 'sleep'],
];

/**
 * The step boundaries of the runtime in one bed: programs that it calls are replaced by intercept.sh, which notes each
 * call and can be told to wait at one. The product has no hooks for this.
 */
export class Boundaries {
  private constructor(private readonly bed: Bed) {}

  /** Puts the interceptors into a bed that is otherwise ready. */
  static async install(bed: Bed): Promise<Boundaries> {
    const boundaries = new Boundaries(bed);
    // On a file system of its own: one of the faults is that all others are full.
    await boundaries.inDom0(`mkdir ${FOLDER} && mount -t tmpfs -o size=4m faults ${FOLDER} && mkdir ${FOLDER}/real`);
    bed.write(`${FOLDER}/log`, '');
    for (const file of ['intercept.sh', 'signal.sh']) {
      bed.write(`${FOLDER}/${file}`, readFileSync(join(__dirname, file)), 0o755);
    }
    // Programs of the machine are links; the network scripts are dom0's own files.
    const keep = `case $place in /.host/*) ln -s "$place" ${FOLDER}/real/$name ;; *) cp -a "$place" ${FOLDER}/real/$name ;; esac`;
    await boundaries.inDom0(
      `for name in ${PROGRAMS.join(' ')}; do place=$(readlink -f "$(command -v $name)"); ${keep}; done`,
    );
    await boundaries.intercept(...PROGRAMS);
    return boundaries;
  }

  /** Stands before programs, also again after they were taken away. */
  async intercept(...programs: readonly string[]): Promise<void> {
    const stand = `${FOLDER}/real/cp --remove-destination ${FOLDER}/intercept.sh "$place"`;
    await this.inDom0(
      `for name in ${programs.join(' ')}; do place=$(command -v $name) || place=/usr/sbin/$name; ${stand}; done`,
    );
  }

  /** Replaces what stands behind an interceptor; without text the real one comes back. */
  async replace(program: string, text?: string): Promise<void> {
    const real = `${FOLDER}/real/${program}`;
    if (text === undefined) {
      await this.inDom0(`[ ! -e ${real}.saved ] || mv -f ${real}.saved ${real}`);
    } else {
      await this.inDom0(`[ -e ${real}.saved ] || cp -a ${real} ${real}.saved`);
      // A file of its own: a running script must not change under its shell.
      this.bed.write(`${real}.new`, text, 0o755);
      await this.inDom0(`mv -f ${real}.new ${real}`);
    }
  }

  stopAt(boundary: string): void {
    this.bed.write(`${FOLDER}/stop`, boundary);
  }

  get reached(): boolean {
    return existsSync(this.bed.path(`${FOLDER}/reached`));
  }

  /** Waits until the runtime stands at the boundary. False: `ended` came first. */
  async arrival(ended: () => boolean): Promise<boolean> {
    while (!this.reached) {
      if (ended()) return this.reached;
      await sleep(10);
    }
    return true;
  }

  /** Lets it go on, and stops it nowhere else. */
  release(): void {
    this.bed.remove(`${FOLDER}/stop`);
    writeFileSync(this.bed.path(`${FOLDER}/go`), '');
  }

  /** Counts anew. */
  forget(): void {
    this.bed.write(`${FOLDER}/log`, '');
  }

  /** Every boundary passed until now, in order. */
  passed(): readonly string[] {
    return this.bed.read(`${FOLDER}/log`).split('\n').filter(Boolean);
  }

  private async inDom0(script: string): Promise<void> {
    const { status, stderr } = await this.bed.dom0(['/bin/bash', '-c', script]);
    if (status !== 0) throw new Error(`faults: ${script}: status ${status}: ${stderr}`);
  }
}
