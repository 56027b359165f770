import { type BootInput, readBoot } from '../model/boot';
import { Checklist } from '../model/errors';
import { type Options, VALUE, readCall } from './private/props';

/** Options of `Boot.kernel()`. */
export interface KernelBootOptions {
  /**
   * Absolute path of the initial ramdisk on the host, as in `/boot/initrd.img`.
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

const KERNEL_BOOT_OPTIONS: Options<KernelBootOptions> = { ramdisk: VALUE, root: VALUE, extra: VALUE };

/** How a paravirtual guest finds its kernel. */
export class Boot {
  /**
   * The kernel lies on the guest's first disk; pygrub reads the disk's own grub menu.
   *
   * @returns what the guest's `boot` takes
   */
  public static pygrub(): Boot {
    return new Boot({ kind: 'pygrub' });
  }

  /**
   * The kernel lies on the host.
   *
   * @param kernel absolute path of the kernel on the host, as in `/boot/vmlinuz`
   * @param options what the kernel gets beside that
   * @returns what the guest's `boot` takes
   * @throws an Error named ValidationError with every problem of path and options
   */
  public static kernel(kernel: string, options: KernelBootOptions = {}): Boot {
    const words =
      'the path of a kernel on the host, as in "/boot/vmlinuz"; for one on the guest\'s disk, say Boot.pygrub()';
    const args = { kernel: { value: kernel, words } };
    return readCall('Boot.kernel()', args, { given: options, table: KERNEL_BOOT_OPTIONS }, () => {
      const { ramdisk, root, extra } = options;
      const input = { kind: 'kernel', kernel, ramdisk, root, extra } as const;
      const check = new Checklist('Boot.kernel()');
      readBoot(check, input);
      check.done();
      return new Boot(input);
    });
  }

  private constructor(
    /** @internal */
    public readonly _input: BootInput,
  ) {}
}
