import { FieldProblem } from './errors';
import { flag, oneOf, text } from './fields';
import { hostPath } from './boot';
import { show } from './show';

/** What lies behind a guest's disk: a block device, or a file of a format. */
export type DiskKind = 'phy' | 'file' | 'raw' | 'qcow2';

/** One disk of a guest. */
export interface DiskModel {
  readonly kind: DiskKind;
  /** Absolute path on the host. */
  readonly path: string;
  /** The guest's name for it: `xvda`. */
  readonly device: string;
  readonly readOnly: boolean;
}

/** A disk as given. */
export interface DiskInput {
  readonly kind: string;
  readonly path: string;
  readonly device?: string;
  readonly readOnly?: boolean;
}

/**
 * The guest's device name. Only xvd*: a CentOS 6 guest shows sda as xvde (blkfront adds four), which has cost people
 * an unbootable guest. Partitions (`xvda1`) are for copied guests whose fstab names them.
 */
function deviceName(field: string, value: unknown): string {
  return text(field, value, /^xvd[a-p]([1-9]|1[0-5])?$/, 'xvda to xvdp, or one of its partitions as in "xvda1"');
}

/** Reads the disk at a position; without a device name the first is xvda, the second xvdb. */
export function readDisk(input: DiskInput, index: number): DiskModel {
  const field = `disks[${index}]`;
  const kind = oneOf<DiskKind>(`${field}.kind`, input.kind, ['phy', 'file', 'raw', 'qcow2']);
  const path = hostPath(`${field}.path`, input.path);
  if (kind === 'phy' && !path.startsWith('/dev/')) {
    throw new FieldProblem(
      `${field}: a block device lies under /dev, got ${show(path)}; an image file is Disk.file(...)`,
    );
  }
  if (kind !== 'phy' && path.startsWith('/dev/')) {
    throw new FieldProblem(
      `${field}: ${show(path)} is no image file; a block device is Disk.phy(...) or Disk.lvm(...)`,
    );
  }
  return Object.freeze({
    kind,
    path,
    device: deviceName(`${field}.device`, input.device ?? `xvd${'abcdefghijklmnop'.charAt(index)}`),
    readOnly: flag(`${field}.readOnly`, input.readOnly ?? false),
  });
}

/**
 * One spelling for one disk: /dev/mapper/vg0-web1 is /dev/vg0/web1, where a hyphen of a name is doubled.
 * Links elsewhere on the host can't be seen from here.
 */
export function diskIdentity(disk: DiskModel): string {
  const mapped = /^\/dev\/mapper\/((?:[^-]|--)+)-((?:[^-]|--)+)$/.exec(disk.path);
  if (mapped === null) return disk.path;
  return `/dev/${(mapped[1] ?? '').replaceAll('--', '-')}/${(mapped[2] ?? '').replaceAll('--', '-')}`;
}
