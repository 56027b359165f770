import type { Resource } from '@cdktf/provider-null/lib/resource';
import { Annotations, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { type DomUModel, defineDomU } from '../model/domu';
import { isDrawnByXen } from '../model/mac-address';
import { guestId } from '../model/validate-host';
import type { Unit } from '../render/bundle';
import type { HandedOver } from '../render/guest-notes';
import { guestUnit } from '../render/host-tree';
import type { Boot } from './boot';
import type { Bridge } from './bridge';
import type { Disk } from './disk';
import { copyProps, type CopyOf, type DomUCopyOptions } from './domu-copy';
import type { GuestIdentity } from './guest-identity';
import type { ChangePolicy, LifecycleAction, RemovalPolicy } from './guest-policies';
import { requireKnownAtSynth } from './private/known-at-synth';
import { requireProps } from './private/required-props';
import { contentStep, dependOn, withLive } from './private/unit-step';
import type { XenHost } from './xen-host';

/** A network interface to be given to a guest. */
export interface VifOptions {
  /** The bridge that it is plugged into, on the guest's own host. */
  readonly bridge: Bridge;
  /** The IPv4 address that the guest uses there, inside the bridge's Lan. */
  readonly address: string;
  /**
   * A MAC address that the guest must have, for machines that existed before. It is unicast and unique on the Lan.
   *
   * @default - derived from the names of Lan and guest and the interface's position
   */
  readonly macAddress?: string;
  /**
   * Draws another derived MAC address: the cure where two derived ones collide. Counts up from 0.
   *
   * @default 0
   */
  readonly macEpoch?: number;
}

/** A network interface of a guest. */
export interface Vif {
  /** The bridge that it is plugged into. */
  readonly bridge: Bridge;
  /** The IPv4 address that the guest uses there. */
  readonly address: string;
  /** The MAC address, lower case: `00:16:3e:a6:05:8f`. A plain string at synth. */
  readonly macAddress: string;
}

/** Options of `XenHost.addDomU()`. */
export interface DomUOptions {
  /** Memory in MiB. */
  readonly memoryMiB: number;
  /**
   * The most memory that the guest may be given while it runs, in MiB.
   *
   * @default - memoryMiB
   */
  readonly maxmemMiB?: number;
  /**
   * Virtual CPUs, 1 to 128.
   *
   * @default 1
   */
  readonly vcpus?: number;
  /** How the guest finds its kernel. */
  readonly boot: Boot;
  /**
   * The guest's disks; the first is xvda.
   *
   * @default - none
   */
  readonly disks?: Disk[];
  /**
   * The guest's network interfaces; vif 0 is the guest's eth0.
   *
   * @default - none
   */
  readonly vifs?: VifOptions[];
  /** @default LifecycleAction.DESTROY */
  readonly onPoweroff?: LifecycleAction;
  /** @default LifecycleAction.RESTART */
  readonly onReboot?: LifecycleAction;
  /** @default LifecycleAction.RESTART */
  readonly onCrash?: LifecycleAction;
  /**
   * What a deploy does with a change while the guest runs. What has to wait is said, and shown by `cdktf-xen drift`
   * until it has happened.
   *
   * @default ChangePolicy.LIVE
   */
  readonly onChange?: ChangePolicy;
  /**
   * What becomes of the guest when it leaves the stack. The host remembers the policy of the last deploy.
   *
   * @default RemovalPolicy.SHUT_DOWN
   */
  readonly onRemoval?: RemovalPolicy;
  /**
   * Whether the guest starts with the host (a link in /etc/xen/auto).
   *
   * @default true
   */
  readonly autostart?: boolean;
  /**
   * Whether a deploy starts the guest. With false it is only described: a guest that is down stays down, one that
   * runs is left alone.
   *
   * @default true
   */
  readonly running?: boolean;
  /**
   * Seconds from the guest's start to its first answer on the network; after that the deploy fails.
   *
   * @default 180
   */
  readonly bootTimeoutSeconds?: number;
  /**
   * Who the guest is, to be written on its disk while it is down. Without it the disk is left alone, and a disk that
   * says another MAC than the vif keeps the guest off the network.
   *
   * @default - the disk is not touched
   */
  readonly identity?: GuestIdentity;
  /**
   * The guest's name: what `xl list` shows, and part of the key of its MAC addresses.
   *
   * @default - the construct id
   */
  readonly name?: string;
}

/** Properties of a `DomU`. */
export interface DomUProps extends DomUOptions {
  /** The host that runs the guest. */
  readonly host: XenHost;
  /** @internal */
  readonly _copyOf?: CopyOf;
}

function bootWords(model: DomUModel): string {
  return model.boot.kind === 'pygrub' ? 'pygrub' : `kernel ${model.boot.kernel}`;
}

function identityWords({ identity }: DomUModel): string {
  if (identity === undefined) return 'unmanaged';
  const place = `${identity.system} on ${identity.rootDisk.path}`;
  return identity.hostname === undefined ? place : `${identity.hostname}, ${place}`;
}

function copyWords({ copy }: DomUModel): Record<string, string> {
  return copy === undefined ? {} : { copy_of: `${copy.original} on ${copy.originalHost}` };
}

/** Terraform shows an empty text as null. */
function words(items: readonly string[]): string {
  return items.length === 0 ? 'none' : items.join(' ');
}

/**
 * A paravirtual guest: its configuration in /etc/xen, its autostart link, and its life.
 *
 * Its MAC addresses follow from the names of Lan and guest alone. So it keeps them when it moves to another host or
 * stack, and a copy, which needs a name of its own, gets others: a copy and its running original can't share one.
 */
export class DomU extends Construct {
  /** The guest's name. */
  public readonly name: string;
  /** The host that runs the guest. */
  public readonly host: XenHost;
  /** The guest's network interfaces, as promised to everybody on the Lan. */
  public readonly vifs: Vif[];
  /** @internal */
  public readonly _model: DomUModel;
  /** @internal */
  public readonly _props: DomUProps;
  /** @internal */
  public readonly _resource: Resource;
  /** @internal */
  public _unit: Unit;
  private handedOver: HandedOver | undefined;

  /**
   * A copy of a guest, to rehearse with while the original runs: everything as the original has it, but a name, hence a
   * MAC, addresses and disks of its own. Its disks are made and filled from the original's at deploy, never over
   * existing ones, and told who they belong to before the copy starts.
   *
   * @param original the guest to be copied, on whatever host of the app
   * @param options what the copy has of its own, and what shall be different
   * @throws ValidationError with every problem, above all what the copy would share with its original
   */
  public static copyOf(original: DomU, options: DomUCopyOptions): DomU {
    const props = copyProps(original, options);
    return new DomU(props.host, options.name, props);
  }

  /** @throws ValidationError with every problem of the properties */
  public constructor(scope: Construct, id: string, props: DomUProps) {
    super(scope, id);
    requireProps(`domU '${id}'`, props, ['host', 'boot']);
    requireKnownAtSynth(`domU '${id}'`, props);
    const { host, boot, disks = [], vifs = [], identity, _copyOf: copy, ...rest } = props;
    const model = defineDomU({
      ...rest,
      name: props.name ?? id,
      boot: boot._input,
      disks: disks.map((disk) => disk._input),
      vifs: vifs.map((vif) => ({ ...vif, bridge: vif.bridge._model })),
      identity: identity === undefined ? undefined : { ...identity, root: identity.root._input },
      copy:
        copy === undefined
          ? undefined
          : { ...copy, original: copy.original._model, originalHost: copy.original.host.name, host: host.name },
    });
    this.name = model.name;
    this.host = host;
    this.vifs = vifs.map((vif, index) => ({
      bridge: vif.bridge,
      address: vif.address,
      macAddress: model.vifs[index]?.macAddress ?? '',
    }));
    this._model = model;
    this._props = props;
    this._unit = guestUnit(model);
    this.warnOfDrawnMacs();
    this.warnOfSnapshots();
    const before = vifs.length === 0 ? [host._roster] : vifs.map((vif) => vif.bridge._resource);
    // An original of the same stack is as it shall be before it is copied.
    if (copy !== undefined && TerraformStack.of(copy.original) === TerraformStack.of(this))
      before.push(copy.original._resource);
    this._resource = contentStep(this, {
      host: host.name,
      id: `domU_${guestId(model.name)}`,
      unit: this._unit.name,
      live: host._live,
      triggers: this.triggers(),
      dependsOn: before,
    });
    host._joinDomU(this);
  }

  /** @internal */
  public _takeOver(from: HandedOver, before: readonly Resource[]): void {
    this.handedOver = from;
    this._unit = guestUnit(this._model, from);
    this._resource.triggers = withLive(this.triggers(), this.host._live, this._unit.name);
    dependOn(this._resource, before);
  }

  private triggers(): Record<string, string> {
    const { _model: model, handedOver } = this;
    return {
      domu: model.name,
      memory_mib:
        model.maxmemMiB === model.memoryMiB ? String(model.memoryMiB) : `${model.memoryMiB} of ${model.maxmemMiB}`,
      vcpus: String(model.vcpus),
      boot: bootWords(model),
      disks: words(model.disks.map((disk) => `${disk.device}=${disk.path}`)),
      macs: words(model.vifs.map((vif) => vif.macAddress)),
      addresses: words(model.vifs.map((vif) => vif.address)),
      autostart: String(model.autostart),
      running: String(model.running),
      on_change: model.onChange,
      on_removal: model.onRemoval,
      identity: identityWords(model),
      ...copyWords(model),
      ...(handedOver === undefined ? {} : { takes_over_from: `${handedOver.guest} on ${handedOver.host}` }),
      bundle_sha256: this._unit.sha256,
    };
  }

  private warnOfDrawnMacs(): void {
    this._model.vifs.forEach((vif, index) => {
      if (!vif.pinned || !isDrawnByXen(vif.macAddress)) return;
      Annotations.of(this).addWarning(
        `vif ${index} of domU '${this.name}' has the pinned MAC ${vif.macAddress}, in the range that xend and libxl draw from: ` +
          'any guest started without a mac= may get the same one',
      );
    });
  }

  /** Each disk is whole, but what the guest spreads over several may not fit together. */
  private warnOfSnapshots(): void {
    const { copy } = this._model;
    const written = copy?.disks.filter(({ source }) => !source.readOnly).length ?? 0;
    if (copy === undefined || copy.snapshotMiB === 0 || written < 2) return;
    Annotations.of(this).addWarning(
      `domU '${this.name}' copies '${copy.original}' while that runs, its ${written} disks one after the other: they are of ` +
        'different moments; where data on one has to fit data on another, shut the original down for the copy',
    );
  }
}
