import { ValidationError } from '../model/errors';
import type { Boot } from './boot';
import type { Disk } from './disk';
import { show } from '../model/show';
import { DomU, type DomUProps } from './domu';
import { BOOT, GUESTS_HOST, GUEST_OPTIONS, type VifOptions } from './domu-options';
import type { GuestIdentity } from './guest-identity';
import type { ChangePolicy, LifecycleAction, RemovalPolicy } from './guest-policies';
import { type Options, VALUE, optional, readProps } from './private/props';
import type { XenHost } from './xen-host';

/** What a copy of a guest has of its own, and what is different from its original. */
export interface DomUCopyOptions {
  /** The copy's name, not its original's: what `xl list` shows, and what its MAC addresses follow from. */
  readonly name: string;
  /**
   * The host that runs the copy.
   *
   * @default - the original's
   */
  readonly host?: XenHost;
  /**
   * The copy's disks: one for each of the original's, in the same order. A logical volume or a raw image file that does
   * not exist yet; deploy makes it and fills it. A disk that original and copy both have readOnly is shared.
   *
   * @default - none, for an original without disks
   */
  readonly disks?: Disk[];
  /**
   * The copy's network interfaces, with addresses of their own.
   *
   * @default - none: the copy is without a network
   */
  readonly vifs?: VifOptions[];
  /**
   * Whether the disks are filled from the original's. False: they exist already, made by hand or by the storage.
   *
   * @default true
   */
  readonly copyDisks?: boolean;
  /**
   * Size in MiB of the LVM snapshot from which a running original is copied; its volume group must have that much free.
   * The snapshot holds what the original writes while the copy is made, and is removed afterwards. Each disk has a
   * snapshot of its own, of its own moment; synth warns if there are several. With 0, a running original is refused: it
   * has to be shut down for the copy.
   *
   * @default 0
   */
  readonly snapshotMiB?: number;
  /**
   * The copy's identity, to be written on its disk. Needed if the original has none.
   *
   * @default - the original's system and root, and the copy's name with the original's domain as host name
   */
  readonly identity?: GuestIdentity;
  /**
   * Settings of xl that this library has no option for.
   *
   * @default - the original's, without its uuid
   */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- jsii has no other word for a map of mixed values
  readonly extraConfig?: { [key: string]: any };
  /**
   * Memory that the copy starts with, in MiB, 16 to 16777216.
   *
   * @default - the original's
   */
  readonly memoryMiB?: number;
  /**
   * The most memory that the copy may be given while it runs, in MiB, not less than `memoryMiB`.
   *
   * @default - the original's, or memoryMiB if that is given
   */
  readonly maxmemMiB?: number;
  /**
   * Virtual CPUs of the copy, 1 to 128.
   *
   * @default - the original's
   */
  readonly vcpus?: number;
  /**
   * How the copy finds its kernel. Needed if the original's kernel arguments hold its address.
   *
   * @default - the original's
   */
  readonly boot?: Boot;
  /**
   * What Xen does when the copy powers off (xl's `on_poweroff`).
   *
   * @default - the original's
   */
  readonly onPoweroff?: LifecycleAction;
  /**
   * What Xen does when the copy reboots from inside (xl's `on_reboot`).
   *
   * @default - the original's
   */
  readonly onReboot?: LifecycleAction;
  /**
   * What Xen does when the copy's kernel crashes (xl's `on_crash`).
   *
   * @default - the original's
   */
  readonly onCrash?: LifecycleAction;
  /**
   * What a deploy does with a change while the copy runs.
   *
   * @default - the original's
   */
  readonly onChange?: ChangePolicy;
  /**
   * What becomes of the copy when it leaves the stack.
   *
   * @default - the original's
   */
  readonly onRemoval?: RemovalPolicy;
  /**
   * Whether the copy starts with its host.
   *
   * @default false
   */
  readonly autostart?: boolean;
  /**
   * Whether a deploy starts the copy.
   *
   * @default true
   */
  readonly running?: boolean;
  /**
   * Seconds from the copy's start to its first answer on the network, 1 to 3600; after that the deploy fails.
   *
   * @default - the original's
   */
  readonly bootTimeoutSeconds?: number;
}

/** The original of a copy. */
export class CopyOf {
  public constructor(
    public readonly original: DomU,
    public readonly copyDisks: boolean | undefined,
    public readonly snapshotMiB: number | undefined,
  ) {}
}

const copyOptions = (): Options<DomUCopyOptions> => ({
  ...GUEST_OPTIONS,
  boot: optional(BOOT),
  host: optional(GUESTS_HOST),
  copyDisks: VALUE,
  snapshotMiB: VALUE,
});

/** `web1.example.org` of the original is `web1-test.example.org` of its copy. */
function hostnameOfCopy(original: string | undefined, name: string): string | undefined {
  if (original === undefined) return undefined;
  const domain = original.indexOf('.');
  return domain < 0 ? name : `${name}${original.slice(domain)}`;
}

function requireName(original: DomU, name: unknown): void {
  const problem =
    name === undefined
      ? 'name is missing; a copy needs one of its own'
      : typeof name !== 'string' || name === ''
        ? `name must be a text, as in "${original.name}-test", got ${show(name)}`
        : name === original.name
          ? "name is its original's: a MAC follows from the guest's name, so a copy needs a name of its own"
          : undefined;
  if (problem !== undefined) throw new ValidationError(`copy of domU '${original.name}'`, [problem]);
}

/** The properties of a copy: the original's, with what the copy has of its own. */
export function copyProps(original: DomU, options: DomUCopyOptions): DomUProps {
  // Callers without types may give anything.
  const asked: unknown = original;
  if (!(asked instanceof DomU)) {
    throw new ValidationError('DomU.copyOf()', [`original must be the DomU to be copied, got ${show(asked)}`]);
  }
  readProps(original, `copy of domU '${original.name}'`, options, copyOptions(), () => {
    requireName(original, options.name);
  });
  const { copyDisks, snapshotMiB, identity, ...changes } = options;
  const { identity: known, extraConfig, ...theirs } = original._props;
  const given = Object.fromEntries(
    Object.entries(changes).filter(([, value]: [string, unknown]) => value !== undefined),
  );
  return {
    ...theirs,
    autostart: false,
    running: true,
    disks: [],
    vifs: [],
    extraConfig: withoutUuid(extraConfig),
    ...(options.memoryMiB === undefined ? {} : { maxmemMiB: undefined }),
    ...given,
    identity: identity ?? ownIdentity(known, options),
    _copyOf: new CopyOf(original, copyDisks, snapshotMiB),
  };
}

/** Two domains with one uuid can't run on one host. */
function withoutUuid(extraConfig: DomUProps['extraConfig']): DomUProps['extraConfig'] {
  if (extraConfig === undefined) return undefined;
  return Object.fromEntries(Object.entries(extraConfig).filter(([key]) => key !== 'uuid'));
}

/** Without a network there is nothing to write on the disk. */
function ownIdentity(
  known: GuestIdentity | undefined,
  { name, vifs = [] }: DomUCopyOptions,
): GuestIdentity | undefined {
  if (known === undefined || vifs.length === 0) return undefined;
  return { ...known, hostname: hostnameOfCopy(known.hostname, name) };
}
