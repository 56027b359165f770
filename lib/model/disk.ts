import { Checklist, FieldProblem } from './errors';
import { flag, oneOf, text, whenOmitted } from './fields';
import { hostPath } from './boot';
import { lvmName } from './names';
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
  /** A CD drive; an empty one has an empty path. */
  readonly cdrom: boolean;
}

/** A disk as given. */
export interface DiskInput {
  readonly kind: string;
  readonly path: string;
  readonly device?: string;
  readonly readOnly?: boolean;
  /** Whether it is a CD drive. */
  readonly cdrom?: boolean;
  /** Whether the drive has no disc. */
  readonly empty?: boolean;
}

/**
 * The guest's device name. Partitions (`xvda1`), and names as `sda1` and `hda`, are for guests that came with them in
 * their fstab: they are never renamed. A CentOS 6 guest shows sda as xvde (blkfront adds four).
 */
function deviceName(field: string, value: unknown): string {
  const form = /^(xvd[a-p]|sd[a-p]|hd[a-t])([1-9]|1[0-5])?$/;
  return text(
    field,
    value,
    form,
    'xvda to xvdp, a partition of it as in "xvda1", or an old name as in "sda1" or "hda"',
  );
}

/** Reads the disk at a position; without a device name the first is xvda, the second xvdb. */
export function readDisk(input: DiskInput, index: number): DiskModel {
  const field = `disks[${index}]`;
  return read(input, index, field, (name) => `${field}.${name}`);
}

/** @throws ValidationError if a disk that belongs to no guest yet can't be one */
export function checkDisk(subject: string, input: DiskInput): void {
  const check = new Checklist(subject);
  check.field(() => read(input, 0, 'path', (name) => name));
  check.done();
}

/** Folders of /dev that are no volume groups. LVM itself takes none of these names for a group. */
const FOLDERS_OF_DEV = ['block', 'bus', 'char', 'cciss', 'disk', 'ida', 'mapper', 'md', 'net', 'pts', 'shm'];

/**
 * The path of a logical volume, `/dev/vg0/web1` of `vg0/web1`.
 *
 * @throws ValidationError if the text is no volume group and volume
 */
export function volumePath(subject: string, volume: unknown): string {
  const check = new Checklist(subject);
  const words = 'a volume group and a volume, as in "vg0/web1"';
  const path = check.field(() => {
    if (typeof volume !== 'string') throw new FieldProblem(`volume must be ${words}, got ${show(volume)}`);
    const [group, name, rest] = volume.startsWith('/dev/') ? volume.slice(5).split('/') : volume.split('/');
    if (group === undefined || name === undefined || rest !== undefined) {
      throw new FieldProblem(`volume must be ${words}, got ${show(volume)}`);
    }
    if (FOLDERS_OF_DEV.includes(group)) {
      throw new FieldProblem(
        `volume must be ${words}; /dev/${group} is no volume group: for a device there, say Disk.phy("/dev/${group}/...")`,
      );
    }
    lvmName('the volume group of volume', group);
    lvmName('the name of volume', name);
    if (volume.startsWith('/dev/')) {
      throw new FieldProblem(`volume must be ${words}, got ${show(volume)}, did you mean ${show(`${group}/${name}`)}?`);
    }
    return `/dev/${volume}`;
  });
  check.done();
  return path;
}

function read(input: DiskInput, index: number, field: string, named: (name: string) => string): DiskModel {
  const { cdrom = false } = input;
  if (input.empty === true) {
    return Object.freeze({
      ...{ kind: 'file', path: '', device: deviceName(named('device'), input.device), readOnly: true, cdrom },
    });
  }
  const kind = oneOf<DiskKind>(named('kind'), input.kind, ['phy', 'file', 'raw', 'qcow2']);
  const path = hostPath(named('path'), input.path);
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
    device: deviceName(named('device'), whenOmitted(input.device, `xvd${'abcdefghijklmnop'.charAt(index)}`)),
    readOnly: cdrom || flag(named('readOnly'), whenOmitted(input.readOnly, false)),
    cdrom,
  });
}

/**
 * One spelling for one disk: /dev/mapper/vg0-web1 is /dev/vg0/web1, where a hyphen of a name is doubled.
 * Links elsewhere on the host can't be seen from here.
 */
export function diskIdentity(disk: Pick<DiskModel, 'path'>): string {
  const mapped = /^\/dev\/mapper\/((?:[^-]|--)+)-((?:[^-]|--)+)$/.exec(disk.path);
  if (mapped === null) return disk.path;
  return `/dev/${(mapped[1] ?? '').replaceAll('--', '-')}/${(mapped[2] ?? '').replaceAll('--', '-')}`;
}
