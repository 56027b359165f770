import type { BootModel } from './boot';
import { type DiskModel, diskIdentity } from './disk';
import type { Checklist } from './errors';
import { flag, integer, whenOmitted } from './fields';
import type { MacAddress } from './mac-address';

/** A disk of a copy and the disk that it is filled from. */
export interface DiskCopy {
  readonly source: DiskModel;
  readonly target: DiskModel;
}

/** The original of a copy, and how the copy's disks are made. */
export interface GuestCopyModel {
  readonly original: string;
  readonly originalHost: string;
  /** What is to be copied; disks that both only read are shared. */
  readonly disks: readonly DiskCopy[];
  /** Size of the LVM snapshot that a running original is copied from; 0 = a running original is refused. */
  readonly snapshotMiB: number;
}

/** The facts of a guest that its copies must differ from. */
export interface CopiedGuest {
  readonly name: string;
  readonly boot: BootModel;
  readonly disks: readonly DiskModel[];
  readonly vifs: readonly {
    readonly macAddress: MacAddress;
    readonly address: string | undefined;
    readonly bridge: { readonly lan: { readonly name: string } };
  }[];
}

/** A copy as given. */
export interface GuestCopyInput {
  readonly original: CopiedGuest;
  readonly originalHost: string;
  readonly host: string;
  readonly copyDisks?: boolean;
  readonly snapshotMiB?: number;
}

const SNAPSHOT = { min: 0, max: 16_777_216 };

function checkVifs(check: Checklist, original: CopiedGuest, copy: CopiedGuest): void {
  copy.vifs.forEach((vif, index) => {
    const lan = vif.bridge.lan.name;
    for (const theirs of original.vifs) {
      if (theirs.bridge.lan.name !== lan) continue;
      if (vif.address !== undefined && theirs.address === vif.address) {
        check.problem(
          `vifs[${index}].address ${vif.address} is its original's on lan '${lan}'; give the copy one of its own`,
        );
      }
      if (theirs.macAddress === vif.macAddress) {
        check.problem(
          `vifs[${index}].macAddress ${vif.macAddress} is its original's on lan '${lan}': both would lose the network; ` +
            'leave macAddress out, and it follows from the name of the copy',
        );
      }
    }
  });
}

/** A kernel line is not on the disk, so a deploy can't edit it for the copy. */
function checkBoot(check: Checklist, original: CopiedGuest, { boot }: CopiedGuest): void {
  const words = (boot.extra ?? '').split(/[^0-9.]+/);
  for (const { address } of original.vifs) {
    if (address !== undefined && words.includes(address)) {
      check.problem(`boot.extra has its original's address ${address}; give the copy a boot of its own`);
    }
  }
}

function readDisks(check: Checklist, input: GuestCopyInput, copy: CopiedGuest, copied: boolean): readonly DiskCopy[] {
  const { original } = input;
  if (copy.disks.length !== original.disks.length) {
    check.problem(
      `disks has ${copy.disks.length} entries, its original '${original.name}' has ${original.disks.length}; ` +
        'name one for each, in the same order',
    );
    return [];
  }
  const pairs: DiskCopy[] = [];
  original.disks.forEach((source, index) => {
    const target = copy.disks[index];
    if (target === undefined) return;
    if (source.cdrom !== target.cdrom) {
      const [drive, disk] = source.cdrom ? ['the original', 'the copy'] : ['the copy', 'the original'];
      check.problem(`disks[${index}] is a CD drive of ${drive} and a disk of ${disk}; name a CD drive for a CD drive`);
    }
    // A disc is only read, so two guests may have it.
    if (source.cdrom || target.cdrom) return;
    const same = input.host === input.originalHost && diskIdentity(source) === diskIdentity(target);
    if (same && source.readOnly && target.readOnly) return;
    if (same) {
      check.problem(
        `disks[${index}] is ${target.path}, its original's own; two kernels on one filesystem destroy it: ` +
          'name another one, it is made and filled at deploy',
      );
      return;
    }
    if (!copied) return;
    for (const disk of [source, target]) {
      if (disk.kind === 'qcow2') {
        check.problem(
          `disks[${index}]: ${disk.path} is qcow2, only plain disks are copied; make it by hand (qemu-img convert) and set copyDisks: false`,
        );
      }
    }
    if (target.kind === 'phy' && !isLogicalVolume(target)) {
      check.problem(
        `disks[${index}]: ${target.path} is no logical volume, and no other device is made or overwritten; ` +
          'use Disk.lvm(...), or fill it by hand and set copyDisks: false',
      );
    }
    pairs.push(Object.freeze({ source, target }));
  });
  return Object.freeze(pairs);
}

/**
 * Whether a path is `/dev/<volume group>/<volume>`, in either spelling; the kernel's own folders of /dev do not count.
 */
function isLogicalVolume(disk: DiskModel): boolean {
  const parts = /^\/dev\/([^/]+)\/[^/]+$/.exec(diskIdentity(disk));
  return parts !== null && !['block', 'char', 'cciss', 'disk', 'ida', 'mapper', 'md', 'shm'].includes(parts[1] ?? '');
}

/**
 * Reads the original of a copy.
 *
 * @param copy the guest itself, read already
 * @param hasIdentity whether a deploy writes an identity on its disk
 */
export function readGuestCopy(
  check: Checklist,
  input: GuestCopyInput,
  copy: CopiedGuest,
  hasIdentity: boolean,
): GuestCopyModel {
  const { original, originalHost } = input;
  const copied = check.field(() => flag('copyDisks', whenOmitted(input.copyDisks, true)));
  const snapshotMiB = check.field(() => integer('snapshotMiB', whenOmitted(input.snapshotMiB, 0), SNAPSHOT));
  checkVifs(check, original, copy);
  checkBoot(check, original, copy);
  const disks = readDisks(check, input, copy, copied);
  if (!hasIdentity && copy.vifs.length > 0 && copy.disks.some((disk) => !disk.readOnly)) {
    check.problem(
      `identity is missing: its disk would say the MAC and the address of '${original.name}'; ` +
        "say in the original's identity, or in the copy's, which system is on it and where",
    );
  }
  return Object.freeze({ original: original.name, originalHost, disks, snapshotMiB });
}
