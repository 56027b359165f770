import type { GuestIdentityInput } from '../model/guest-identity';

/** The system inside a guest: which files say who it is. */
export enum GuestSystem {
  /** CentOS 5: NETMASK, no udev rules, kudzu's memory of the hardware. */
  CENTOS_5 = 'el5',
  /** CentOS 6: PREFIX, 70-persistent-net.rules. */
  CENTOS_6 = 'el6',
}

/** Where on a disk the guest's root filesystem lies: ext2, ext3 or ext4. */
export class GuestRoot {
  /** The disk has no partitions: it is the filesystem. */
  public static wholeDisk(): GuestRoot {
    return new GuestRoot({ kind: 'whole' });
  }

  /**
   * A partition.
   *
   * @param number as the guest counts: 1 is xvda1
   */
  public static partition(number: number): GuestRoot {
    return new GuestRoot({ kind: 'partition', number });
  }

  /**
   * A logical volume that lies inside the disk, as CentOS installs itself. Nothing is activated on the host, so the
   * volume group may have the name of one of dom0's own, as `VolGroup00` often has. Only plain linear volumes are
   * written; one with snapshots, or in part on another disk, is refused.
   *
   * @param volumeGroup as in `VolGroup00`
   * @param logicalVolume as in `LogVol00`
   */
  public static logicalVolume(volumeGroup: string, logicalVolume: string): GuestRoot {
    return new GuestRoot({ kind: 'lv', volumeGroup, logicalVolume });
  }

  private constructor(
    /** @internal */
    public readonly _input: GuestIdentityInput['root'],
  ) {}
}

/**
 * Who a guest is, as its own disk says it: HWADDR, address, gateway, name servers, udev rule and host name, written
 * while the guest is down, from the same value as its vif line. Other keys and comments stay as they are.
 */
export interface GuestIdentity {
  /** The system inside the guest. */
  readonly system: GuestSystem;
  /** Where its root filesystem lies. */
  readonly root: GuestRoot;
  /**
   * Position among the guest's disks of the one that holds it.
   *
   * @default 0
   */
  readonly rootDisk?: number;
  /**
   * HOSTNAME of the guest.
   *
   * @default - left as it is
   */
  readonly hostname?: string;
}
