import { type GuestIdentityInput, checkRoot } from '../model/guest-identity';
import { type Argument, NO_OPTIONS, type Options, VALUE, instance, readCall } from './private/props';

/** The system inside a guest, which decides the files that hold its identity. */
export enum GuestSystem {
  /** CentOS 5: NETMASK, no udev rules, kudzu's memory of the hardware. */
  CENTOS_5 = 'el5',
  /** CentOS 6: PREFIX, 70-persistent-net.rules. */
  CENTOS_6 = 'el6',
}

type RootInput = GuestIdentityInput['root'];

/** The place of the guest's root filesystem on a disk: ext2, ext3 or ext4. */
export class GuestRoot {
  /**
   * The disk has no partitions: it is the filesystem.
   *
   * @returns what the identity's `root` takes
   */
  public static wholeDisk(): GuestRoot {
    return new GuestRoot({ kind: 'whole' });
  }

  /**
   * A partition.
   *
   * @param number as the guest counts, 1 to 127: 1 is xvda1
   * @returns what the identity's `root` takes
   * @throws an Error named ValidationError if it is no partition's number
   */
  public static partition(number: number): GuestRoot {
    return GuestRoot.of(
      'GuestRoot.partition()',
      { number: { value: number, words: 'the number of a partition, as in 1 for xvda1' } },
      { kind: 'partition', number },
    );
  }

  /**
   * A logical volume that lies inside the disk, as CentOS installs itself. Nothing is activated on the host, so the
   * volume group may have the name of one of dom0's own, as `VolGroup00` often has. Only plain linear volumes are
   * written. A volume with snapshots, or in part on another disk, is refused.
   *
   * @param volumeGroup as in `VolGroup00`
   * @param logicalVolume as in `LogVol00`
   * @returns what the identity's `root` takes
   * @throws an Error named ValidationError if one of them is no name as LVM has it
   */
  public static logicalVolume(volumeGroup: string, logicalVolume: string): GuestRoot {
    const args = {
      volumeGroup: { value: volumeGroup, words: 'the volume group inside the disk, as in "VolGroup00"' },
      logicalVolume: { value: logicalVolume, words: 'the volume in it, as in "LogVol00"' },
    };
    return GuestRoot.of('GuestRoot.logicalVolume()', args, { kind: 'lv', volumeGroup, logicalVolume });
  }

  private static of(factory: string, args: Readonly<Record<string, Argument>>, input: RootInput): GuestRoot {
    return readCall(factory, args, NO_OPTIONS, () => {
      checkRoot(factory, input);
      return new GuestRoot(input);
    });
  }

  private constructor(
    /** @internal */
    public readonly _input: RootInput,
  ) {}
}

/**
 * A guest's network identity, as its own disk says it: HWADDR, address, gateway, name servers, udev rule and host name.
 * A deploy writes it while the guest is down, from the same value as the guest's vif line. Other keys and comments stay
 * as they are.
 */
export interface GuestIdentity {
  /** The system inside the guest, which decides what is written in which file. */
  readonly system: GuestSystem;
  /** The place of its root filesystem: `GuestRoot.partition(1)` and the like. */
  readonly root: GuestRoot;
  /**
   * Position, among the guest's disks, of the disk with its root filesystem, 0 to 15.
   *
   * @default 0
   */
  readonly rootDisk?: number;
  /**
   * HOSTNAME of the guest: a DNS name of at most 64 characters.
   *
   * @default - left as it is
   */
  readonly hostname?: string;
}

/** @internal */
export const GUEST_IDENTITY_OPTIONS: Options<GuestIdentity> = {
  system: VALUE,
  root: instance(
    'where the root filesystem lies: GuestRoot.wholeDisk(), GuestRoot.partition(1) or GuestRoot.logicalVolume(...)',
    (value) => value instanceof GuestRoot,
  ),
  rootDisk: VALUE,
  hostname: VALUE,
};
