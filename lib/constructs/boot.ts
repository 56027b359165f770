import type { BootInput } from '../model/boot';

/** Options of `Boot.kernel()`. */
export interface KernelBootOptions {
  /**
   * Path of the initial ramdisk on the host.
   *
   * @default - none
   */
  readonly ramdisk?: string;
  /**
   * The guest's root device, xl's `root`: `/dev/xvda1 ro`.
   *
   * @default - none
   */
  readonly root?: string;
  /**
   * More kernel arguments, xl's `extra`: printable ASCII without quotes and backslashes, at most 1024 characters.
   * They end up in a reviewed file and in the guest's /proc/cmdline: no secrets.
   *
   * @default - none
   */
  readonly extra?: string;
}

/** How a paravirtual guest finds its kernel. */
export class Boot {
  /** The kernel lies on the guest's first disk; pygrub reads the disk's own grub menu. */
  public static pygrub(): Boot {
    return new Boot({ kind: 'pygrub' });
  }

  /**
   * The kernel lies on the host.
   *
   * @param kernel path of the kernel on the host
   */
  public static kernel(kernel: string, options: KernelBootOptions = {}): Boot {
    return new Boot({ kind: 'kernel', kernel, ...options });
  }

  private constructor(
    /** @internal */
    public readonly _input: BootInput,
  ) {}
}
