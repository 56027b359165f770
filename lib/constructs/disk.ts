import { whenOmitted } from '../model/fields';
import { type DiskInput, type DiskKind, checkDisk, volumePath } from '../model/disk';
import { type Options, VALUE, readCall } from './private/props';

/** Options of every disk. */
export interface DiskOptions {
  /**
   * The guest's name for the disk: `xvda` to `xvdp`, or a partition as in `xvda1`. A guest whose fstab has older names
   * keeps them: `sda` to `sdp`, `hda` to `hdt`, and their partitions. A CentOS 6 guest shows sda as xvde.
   *
   * @default - by position: the first disk is xvda, the second xvdb
   */
  readonly device?: string;
  /**
   * Whether the guest may only read it. A disk that one guest writes can't belong to another guest at all.
   *
   * @default false
   */
  readonly readOnly?: boolean;
}

/** Options of a CD drive. */
export interface CdromOptions {
  /**
   * The guest's name for the drive, as in `hdc` or `xvdb`.
   *
   * @default hdc
   */
  readonly device?: string;
}

const CDROM_OPTIONS: Options<CdromOptions> = { device: VALUE };

/** What a factory's first argument is called, and what it may be. */
const WHERE: Readonly<Record<'lvm' | DiskKind, readonly [argument: string, words: string]>> = {
  lvm: ['volume', 'a volume group and a volume, as in "vg0/web1"'],
  phy: ['path', 'a block device, as in "/dev/sdb1"'],
  file: ['path', 'the absolute path of an image, as in "/srv/xen/web1.img"'],
  raw: ['path', 'the absolute path of an image, as in "/srv/xen/web1.img"'],
  qcow2: ['path', 'the absolute path of an image, as in "/srv/xen/web1.qcow2"'],
};

const DISK_OPTIONS: Options<DiskOptions> = { device: VALUE, readOnly: VALUE };

/** What lies behind a guest's disk. Disks are used, never made, changed or deleted. */
export class Disk {
  /**
   * A logical volume.
   *
   * @param volume `vg0/web1`, the volume group and the volume
   * @param options the guest's name for it, and whether it may write
   * @returns what the guest's `disks` take
   * @throws an Error named ValidationError with every problem of volume and options
   */
  public static lvm(volume: string, options: DiskOptions = {}): Disk {
    return Disk.of('lvm', 'phy', volume, options);
  }

  /**
   * A block device.
   *
   * @param path under /dev, as in `/dev/sdb1`
   * @param options the guest's name for it, and whether it may write
   * @returns what the guest's `disks` take
   * @throws an Error named ValidationError with every problem of path and options
   */
  public static phy(path: string, options: DiskOptions = {}): Disk {
    return Disk.of('phy', 'phy', path, options);
  }

  /**
   * A raw image file, written as `file:`, which every release of xl and xm knows.
   *
   * @param path absolute, as in `/srv/xen/web1.img`
   * @param options the guest's name for it, and whether it may write
   * @returns what the guest's `disks` take
   * @throws an Error named ValidationError with every problem of path and options
   */
  public static file(path: string, options: DiskOptions = {}): Disk {
    return Disk.of('file', 'file', path, options);
  }

  /**
   * A raw image file, written in xl's own form.
   *
   * @param path absolute, as in `/srv/xen/web1.img`
   * @param options the guest's name for it, and whether it may write
   * @returns what the guest's `disks` take
   * @throws an Error named ValidationError with every problem of path and options
   */
  public static raw(path: string, options: DiskOptions = {}): Disk {
    return Disk.of('raw', 'raw', path, options);
  }

  /**
   * A qcow2 image file. The host needs QEMU for it (package qemu-xen or similar).
   *
   * @param path absolute, as in `/srv/xen/web1.qcow2`
   * @param options the guest's name for it, and whether it may write
   * @returns what the guest's `disks` take
   * @throws an Error named ValidationError with every problem of path and options
   */
  public static qcow2(path: string, options: DiskOptions = {}): Disk {
    return Disk.of('qcow2', 'qcow2', path, options);
  }

  /**
   * A CD drive with a disc in it, for reading only. As many guests as like may have the same disc.
   *
   * @param path the absolute path of an image, as in `/srv/iso/boot.iso`, or of a drive under /dev
   * @param options the guest's name for the drive
   * @returns what the guest's `disks` take
   * @throws an Error named ValidationError with every problem of path and options
   */
  public static cdrom(path: string, options: CdromOptions = {}): Disk {
    const args = { path: { value: path, words: 'the absolute path of an image, as in "/srv/iso/boot.iso"' } };
    return readCall('Disk.cdrom()', args, { given: options, table: CDROM_OPTIONS }, () =>
      Disk.drive('Disk.cdrom()', { path }, options),
    );
  }

  /**
   * A CD drive without a disc. A disc that is put in by hand is drift.
   *
   * @param options the guest's name for the drive
   * @returns what the guest's `disks` take
   * @throws an Error named ValidationError with every problem of the options
   */
  public static emptyCdrom(options: CdromOptions = {}): Disk {
    return readCall('Disk.emptyCdrom()', {}, { given: options, table: CDROM_OPTIONS }, () =>
      Disk.drive('Disk.emptyCdrom()', { path: '', empty: true }, options),
    );
  }

  private static drive(factory: string, disc: Pick<DiskInput, 'path' | 'empty'>, { device }: CdromOptions): Disk {
    const kind = /^\/dev\//.test(disc.path) ? 'phy' : 'file';
    const input = { ...disc, kind, device: whenOmitted(device, 'hdc'), cdrom: true };
    checkDisk(factory, input);
    return new Disk(input);
  }

  private static of(name: 'lvm' | DiskKind, kind: DiskKind, where: string, options: DiskOptions): Disk {
    const factory = `Disk.${name}()`;
    const [argument, words] = WHERE[name];
    return readCall(factory, { [argument]: { value: where, words } }, { given: options, table: DISK_OPTIONS }, () => {
      const { device, readOnly } = options;
      const input = { kind, path: name === 'lvm' ? volumePath(factory, where) : where, device, readOnly };
      checkDisk(factory, input);
      return new Disk(input);
    });
  }

  private constructor(
    /** @internal */
    public readonly _input: DiskInput,
  ) {}
}
