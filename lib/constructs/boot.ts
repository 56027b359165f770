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

/** Options of `Boot.pygrub()`. */
export interface PygrubBootOptions {
  /**
   * Path of a kernel on the guest's disk, as in `/boot/vmlinuz`. Then the grub menu is not read.
   *
   * @default - as the grub menu says
   */
  readonly kernel?: string;
  /**
   * Path of an initial ramdisk on the guest's disk. Only with `kernel`.
   *
   * @default - as the grub menu says, none with `kernel`
   */
  readonly ramdisk?: string;
  /**
   * The guest's root device, xl's `root`: `/dev/xvda2 ro`.
   *
   * @default - as the grub menu says
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

const PYGRUB_BOOT_OPTIONS: Options<PygrubBootOptions> = { kernel: VALUE, ramdisk: VALUE, root: VALUE, extra: VALUE };

const KERNEL_BOOT_OPTIONS: Options<KernelBootOptions> = { ramdisk: VALUE, root: VALUE, extra: VALUE };

/** Options of `Boot.hvm()`. */
export interface HvmBootOptions {
  /**
   * The drives to start from, xl's `boot`: letters, the first is tried first: `c` disk, `d` CD, `n` network, `a` floppy.
   *
   * @default - xl's own: the disk, then the CD
   */
  readonly order?: string;
}

const HVM_BOOT_OPTIONS: Options<HvmBootOptions> = { order: VALUE };

/** How a guest starts: paravirtual ones with a kernel, HVM ones with firmware. */
export class Boot {
  /**
   * The kernel lies on the guest's first disk; pygrub reads the disk's own grub menu.
   *
   * @param options a kernel on that disk instead of the menu's, and what the kernel gets beside what the menu says
   * @returns what the guest's `boot` takes
   * @throws an Error named ValidationError with every problem of the options
   */
  public static pygrub(options: PygrubBootOptions = {}): Boot {
    return readCall('Boot.pygrub()', {}, { given: options, table: PYGRUB_BOOT_OPTIONS }, () => {
      const { kernel, ramdisk, root, extra } = options;
      return Boot.of('Boot.pygrub()', { kind: 'pygrub', kernel, ramdisk, root, extra });
    });
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
      return Boot.of('Boot.kernel()', { kind: 'kernel', kernel, ramdisk, root, extra });
    });
  }

  /**
   * The guest is HVM: it starts as a PC does, with firmware, and needs the processor's virtualization. Its screen, boot
   * device model and other settings of a PC are `extraConfig`.
   *
   * @param options the order of the drives
   * @returns what the guest's `boot` takes
   * @throws an Error named ValidationError with every problem of the options
   */
  public static hvm(options: HvmBootOptions = {}): Boot {
    return readCall('Boot.hvm()', {}, { given: options, table: HVM_BOOT_OPTIONS }, () => {
      return Boot.of('Boot.hvm()', { kind: 'hvm', order: options.order });
    });
  }

  private static of(factory: string, input: BootInput): Boot {
    const check = new Checklist(factory);
    readBoot(check, input);
    check.done();
    return new Boot(input);
  }

  private constructor(
    /** @internal */
    public readonly _input: BootInput,
  ) {}
}
