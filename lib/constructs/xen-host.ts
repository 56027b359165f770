import { Construct } from 'constructs';
import type { BridgeModel } from '../model/bridge';
import { ValidationError } from '../model/errors';
import type { Described } from '../model/estate';
import { whenOmitted } from '../model/fields';
import { show } from '../model/show';
import { formatXenVersion } from '../model/xen-version';
import { type XenHostModel, defineXenHost } from '../model/xen-host';
import type { TreeFile, Unit } from '../render/bundle';
import { hostUnit, rosterUnit, sharedFiles } from '../render/host-tree';
import { Bridge, type BridgeOptions } from './bridge';
import { DomU } from './domu';
import type { DomUOptions } from './domu-options';
import { atPath } from './private/at-path';
import { Annotations, type ITerraformDependable, Lazy, type Resource } from './private/engine';
import { EstateRegister, type HostEntry } from './private/estate-register';
import { writeTreeAtSynth } from './private/host-tree-writer';
import { type Options, VALUE, place, readProps } from './private/props';
import { LiveHost } from './private/live-data';
import { runtimeNote } from '../runtime-copy';
import { SSH, type SshOptions } from './ssh-options';
import { contentStep, identityStep, requireNullProvider, withLive } from './private/unit-step';

/** What becomes of running guests when their host shuts down (xendomains). */
export enum GuestsAtShutdown {
  /** They are shut down cleanly, and those with autostart are started anew with the host. */
  SHUT_DOWN = 'shut-down',
  /**
   * Their memory is saved in /var/lib/xen/save and restored with the host. They then come back as they were, with the
   * configuration of that time. A deploy refuses to start a guest that is saved.
   */
  SAVE = 'save',
  /** As the host has it; no key of /etc/sysconfig/xendomains is set. */
  UNMANAGED = 'unmanaged',
}

/** Properties of a `XenHost`. */
export interface XenHostProps {
  /** How the host is reached over SSH. Its host keys are required. */
  readonly ssh: SshOptions;
  /** The machine's memory in MiB, 256 to 16777216. Its guests and dom0 must fit in. */
  readonly memoryMiB: number;
  /**
   * Memory of dom0 in MiB, 128 to 1048576, as on the hypervisor's boot line (`dom0_mem`).
   *
   * @default 1024
   */
  readonly dom0MemoryMiB?: number;
  /**
   * Physical CPUs, 1 to 4096. No guest may have more vcpus.
   *
   * @default - not checked
   */
  readonly cpus?: number;
  /**
   * The Xen release, `4.2` or later: names of xl.conf's keys depend on it, and the host must really run it.
   *
   * @default 4.6
   */
  readonly xenVersion?: string;
  /**
   * The host's HOSTNAME in /etc/sysconfig/network: a DNS name of at most 64 characters.
   *
   * @default - left as it is
   */
  readonly hostname?: string;
  /**
   * What becomes of running guests when the host shuts down.
   *
   * @default GuestsAtShutdown.SHUT_DOWN
   */
  readonly guestsAtShutdown?: GuestsAtShutdown;
  /**
   * Whether a plan asks the host, in one read-only session, if it still is as the last deploy left it. The plan shows
   * what drifted, with reasons, and the next deploy mends it. The environment variable `CDKTF_XEN_DRIFT_DETECTION=off`
   * at synth turns it off for all hosts, for reviews without a way to the hosts.
   *
   * @default true
   */
  readonly driftDetection?: boolean;
  /**
   * The host's short name: up to 63 lower-case letters, digits and inner hyphens. It is part of Terraform addresses and
   * of the path of its tree.
   *
   * @default - the construct id
   */
  readonly name?: string;
}

const HOST_OPTIONS: Options<XenHostProps> = {
  ssh: SSH,
  memoryMiB: VALUE,
  dom0MemoryMiB: VALUE,
  cpus: VALUE,
  xenVersion: VALUE,
  hostname: VALUE,
  guestsAtShutdown: VALUE,
  driftDetection: VALUE,
  name: VALUE,
};

/** Options together with the host. Refuses a host among the options: it would be ignored. */
function withHost<T extends object>(method: string, options: T, host: XenHost): T & { readonly host: XenHost } {
  const given: unknown = options;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new ValidationError(`${method} of host '${host.name}'`, [
      `its options must be an object, got ${show(given)}`,
    ]);
  }
  if (Object.hasOwn(given, 'host')) {
    throw new ValidationError(`${method} of host '${host.name}'`, [
      'host is no option here: it is the host whose method this is; leave it out',
    ]);
  }
  return { ...options, host };
}

/** Terraform shows an empty text as null. */
function namesOf(members: readonly Described<{ readonly name: string }>[]): string {
  const names = members.map(({ model }) => model.name).sort();
  return names.join(' ') || 'none';
}

/**
 * A dom0: a CentOS 6 machine that runs Xen with xl.
 *
 * Synth writes one tree per host that looks like the host's own filesystem, for the host, its bridges and its guests;
 * deploy carries each part that changed over OpenSSH.
 */
export class XenHost extends Construct implements ITerraformDependable {
  /** The host's short name: `xen01`. */
  public readonly name: string;
  /** @internal */
  public readonly _model: XenHostModel;
  /** @internal */
  public readonly _resource: Resource;
  /** @internal */
  public readonly _roster: Resource;
  /** @internal */
  public readonly _live: LiveHost | undefined;
  private readonly entry: HostEntry;
  private readonly bridgeUnits: Unit[] = [];
  private readonly domUs: DomU[] = [];

  /**
   * @param scope where it belongs in the tree of constructs, as in `this`
   * @param id the host's short name, unless the properties say another
   * @param props how the host is reached, and the settings of the host
   * @throws an Error named ValidationError with every problem of the properties, each with the value got and the cure
   */
  public constructor(scope: Construct, id: string, props: XenHostProps) {
    super(...place('host', scope, id));
    const model = readProps(this, `host ${show(id)}`, props, HOST_OPTIONS, () =>
      defineXenHost({ ...props, name: whenOmitted(props.name, id) }),
    );
    requireNullProvider(this);
    this.name = model.name;
    this._model = model;
    this.entry = atPath(this, () => EstateRegister.of(this).addHost(this, model));
    const asks = model.driftDetection && process.env['CDKTF_XEN_DRIFT_DETECTION'] !== 'off';
    this._live = asks ? new LiveHost(this, model.name) : undefined;
    const identity = identityStep(this, { host: model.name, id: 'identity', triggers: { host: model.name } });
    this._resource = contentStep(this, {
      host: model.name,
      id: 'host',
      unit: 'host',
      live: this._live,
      triggers: this.triggers(),
      dependsOn: [identity],
    });
    this._roster = contentStep(this, {
      host: model.name,
      id: 'roster',
      unit: 'roster',
      live: this._live,
      triggers: {
        // Known only when all bridges and guests have joined.
        bridges: Lazy.stringValue({ produce: (context) => namesOf(this.soundEntry(context).bridges) }),
        guests: Lazy.stringValue({ produce: (context) => namesOf(this.soundEntry(context).guests) }),
      },
      dependsOn: [this._resource],
    });
    writeTreeAtSynth(this, model.name, () => {
      this.soundEntry();
      this.warn();
      return this.tree();
    });
  }

  /**
   * Gives the host a bridge.
   *
   * @param id the bridge's device name, unless the options say another
   * @param options the settings of the bridge
   * @returns the bridge, for guests' interfaces
   * @throws an Error named ValidationError with every problem of the options
   */
  public addBridge(id: string, options: BridgeOptions): Bridge {
    const props = atPath(this, () => withHost('addBridge()', options, this));
    return new Bridge(this, id, props);
  }

  /**
   * Gives the host a guest.
   *
   * @param id the guest's name, unless the options say another
   * @param options the settings of the guest
   * @returns the guest, whose MAC addresses are known at once
   * @throws an Error named ValidationError with every problem of the options
   */
  public addDomU(id: string, options: DomUOptions): DomU {
    const props = atPath(this, () => withHost('addDomU()', options, this));
    return new DomU(this, id, props);
  }

  /**
   * The Terraform address of the last of the host's own steps. A resource that names the host in `dependsOn` waits
   * until the host is ours and has retired the guests that have left it. Its bridges and guests can be named
   * themselves.
   */
  public get fqn(): string {
    return this._roster.fqn;
  }

  /**
   * Gives the host a guest: `addDomU()` under a name that other languages spell well (`add_guest` in Python).
   *
   * @param id the guest's name, unless the options say another
   * @param options the settings of the guest
   * @returns the guest, whose MAC addresses are known at once
   * @throws an Error named ValidationError with every problem of the options
   */
  public addGuest(id: string, options: DomUOptions): DomU {
    const props = atPath(this, () => withHost('addGuest()', options, this));
    return new DomU(this, id, props);
  }

  /** @internal */
  public _joinBridge(bridge: Bridge, unit: Unit): void {
    EstateRegister.of(this).addMember(bridge, this.entry.bridges, bridge._model);
    this.bridgeUnits.push(unit);
    // xl.conf names the bridge if there is just one, so the host's own unit depends on all bridges.
    this._resource.triggers = withLive(this.triggers(), this._live, 'host');
  }

  /** @internal */
  public _joinDomU(domU: DomU): void {
    EstateRegister.of(this).addMember(domU, this.entry.guests, domU._model);
    this.domUs.push(domU);
  }

  private get bridges(): readonly BridgeModel[] {
    return this.entry.bridges.map((bridge) => bridge.model);
  }

  private unit(): Unit {
    return hostUnit(this._model, this.bridges);
  }

  private triggers(): Record<string, string> {
    return {
      host: this._model.name,
      hostname: this._model.hostname ?? 'unmanaged',
      xen_version: formatXenVersion(this._model.xenVersion),
      memory_mib: String(this._model.memoryMiB),
      dom0_memory_mib: String(this._model.dom0MemoryMiB),
      bundle_sha256: this.unit().sha256,
    };
  }

  /**
   * The host's entry for everything that is written. Throws while anything is wrong, so that nothing is written then.
   * Before cdktf validates, it resolves all values once to prepare; at that time the validation is left to tell what is
   * wrong.
   */
  private soundEntry(context?: { readonly preparing: boolean }): HostEntry {
    if (context?.preparing !== true) EstateRegister.of(this).requireSound();
    return this.entry;
  }

  /** Warns of what is known only when all constructs are there; once, even if the app is synthesized again. */
  private warn(): void {
    for (const domU of this.domUs) {
      for (const warning of EstateRegister.of(this).warningsOf(domU.node.path)) {
        if (domU.node.metadata.every(({ data }) => data !== warning)) Annotations.of(domU).addWarning(warning);
      }
    }
  }

  private *tree(): Iterable<TreeFile> {
    const guests = this.entry.guests.map((guest) => guest.model);
    const roster = rosterUnit(this.bridges, guests);
    const units = [this.unit(), roster, ...this.bridgeUnits, ...this.domUs.map((domU) => domU._unit)];
    yield runtimeNote();
    for (const unit of units) yield* unit.files;
    yield* sharedFiles(this._model, this.bridges, guests, units, EstateRegister.of(this).peersOf(this.entry));
  }
}
