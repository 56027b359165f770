import { type BootInput, type BootModel, readBoot } from './boot';
import { type DiskInput, type DiskModel, readDisk } from './disk';
import { Checklist } from './errors';
import { type ExtraConfig, readExtraConfig } from './extra-config';
import { flag, integer, oneOf, whenOmitted } from './fields';
import { type GuestCopyInput, type GuestCopyModel, readGuestCopy } from './guest-copy';
import { type GuestIdentityInput, type GuestIdentityModel, readGuestIdentity } from './guest-identity';
import { guestName } from './names';
import { show } from './show';
import { type VifInput, type VifModel, readVif } from './vif';

/** What Xen does when a guest powers off, reboots or crashes; xl's own words. */
export const LIFECYCLE_ACTIONS = [
  'destroy',
  'restart',
  'rename-restart',
  'preserve',
  'coredump-destroy',
  'coredump-restart',
] as const;
export type LifecycleAction = (typeof LIFECYCLE_ACTIONS)[number];

/** What a deploy does with a change that a running guest could get. */
export const CHANGE_POLICIES = ['live', 'next-boot', 'restart'] as const;
export type ChangePolicy = (typeof CHANGE_POLICIES)[number];

/** What becomes of a guest that leaves the stack. No policy touches its disks. */
export const REMOVAL_POLICIES = ['retain', 'shut-down', 'destroy'] as const;
export type RemovalPolicy = (typeof REMOVAL_POLICIES)[number];

/** A guest, paravirtual or HVM. */
export interface DomUModel {
  readonly name: string;
  readonly memoryMiB: number;
  readonly maxmemMiB: number;
  readonly vcpus: number;
  readonly boot: BootModel;
  readonly disks: readonly DiskModel[];
  readonly vifs: readonly VifModel[];
  readonly onPoweroff: LifecycleAction;
  readonly onReboot: LifecycleAction;
  readonly onCrash: LifecycleAction;
  readonly onChange: ChangePolicy;
  readonly onRemoval: RemovalPolicy;
  readonly autostart: boolean;
  readonly running: boolean;
  /** Seconds that the guest may take from its start to its first answer on the network. */
  readonly bootTimeoutSeconds: number;
  /** The identity on its disk; none = its disk is left alone. */
  readonly identity: GuestIdentityModel | undefined;
  /** Its original, if the guest is a copy. */
  readonly copy: GuestCopyModel | undefined;
  /** Settings that stand in the file as they are, by their keys. */
  readonly extraConfig: ExtraConfig;
}

/** A guest as given. */
export interface DomUInput {
  readonly name: string;
  readonly memoryMiB: number;
  readonly maxmemMiB?: number;
  readonly vcpus?: number;
  readonly boot: BootInput;
  readonly disks?: readonly DiskInput[];
  readonly vifs?: readonly VifInput[];
  readonly onPoweroff?: string;
  readonly onReboot?: string;
  readonly onCrash?: string;
  readonly onChange?: string;
  readonly onRemoval?: string;
  readonly autostart?: boolean;
  readonly running?: boolean;
  readonly bootTimeoutSeconds?: number;
  readonly identity?: GuestIdentityInput;
  readonly copy?: GuestCopyInput;
  readonly extraConfig?: unknown;
}

const MEMORY = { min: 16, max: 16_777_216 };
const MOST_DISKS = 16;
const MOST_VIFS = 8;

/** @throws ValidationError with every problem of the guest */
export function defineDomU(input: DomUInput): DomUModel {
  const check = new Checklist(`domU ${show(input.name)}`);
  const name = check.field(() => guestName(input.name));
  const memoryMiB = check.field(() => integer('memoryMiB', input.memoryMiB, MEMORY));
  const action = (field: string, value: string | undefined, otherwise: LifecycleAction): LifecycleAction =>
    check.field(() => oneOf<LifecycleAction>(field, whenOmitted(value, otherwise), LIFECYCLE_ACTIONS));
  const model: Omit<DomUModel, 'identity' | 'copy'> = {
    name,
    memoryMiB,
    maxmemMiB: check.field(() =>
      input.maxmemMiB === undefined ? memoryMiB : integer('maxmemMiB', input.maxmemMiB, MEMORY),
    ),
    vcpus: check.field(() => integer('vcpus', whenOmitted(input.vcpus, 1), { min: 1, max: 128 })),
    boot: readBoot(check, input.boot),
    // Further disks have no letter left; the error about their number is told once.
    disks: Object.freeze(
      (input.disks ?? []).slice(0, MOST_DISKS).map((disk, index) => check.field(() => readDisk(disk, index))),
    ),
    vifs: Object.freeze((input.vifs ?? []).map((vif, index) => readVif(check, name, vif, index))),
    onPoweroff: action('onPoweroff', input.onPoweroff, 'destroy'),
    onReboot: action('onReboot', input.onReboot, 'restart'),
    onCrash: action('onCrash', input.onCrash, 'restart'),
    onChange: check.field(() => oneOf<ChangePolicy>('onChange', whenOmitted(input.onChange, 'live'), CHANGE_POLICIES)),
    onRemoval: check.field(() =>
      oneOf<RemovalPolicy>('onRemoval', whenOmitted(input.onRemoval, 'shut-down'), REMOVAL_POLICIES),
    ),
    autostart: check.field(() => flag('autostart', whenOmitted(input.autostart, true))),
    running: check.field(() => flag('running', whenOmitted(input.running, true))),
    bootTimeoutSeconds: check.field(() =>
      integer('bootTimeoutSeconds', whenOmitted(input.bootTimeoutSeconds, 180), { min: 1, max: 3600 }),
    ),
    extraConfig: readExtraConfig(check, input.extraConfig),
  };
  // libxl and blkfront allow more. The names here end at xvdp, and netback's usual limit is 8.
  const counts = { disks: input.disks?.length ?? 0, vifs: input.vifs?.length ?? 0 };
  if (counts.disks > MOST_DISKS) check.problem(`disks has ${counts.disks} entries, at most 16 fit xvda to xvdp`);
  if (counts.vifs > MOST_VIFS) check.problem(`vifs has ${counts.vifs} entries, at most 8 are allowed`);
  // Rules between fields make sense only if each field is right by itself; then all of their problems are told.
  const sound = check.clean;
  const copy =
    sound && input.copy !== undefined
      ? readGuestCopy(check, input.copy, model, input.identity !== undefined)
      : undefined;
  if (sound) checkTogether(check, model);
  const identity =
    sound && input.identity !== undefined
      ? readGuestIdentity(
          check,
          input.identity,
          model.disks,
          model.vifs.map(({ macAddress: mac, addressing, address, bridge }) => ({
            ...{ macAddress: mac, addressing, address, lan: bridge.lan },
          })),
        )
      : undefined;
  check.done();
  return Object.freeze({ ...model, identity, copy });
}

function checkTogether(check: Checklist, model: Omit<DomUModel, 'identity' | 'copy'>): void {
  if (model.maxmemMiB < model.memoryMiB) {
    check.problem(
      `maxmemMiB ${model.maxmemMiB} is less than memoryMiB ${model.memoryMiB}; it is the most that the guest may grow to`,
    );
  }
  if (model.boot.kind === 'pygrub' && model.disks.length === 0) {
    check.problem('boot is Boot.pygrub(), which reads the kernel from the first disk, and disks is empty; give a disk');
  }
  const devices = model.disks.map((disk) => disk.device);
  for (const twice of new Set(devices.filter((device, index) => devices.indexOf(device) !== index))) {
    check.problem(`two disks are called ${twice}; give each its own device`);
  }
}
