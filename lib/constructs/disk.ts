import type { DiskInput } from '../model/disk';

/** Options of every disk. */
export interface DiskOptions {
  /**
   * The guest's name for the disk: `xvda` to `xvdp`, or a partition as in `xvda1`.
   *
   * @default - by position: the first disk is xvda, the second xvdb
   */
  readonly device?: string;
  /**
   * Whether the guest may only read it. A disk that one guest writes can't be another's at all.
   *
   * @default false
   */
  readonly readOnly?: boolean;
}

/** What lies behind a guest's disk. Disks are used, never made, changed or deleted. */
export class Disk {
  /**
   * A logical volume.
   *
   * @param volume `vg0/web1`, the volume group and the volume
   */
  public static lvm(volume: string, options: DiskOptions = {}): Disk {
    return new Disk({ kind: 'phy', path: `/dev/${volume}`, ...options });
  }

  /**
   * A block device.
   *
   * @param path under /dev, as in `/dev/sdb1`
   */
  public static phy(path: string, options: DiskOptions = {}): Disk {
    return new Disk({ kind: 'phy', path, ...options });
  }

  /**
   * A raw image file, written as `file:`, which every release of xl and xm knows.
   *
   * @param path absolute, as in `/srv/xen/web1.img`
   */
  public static file(path: string, options: DiskOptions = {}): Disk {
    return new Disk({ kind: 'file', path, ...options });
  }

  /**
   * A raw image file, written in xl's own form.
   *
   * @param path absolute, as in `/srv/xen/web1.img`
   */
  public static raw(path: string, options: DiskOptions = {}): Disk {
    return new Disk({ kind: 'raw', path, ...options });
  }

  /**
   * A qcow2 image file. The host needs QEMU for it (package qemu-xen or similar).
   *
   * @param path absolute, as in `/srv/xen/web1.qcow2`
   */
  public static qcow2(path: string, options: DiskOptions = {}): Disk {
    return new Disk({ kind: 'qcow2', path, ...options });
  }

  private constructor(
    /** @internal */
    public readonly _input: DiskInput,
  ) {}
}
