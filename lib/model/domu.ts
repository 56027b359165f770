import { type BootInput, type BootModel, readBoot } from './boot';
import type { BridgeModel } from './bridge';
import { type DiskInput, type DiskModel, readDisk } from './disk';
import { Checklist, FieldProblem } from './errors';
import { flag, integer, oneOf, whenOmitted } from './fields';
import { type GuestCopyInput, type GuestCopyModel, readGuestCopy } from './guest-copy';
import { type GuestIdentityInput, type GuestIdentityModel, readGuestIdentity } from './guest-identity';
import { hostRange, ipv4Address, isHostAddress } from './ipv4';
import { type Addressing, UNCHECKED, type Unchecked } from './addressing';
import { type MacAddress, deriveMacAddress, macAddress } from './mac-address';
import { guestName } from './names';
import { show } from './show';

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

/** One network interface of a guest. */
export interface VifModel {
  readonly bridge: BridgeModel;
  readonly macAddress: MacAddress;
  /** Given by hand, not derived from the guest's name. */
  readonly pinned: boolean;
  /** The epoch that the MAC was derived with; none if it is pinned. */
  readonly macEpoch: number | undefined;
  readonly addressing: Addressing;
  /** The address that the stack gives; else none, and nothing about it can be checked. */
  readonly address: string | undefined;
}

/** A network interface as given. */
export interface VifInput {
  readonly bridge: BridgeModel;
  readonly address: string | { readonly addressing: Unchecked };
  readonly macAddress?: string;
  readonly macEpoch?: number;
}

/** A paravirtual guest. */
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
}

const MEMORY = { min: 16, max: 16_777_216 };
const MOST_DISKS = 16;
const MOST_VIFS = 8;

function readAddressing(input: VifInput['address']): { addressing: Addressing; given: unknown } {
  const given: unknown = input;
  const said = typeof given === 'object' && given !== null && 'addressing' in given ? given.addressing : undefined;
  return { addressing: UNCHECKED.find((word) => word === said) ?? 'static', given };
}

/** An address is never left out by mistake: a misspelt key of a Record gives undefined. */
function guestAddress(field: string, value: unknown): string {
  if (value !== undefined) return ipv4Address(field, value);
  throw new FieldProblem(
    `${field} is missing; give an IPv4 address as in "192.0.2.21"; where the stack does not know it, ` +
      'say Address.dhcp(), Address.unknown() or Address.none()',
  );
}

function readVif(check: Checklist, guest: string, input: VifInput, index: number): VifModel {
  const field = `vifs[${index}]`;
  const { lan } = input.bridge;
  const { addressing, given } = readAddressing(input.address);
  const address = check.field(() => (addressing === 'static' ? guestAddress(`${field}.address`, given) : undefined));
  const epoch = check.field(() =>
    integer(`${field}.macEpoch`, whenOmitted(input.macEpoch, 0), { min: 0, max: 1_000_000 }),
  );
  if (input.macAddress !== undefined && input.macEpoch !== undefined) {
    check.problem(`${field}: macAddress pins the MAC and macEpoch derives a new one; give one of them`);
  }
  const mac = check.field(() =>
    input.macAddress === undefined
      ? deriveMacAddress({ lan: lan.name, guest, vif: index, epoch }, lan.macSpace)
      : macAddress(`${field}.macAddress`, input.macAddress),
  );
  if (typeof address === 'string' && !isHostAddress(lan.network, address)) {
    check.problem(
      `${field}.address ${address} is not inside lan '${lan.name}', ${lan.network.cidr} (${hostRange(lan.network)})`,
    );
  }
  const pinned = input.macAddress !== undefined;
  return Object.freeze({
    bridge: input.bridge,
    macAddress: mac,
    pinned,
    macEpoch: pinned ? undefined : epoch,
    addressing,
    address,
  });
}

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
