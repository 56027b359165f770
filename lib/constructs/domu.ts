import { Construct } from 'constructs';
import { type DomUModel, defineDomU } from '../model/domu';
import type { VifInput } from '../model/vif';
import { isDrawnByXen } from '../model/mac-address';
import { guestId } from '../model/validate-host';
import type { Unit } from '../render/bundle';
import type { HandedOver } from '../render/guest-notes';
import { guestUnit } from '../render/host-tree';
import { whenOmitted } from '../model/fields';
import { show } from '../model/show';
import { Address } from './address';
import { CopyOf, copyProps, type DomUCopyOptions } from './domu-copy';
import { BOOT, type DomUOptions, GUESTS_HOST, GUEST_OPTIONS, type Vif, type VifOptions } from './domu-options';
import { Annotations, type ITerraformDependable, type Resource, TerraformStack } from './private/engine';
import { type Options, ours, place, readProps } from './private/props';
import { contentStep, dependOn, withLive } from './private/unit-step';
import type { XenHost } from './xen-host';

/** Properties of a `DomU`. */
export interface DomUProps extends DomUOptions {
  /** The host that runs the guest. */
  readonly host: XenHost;
  /** @internal */
  readonly _copyOf?: CopyOf;
}

const DOMU_OPTIONS: Options<DomUProps> = {
  ...GUEST_OPTIONS,
  boot: BOOT,
  host: GUESTS_HOST,
  _copyOf: ours((value) => value instanceof CopyOf),
};

function bootWords(model: DomUModel): string {
  return model.boot.kind === 'kernel' ? `kernel ${model.boot.kernel}` : model.boot.kind;
}

function addressOf({ address }: VifOptions): VifInput['address'] {
  if (!(address instanceof Address)) return address;
  const { _value: value } = address;
  return value.kind === 'ipv4' ? value.ipv4 : { addressing: value.kind };
}

function define(id: string, props: DomUProps): DomUModel {
  const { host, boot, disks = [], vifs = [], identity, _copyOf: copy, ...rest } = props;
  return defineDomU({
    ...rest,
    name: whenOmitted(props.name, id),
    boot: boot._input,
    disks: disks.map((disk) => disk._input),
    vifs: vifs.map((vif) => ({ ...vif, bridge: vif.bridge._model, address: addressOf(vif) })),
    identity: identity === undefined ? undefined : { ...identity, root: identity.root._input },
    copy:
      copy === undefined
        ? undefined
        : {
            original: copy.original._model,
            originalHost: copy.original.host.name,
            host: host.name,
            copyDisks: copy.copyDisks,
            snapshotMiB: copy.snapshotMiB,
          },
  });
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
 * A guest, paravirtual or HVM: its configuration in /etc/xen, its autostart link, and its life.
 *
 * Its MAC addresses follow from the names of Lan and guest alone. So it keeps them when it moves to another host or
 * stack. A copy needs a name of its own and so gets other MAC addresses: a copy and its running original can't share
 * one.
 */
export class DomU extends Construct implements ITerraformDependable {
  /** The guest's name, as `xl list` shows it: `web1`. */
  public readonly name: string;
  /** The host that runs the guest. */
  public readonly host: XenHost;
  /** The guest's network interfaces, eth0 first, with the MAC addresses that the guest will have. */
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
   * A copy of a guest, to rehearse with while the original runs. It has everything as the original has it, but its own
   * name, MAC addresses, IP addresses and disks. A deploy makes its disks and fills them from the original's, never
   * over existing ones, and writes the copy's identity on them before the copy starts.
   *
   * @param original the guest to be copied, on any host of the app
   * @param options what the copy has of its own, and what is different
   * @returns the copy, on its own host
   * @throws an Error named ValidationError with every problem, above all what the copy would share with its original
   */
  public static copyOf(original: DomU, options: DomUCopyOptions): DomU {
    const props = copyProps(original, options);
    return new DomU(props.host, options.name, props);
  }

  /**
   * @param scope where it belongs in the tree of constructs, as in `this`
   * @param id the guest's name, unless the properties say another
   * @param props the host, and the settings of the guest
   * @throws an Error named ValidationError with every problem of the properties, each with the value got and the cure
   */
  public constructor(scope: Construct, id: string, props: DomUProps) {
    super(...place('domU', scope, id));
    const model = readProps(this, `domU ${show(id)}`, props, DOMU_OPTIONS, () => define(id, props));
    const { host, vifs = [], _copyOf: copy } = props;
    this.name = model.name;
    this.host = host;
    this.vifs = vifs.map((vif, index) => ({
      bridge: vif.bridge,
      address: model.vifs[index]?.address,
      macAddress: model.vifs[index]?.macAddress ?? '',
    }));
    this._model = model;
    this._props = props;
    this._unit = guestUnit(model);
    this.warnOfDrawnMacs();
    this.warnOfSnapshots();
    const before = vifs.length === 0 ? [host._roster] : vifs.map((vif) => vif.bridge._resource);
    // An original of the same stack is deployed before it is copied.
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

  /**
   * The Terraform address of the guest's step. A resource of the same stack that names the guest in `dependsOn` waits
   * until it runs.
   */
  public get fqn(): string {
    return this._resource.fqn;
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
      addresses: words(model.vifs.map(({ address, addressing }) => address ?? addressing)),
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

  /** Each disk is whole, but data that the guest spreads over several disks may not fit together. */
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
