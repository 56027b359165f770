import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { DiskBed, type Outcome, type Wish } from '../../lab/guest-images/disk-bed';
import type { GuestImage, Layout } from '../../lab/guest-images/image';
import type { GuestOs } from '../../lab/guest-images/root-tree';

/** One guest's disk, and what is asked for. */
export interface DiskCase extends Wish {
  readonly layout?: Layout;
  /** What an admin has done in the guest before, as shell commands in its root. */
  readonly before?: string;
  /** A disk to go on with, where it is not a fresh one. */
  readonly image?: GuestImage;
}

/** What a case has left. */
export interface Written extends Outcome {
  readonly image: GuestImage;
  /** Paths of the guest that are not as they were. */
  readonly changed: readonly string[];
  readonly read: (path: string) => string;
}

export function hashOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** The cases of one test file on one bed; every case is checked for what must hold whatever happens. */
export class DiskCases {
  private constructor(readonly bed: DiskBed) {}

  /** @param change deviceMapper 'absent': as with a kernel that has none, on whatever machine the tests run */
  static async open(change: { readonly deviceMapper?: 'absent' } = {}): Promise<DiskCases> {
    const bed = await DiskBed.open();
    if (change.deviceMapper === 'absent') bed.program('dmsetup', 'exit 1');
    return new DiskCases(bed);
  }

  prepare(change: DiskCase): GuestImage {
    const os: GuestOs = change.os ?? 'el6';
    const image = change.image ?? this.bed.disk(os, change.layout ?? 'whole');
    if (change.before !== undefined) this.bed.inGuest(image, change.before);
    return image;
  }

  /** Writes, which must succeed, leave a whole file system and nothing open; a second run must find nothing to do. */
  write(change: DiskCase = {}): Written {
    const image = this.prepare(change);
    const before = this.bed.snapshot(image);
    const outcome = this.bed.run(image, change);
    expect(outcome.status === 0 ? '' : outcome.output + outcome.log).toBe('');
    expect(this.bed.leftOpen(image)).toEqual([]);
    expect(this.bed.faults(image)).toBe('');
    const after = this.bed.snapshot(image);
    const written = hashOf(image.path);
    const again = this.bed.run(image, change);
    expect(again.output).toContain('identity on the disk is right already\nchanged: no\n');
    expect(hashOf(image.path)).toBe(written);
    const paths = [...new Set([...before.keys(), ...after.keys()])];
    return {
      ...outcome,
      image,
      changed: paths.filter((path) => before.get(path) !== after.get(path)).sort(),
      read: (path) => this.bed.read(image, path),
    };
  }

  /** Is refused, without a byte of the disk changed; gives what was said. */
  refusal(change: DiskCase): string {
    const image = this.prepare(change);
    const before = hashOf(image.path);
    const outcome = this.bed.run(image, change);
    expect(outcome.output).toContain('error: ');
    expect(outcome.output).toContain('nothing was changed');
    expect(outcome.output).not.toContain('unexpected failure');
    expect(outcome.status).toBe(1);
    expect(this.bed.leftOpen(image)).toEqual([]);
    expect(hashOf(image.path)).toBe(before);
    return outcome.output;
  }
}

/** A shell command that writes lines to a file of the guest. */
export function lines(path: string, ...content: string[]): string {
  return `printf '%s\\n' ${content.map((line) => `'${line.replaceAll("'", `'\\''`)}'`).join(' ')} > ${path}`;
}
