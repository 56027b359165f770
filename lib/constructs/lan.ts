import { Construct } from 'constructs';
import { whenOmitted } from '../model/fields';
import { type LanModel, defineLan } from '../model/lan';
import { show } from '../model/show';
import { EstateRegister } from './private/estate-register';
import { type Options, VALUE, VALUES, place, readProps } from './private/props';

/** The range that a Lan's derived MAC addresses come from. */
export enum MacSpace {
  /**
   * `00:16:3e:80:00:00` to `00:16:3e:ff:ff:ff`: Xen's own prefix, in the half that Xen itself never uses. 23 bits:
   * among 1,000 guests two collide with 5.8 % probability, which synth reports together with the cure.
   */
  XEN = 'xen',
  /** Any locally administered unicast address. 46 bits, for Lans with thousands of guests. */
  LOCALLY_ADMINISTERED = 'locallyAdministered',
}

/** Properties of a `Lan`. */
export interface LanProps {
  /** The network in CIDR form, its host bits zero, prefix length 8 to 30: `192.0.2.0/24`. */
  readonly cidr: string;
  /**
   * The router's IPv4 address on this Lan, without a prefix length.
   *
   * @default - none: no bridge on this Lan carries a default route
   */
  readonly gateway?: string;
  /**
   * IPv4 addresses of name servers for hosts on this Lan, at most two: CentOS 6 writes `DNS1` and `DNS2` only.
   *
   * @default - the hosts' resolv.conf is left as it is
   */
  readonly nameservers?: string[];
  /**
   * IPv4 addresses that belong to machines this app does not describe. No host or guest may take one.
   *
   * @default - none but the gateway
   */
  readonly reservedAddresses?: string[];
  /**
   * The range that derived MAC addresses come from. Changing it changes every derived MAC of the Lan.
   *
   * @default MacSpace.XEN
   */
  readonly macSpace?: MacSpace;
  /**
   * Nothing joins this Lan with any other Lan of the app: no cable, switch, router or tunnel, as at a site of its own.
   * Only then may another Lan have the same addresses, or a machine there the same MAC. Of several such Lans, all but
   * one must be isolated.
   *
   * @default false
   */
  readonly isolated?: boolean;
  /**
   * The Lan's name: up to 63 letters, digits, dots, underscores and hyphens. It is part of the key of every derived MAC
   * address: renaming a Lan gives each of its guests a new MAC.
   *
   * @default - the construct id
   */
  readonly name?: string;
}

const LAN_OPTIONS: Options<LanProps> = {
  cidr: VALUE,
  gateway: VALUE,
  nameservers: VALUES,
  reservedAddresses: VALUES,
  macSpace: VALUE,
  isolated: VALUE,
  name: VALUE,
};

/**
 * One layer-2 domain: the machines that hear each other's Ethernet frames.
 *
 * It creates no resource, so it may live in the app and be shared by many stacks. MAC and IP addresses are unique over
 * all hosts, guests and reserved addresses of all Lans and stacks of the app; an isolated Lan counts alone. If two
 * owners share an address, synth fails and names both.
 */
export class Lan extends Construct {
  /** The Lan's name, part of the key of every MAC address that is derived on it. */
  public readonly name: string;
  /** The network in CIDR form: `192.0.2.0/24`. */
  public readonly cidr: string;
  /** @internal */
  public readonly _model: LanModel;

  /**
   * @param scope where it belongs in the tree of constructs, as in `this`
   * @param id the Lan's name, unless the properties say another
   * @param props the settings of the Lan
   * @throws an Error named ValidationError with every problem of the properties, each with the value got and the cure
   */
  public constructor(scope: Construct, id: string, props: LanProps) {
    super(...place('lan', scope, id));
    this._model = readProps(this, `lan ${show(id)}`, props, LAN_OPTIONS, () =>
      defineLan({ ...props, name: whenOmitted(props.name, id) }),
    );
    this.name = this._model.name;
    this.cidr = this._model.network.cidr;
    EstateRegister.of(this).addLan(this, this._model);
  }
}
