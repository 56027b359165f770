import type { Resource } from '@cdktf/provider-null/lib/resource';
import { Construct } from 'constructs';
import { type BridgeModel, defineBridge } from '../model/bridge';
import { bridgeUnit } from '../render/host-tree';
import type { Address } from './address';
import type { Lan } from './lan';
import { requireKnownAtSynth } from './private/known-at-synth';
import { requireProps } from './private/required-props';
import { contentStep } from './private/unit-step';
import type { Uplink } from './uplink';
import type { XenHost } from './xen-host';

/** Options of `XenHost.addBridge()`. */
export interface BridgeOptions {
  /** The Lan that the bridge joins. */
  readonly lan: Lan;
  /** The physical interface under the bridge, or none. */
  readonly uplink: Uplink;
  /** dom0's own address on the bridge, or none. */
  readonly address: Address;
  /**
   * Whether dom0's default route goes through this bridge, to the Lan's gateway. One bridge of a host may have it.
   *
   * @default - true where the bridge has an uplink and an address and the Lan has a gateway
   */
  readonly defaultRoute?: boolean;
  /**
   * Spanning tree protocol. Needed only where two paths lead to the same switch.
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
   * The bridge's device name, at most 15 characters.
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

/**
 * A bridge of dom0, made by CentOS 6's own initscripts: `ifcfg-eth0` with `BRIDGE=`, and `ifcfg-xenbr0` with
 * `TYPE=Bridge` and the address.
 *
 * Xen 3's `network-bridge` script, which renamed interfaces at start-up, has no part in this and must be off.
 */
export class Bridge extends Construct {
  /** The device name: `xenbr0`. */
  public readonly name: string;
  /** The host that has the bridge. */
  public readonly host: XenHost;
  /** The Lan that the bridge joins. */
  public readonly lan: Lan;
  /** dom0's own address on the bridge, if any. */
  public readonly address?: string;
  /** @internal */
  public readonly _model: BridgeModel;
  /** @internal */
  public readonly _resource: Resource;

  /** @throws ValidationError with every problem of the properties */
  public constructor(scope: Construct, id: string, props: BridgeProps) {
    super(scope, id);
    requireProps(`bridge '${id}'`, props, ['host', 'lan', 'uplink', 'address']);
    requireKnownAtSynth(`bridge '${id}'`, props);
    const { host, lan, uplink, address, ...rest } = props;
    const model = defineBridge({
      ...rest,
      name: props.name ?? id,
      lan: lan._model,
      uplink: uplink._input,
      address: address._ipv4,
    });
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
      triggers: {
        bridge: model.name,
        lan: model.lan.name,
        uplink: model.uplink === undefined ? 'none' : `${model.uplink.device} ${model.uplink.macAddress}`,
        address: model.address === undefined ? 'none' : `${model.address}/${model.lan.network.prefix}`,
        gateway: model.gateway ?? 'none',
        stp: model.stp ? 'on' : 'off',
        delay_seconds: String(model.delaySeconds),
        mtu: model.mtu === undefined ? 'default' : String(model.mtu),
        bundle_sha256: unit.sha256,
      },
      dependsOn: [host._resource],
    });
    host._joinBridge(this, unit);
  }
}
