import { Construct } from 'constructs';
import { type BridgeModel, defineBridge } from '../model/bridge';
import { worstCaseOutageSeconds } from '../model/switch-timeouts';
import { bridgeUnit } from '../render/host-tree';
import { whenOmitted } from '../model/fields';
import { show } from '../model/show';
import { Address } from './address';
import { Lan } from './lan';
import type { ITerraformDependable, Resource } from './private/engine';
import { type Options, VALUE, instance, object, optional, place, readProps } from './private/props';
import { contentStep } from './private/unit-step';
import { Uplink } from './uplink';
import { XenHost } from './xen-host';

/**
 * How long the parts of a change of the host's network may take, in seconds from the beginning of the change. Synth
 * checks that each part leaves room for the one before. The plan shows the result as `worst_case_outage_seconds`.
 */
export interface SwitchTimeouts {
  /**
   * Until then the host itself must see the new state, else it goes back at once. 10 to 3600, and at least 10 more than
   * twice the bridge's delay.
   *
   * @default - 40, and twice the bridge's delay
   */
  readonly verifySeconds?: number;
  /**
   * For this long a new connection to the host is tried; only such a connection can confirm the change. At least 5 more
   * than `verifySeconds`, at most 3600.
   *
   * @default - 50 more than verifySeconds
   */
  readonly confirmSeconds?: number;
  /**
   * If the change is not confirmed by then, the host goes back by itself. At least 10 more than `confirmSeconds`, at
   * most 3600.
   *
   * @default - 30 more than confirmSeconds
   */
  readonly rollbackSeconds?: number;
}

/** Options of `XenHost.addBridge()`. */
export interface BridgeOptions {
  /** The Lan that the bridge joins. Its name is part of the key of every derived MAC address on the bridge. */
  readonly lan: Lan;
  /** The physical interface under the bridge: `Uplink.nic()`, or `Uplink.none()`. */
  readonly uplink: Uplink;
  /** dom0's own address on the bridge: `Address.ipv4()`, inside the Lan, or `Address.none()`. */
  readonly address: Address;
  /**
   * Whether dom0's default route goes through this bridge, to the Lan's gateway. One bridge of a host may have it.
   *
   * @default - true if the bridge has an uplink and an address, and the Lan has a gateway
   */
  readonly defaultRoute?: boolean;
  /**
   * Spanning tree protocol. Needed only if two paths lead to the same switch.
   *
   * @default false
   */
  readonly stp?: boolean;
  /**
   * Seconds that a new port listens before it forwards (initscripts' DELAY): 0 to 30, at least 2 with `stp`.
   *
   * @default - 0, with `stp` 15
   */
  readonly delaySeconds?: number;
  /**
   * MTU in bytes, 576 to 9216, for bridge and uplink alike; guests have to be told themselves.
   *
   * @default - the interface's own, usually 1500
   */
  readonly mtu?: number;
  /**
   * The name that the host has had for this bridge until now. Guests' interfaces move to the new name while the guests
   * run. Take it out when the change has been deployed.
   *
   * @default - not renamed
   */
  readonly renamedFrom?: string;
  /**
   * Takes the bridge away and gives its address back to the uplink. Refused while a guest is on the bridge. Take the
   * whole bridge out of the stack when the change has been deployed. Without `dissolve`, a bridge that leaves the stack
   * stays on the host.
   *
   * @default false
   */
  readonly dissolve?: boolean;
  /**
   * How long the parts of a change may take.
   *
   * @default - 40, 90 and 120 seconds
   */
  readonly timeouts?: SwitchTimeouts;
  /**
   * The id of a rollback, as in `4711-0a1b2c3d4e5f`. After a rollback the host refuses further changes of its bridges,
   * and names this id. Set it once a person has looked at the cause.
   *
   * @default - none
   */
  readonly acknowledgeRollback?: string;
  /**
   * The bridge's device name: at most 15 lower-case letters, digits, underscores and hyphens, and none that initscripts
   * take for another kind of device.
   *
   * @default - the construct id
   */
  readonly name?: string;
}

/** Properties of a `Bridge`. */
export interface BridgeProps extends BridgeOptions {
  /** The host that gets the bridge. */
  readonly host: XenHost;
}

/** The forms of an address that dom0 can have. */
function isOfDom0(value: unknown): boolean {
  return value instanceof Address && (value._value.kind === 'ipv4' || value._value.kind === 'none');
}

const SWITCH_TIMEOUTS: Options<SwitchTimeouts> = {
  verifySeconds: VALUE,
  confirmSeconds: VALUE,
  rollbackSeconds: VALUE,
};

const BRIDGE_OPTIONS: Options<BridgeProps> = {
  host: instance('the XenHost that gets the bridge', (value) => value instanceof XenHost),
  lan: instance('the Lan that the bridge joins', (value) => value instanceof Lan),
  uplink: instance(
    'Uplink.nic("eth0", "<its MAC address>"), Uplink.nicByName("eth0") or Uplink.none()',
    (value) => value instanceof Uplink,
  ),
  address: instance('Address.ipv4("192.0.2.10") or Address.none()', (value) => isOfDom0(value)),
  defaultRoute: VALUE,
  stp: VALUE,
  delaySeconds: VALUE,
  mtu: VALUE,
  renamedFrom: VALUE,
  dissolve: VALUE,
  timeouts: optional(object('an object, as in { verifySeconds: 60 }', () => SWITCH_TIMEOUTS)),
  acknowledgeRollback: VALUE,
  name: VALUE,
};

/**
 * A bridge of dom0, made by CentOS 6's own initscripts: `ifcfg-eth0` with `BRIDGE=`, and `ifcfg-xenbr0` with
 * `TYPE=Bridge` and the address.
 *
 * Xen 3's `network-bridge` script, which renamed interfaces at start-up, has no part in this and must be off.
 */
export class Bridge extends Construct implements ITerraformDependable {
  /** The device name: `xenbr0`. */
  public readonly name: string;
  /** The host that has the bridge. */
  public readonly host: XenHost;
  /** The Lan that the bridge joins. */
  public readonly lan: Lan;
  /** dom0's own address on the bridge, without a prefix length: `192.0.2.10`. Undefined if it has none. */
  public readonly address?: string;
  /** @internal */
  public readonly _model: BridgeModel;
  /** @internal */
  public readonly _resource: Resource;

  /**
   * @param scope where it belongs in the tree of constructs, as in `this`
   * @param id the bridge's device name, unless the properties say another
   * @param props the host, and the settings of the bridge
   * @throws an Error named ValidationError with every problem of the properties, each with the value got and the cure
   */
  public constructor(scope: Construct, id: string, props: BridgeProps) {
    super(...place('bridge', scope, id));
    const model = readProps(this, `bridge ${show(id)}`, props, BRIDGE_OPTIONS, () => {
      const [uplink, address] = [props.uplink._value, props.address._value];
      return defineBridge({
        ...props,
        name: whenOmitted(props.name, id),
        lan: props.lan._model,
        uplink: uplink.kind === 'none' ? undefined : uplink.nic,
        address: address.kind === 'ipv4' ? address.ipv4 : undefined,
      });
    });
    const { host, lan } = props;
    const unit = bridgeUnit(model);
    this.name = model.name;
    this.host = host;
    this.lan = lan;
    this.address = model.address;
    this._model = model;
    this._resource = contentStep(this, {
      host: host.name,
      id: `bridge_${model.name}`,
      unit: unit.name,
      live: host._live,
      triggers: {
        bridge: model.name,
        state: model.dissolve ? 'dissolved' : 'present',
        lan: model.lan.name,
        uplink:
          model.uplink === undefined ? 'none' : [model.uplink.device, model.uplink.macAddress ?? 'by name'].join(' '),
        address: model.address === undefined ? 'none' : `${model.address}/${model.lan.network.prefix}`,
        gateway: model.gateway ?? 'none',
        stp: model.stp ? 'on' : 'off',
        delay_seconds: String(model.delaySeconds),
        mtu: model.mtu === undefined ? 'default' : String(model.mtu),
        worst_case_outage_seconds: String(worstCaseOutageSeconds(model.timeouts)),
        bundle_sha256: unit.sha256,
      },
      // The roster comes first: it retires old guests, and a guest under a new name has the disks of an old one.
      dependsOn: [host._roster],
    });
    host._joinBridge(this, unit);
  }

  /**
   * The Terraform address of the bridge's step. A resource of the stack that names the bridge in `dependsOn` waits
   * until it is up.
   */
  public get fqn(): string {
    return this._resource.fqn;
  }
}
