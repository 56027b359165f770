import { Checklist } from './errors';
import { flag, integer, text, whenOmitted } from './fields';
import { hostRange, ipv4Address, isHostAddress } from './ipv4';
import type { LanModel } from './lan';
import { type MacAddress, macAddress } from './mac-address';
import { bridgeName, nicName } from './names';
import { show } from './show';
import { type SwitchTimeouts, type SwitchTimeoutsInput, switchTimeouts } from './switch-timeouts';

/** The physical interface under a bridge. */
export interface UplinkModel {
  readonly device: string;
  /** None: the interface that the host calls by that name, with any MAC. */
  readonly macAddress: MacAddress | undefined;
}

/** An uplink as given; none = a host-only bridge. */
export interface UplinkInput {
  readonly device: string;
  readonly macAddress?: string;
  /** Known by its name alone, which is said, since a MAC may be left out by mistake. */
  readonly byName?: boolean;
}

/** A bridge of dom0, made by initscripts. */
export interface BridgeModel {
  readonly name: string;
  readonly lan: LanModel;
  readonly uplink: UplinkModel | undefined;
  /** dom0's own address on the bridge; none = guests only. */
  readonly address: string | undefined;
  /** The next hop of the default route, if this bridge carries it. */
  readonly gateway: string | undefined;
  readonly nameservers: readonly string[];
  readonly stp: boolean;
  readonly delaySeconds: number;
  readonly mtu: number | undefined;
  /** The name under which the host has had this bridge until now. */
  readonly renamedFrom: string | undefined;
  /** The bridge is dissolved; its uplink gets the address back. */
  readonly dissolve: boolean;
  readonly timeouts: SwitchTimeouts;
  /** The id of a rollback that a person has acknowledged. */
  readonly acknowledgeRollback: string | undefined;
}

/** A bridge as given. */
export interface BridgeInput {
  readonly name: string;
  readonly lan: LanModel;
  readonly uplink?: UplinkInput;
  readonly address?: string;
  readonly defaultRoute?: boolean;
  readonly stp?: boolean;
  readonly delaySeconds?: number;
  readonly mtu?: number;
  readonly renamedFrom?: string;
  readonly dissolve?: boolean;
  readonly timeouts?: SwitchTimeoutsInput;
  readonly acknowledgeRollback?: string;
}

function uplinkOf(check: Checklist, input: UplinkInput, names: readonly [device: string, mac: string]): UplinkModel {
  return Object.freeze({
    device: check.field(() => nicName(names[0], input.device)),
    macAddress: input.byName === true ? undefined : check.field(() => macAddress(names[1], input.macAddress)),
  });
}

/** @throws ValidationError with every problem of an uplink that belongs to no bridge yet */
export function readUplink(subject: string, input: UplinkInput): UplinkModel {
  const check = new Checklist(subject);
  const uplink = uplinkOf(check, input, ['device', 'macAddress']);
  check.done();
  return uplink;
}

/** @throws ValidationError if dom0's address is no address; the bridge checks whether it is inside the Lan */
export function readAddress(subject: string, value: unknown): string {
  const check = new Checklist(subject);
  const address = check.field(() => ipv4Address('address', value));
  check.done();
  return address;
}

/** @throws ValidationError with every problem of the bridge */
export function defineBridge(input: BridgeInput): BridgeModel {
  const { lan } = input;
  const check = new Checklist(`bridge ${show(input.name)}`);
  const name = check.field(() => bridgeName(input.name));
  const uplink = input.uplink === undefined ? undefined : uplinkOf(check, input.uplink, ['uplink', 'uplink MAC']);
  const address = check.field(() => (input.address === undefined ? undefined : ipv4Address('address', input.address)));
  const stp = check.field(() => flag('stp', whenOmitted(input.stp, false)));
  const defaultRoute = check.field(() =>
    flag('defaultRoute', whenOmitted(input.defaultRoute, address !== undefined && uplink !== undefined)),
  );
  // The kernel raises the delay to 2 s as soon as STP is on. Without STP a delay has no use.
  const delaySeconds = check.field(() =>
    integer(stp ? 'delaySeconds with stp' : 'delaySeconds', whenOmitted(input.delaySeconds, stp ? 15 : 0), {
      min: stp ? 2 : 0,
      max: 30,
    }),
  );
  const mtu = check.field(() =>
    input.mtu === undefined ? undefined : integer('mtu', input.mtu, { min: 576, max: 9216 }),
  );
  const renamedFrom = check.field(() =>
    input.renamedFrom === undefined ? undefined : bridgeName(input.renamedFrom, 'renamedFrom'),
  );
  const dissolve = check.field(() => flag('dissolve', whenOmitted(input.dissolve, false)));
  const acknowledgeRollback = check.field(() =>
    input.acknowledgeRollback === undefined
      ? undefined
      : text(
          'acknowledgeRollback',
          input.acknowledgeRollback,
          /^[0-9]+-[0-9a-f]{12}$/,
          'the id that the refusal names, as in "4711-0a1b2c3d4e5f"',
        ),
  );
  const timeouts = switchTimeouts(check, whenOmitted(input.timeouts, {}), check.clean ? delaySeconds : 0);
  if (check.clean) {
    if (renamedFrom === name) check.problem(`renamedFrom '${name}' is the bridge's own name; leave it out`);
    if (renamedFrom !== undefined && dissolve) {
      check.problem(`renamedFrom and dissolve exclude each other: dissolve the bridge under its name '${renamedFrom}'`);
    }
    if (address !== undefined && !isHostAddress(lan.network, address)) {
      check.problem(
        `address ${address} is not inside lan '${lan.name}', ${lan.network.cidr} (${hostRange(lan.network)})`,
      );
    }
    if (defaultRoute && address === undefined) {
      check.problem('defaultRoute needs an address on the bridge: give one, or defaultRoute: false');
    }
    if (input.defaultRoute === true && lan.gateway === undefined) {
      check.problem(`defaultRoute needs a gateway, lan '${lan.name}' has none`);
    }
  }
  check.done();
  return Object.freeze({
    name,
    lan,
    uplink,
    address,
    gateway: defaultRoute ? lan.gateway : undefined,
    nameservers: defaultRoute ? lan.nameservers : [],
    stp,
    delaySeconds,
    mtu,
    renamedFrom,
    dissolve,
    timeouts,
    acknowledgeRollback,
  });
}
