import { type Addressing, UNCHECKED, type Unchecked } from './addressing';
import { hostPath } from './boot';
import type { BridgeModel } from './bridge';
import { type Checklist, FieldProblem } from './errors';
import { flag, integer, text, whenOmitted } from './fields';
import { hostRange, ipv4Address, isHostAddress } from './ipv4';
import { type MacAddress, deriveMacAddress, macAddress } from './mac-address';
import { show } from './show';

/** How much a guest may send. */
export interface VifRate {
  /** In xl's form: `10Mb/s@20ms`. */
  readonly text: string;
  /** What Xen makes of it: so many bytes in so many microseconds. */
  readonly bytes: number;
  readonly microseconds: number;
}

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
  /** Xen's script lets only frames of the address pass. */
  readonly antiSpoofing: boolean;
  /** The script that plugs it in; none = xl's default, vif-bridge. */
  readonly script: string | undefined;
  readonly rate: VifRate | undefined;
  /** The card that an HVM guest sees: `e1000`. */
  readonly model: string | undefined;
  /** Whether an emulated card stands beside it; none = as xl has it for the guest's type. */
  readonly emulated: boolean | undefined;
}

/** A network interface as given. */
export interface VifInput {
  readonly bridge: BridgeModel;
  readonly address: string | { readonly addressing: Unchecked };
  readonly macAddress?: string;
  readonly macEpoch?: number;
  readonly antiSpoofing?: boolean;
  readonly script?: string;
  readonly rate?: string;
  readonly model?: string;
  readonly emulated?: boolean;
}

/** libxlu's own pattern of a rate. */
const RATE = /^([1-9][0-9]{0,8})([GMK]?)([Bb])\/s(?:@([1-9][0-9]{0,5})([mu]?)s)?$/;

const TIMES: Readonly<Record<string, number>> = { '': 1, K: 1e3, M: 1e6, G: 1e9 };
const MICROSECONDS: Readonly<Record<string, number>> = { '': 1e6, m: 1e3, u: 1 };

/** As libxlu computes it. A rate of no whole byte in its interval would be none at all to Xen. */
function readRate(field: string, value: unknown): VifRate {
  const said = text(field, value, RATE, 'a rate as xl has it: "10Mb/s", "512KB/s" or "10Mb/s@20ms"');
  const [, number, times = '', unit, interval = '50', each = 'm'] = RATE.exec(said) ?? [];
  const second = Math.floor((Number(number) * (TIMES[times] ?? 1)) / (unit === 'b' ? 8 : 1));
  const microseconds = Number(interval) * (MICROSECONDS[each] ?? 1);
  const bytes = Math.floor((second * microseconds) / 1e6);
  if (bytes < 1 || bytes >= 2 ** 32 || microseconds >= 2 ** 32) {
    throw new FieldProblem(
      `${field} ${show(said)} is ${bytes < 1 ? 'less than one byte' : 'more than 4 GiB'} in its interval, ` +
        `which Xen takes for no limit; give a ${bytes < 1 ? 'higher rate or a longer' : 'shorter'} interval`,
    );
  }
  return Object.freeze({ text: said, bytes, microseconds });
}

function optional<T>(value: unknown, read: (value: unknown) => T): T | undefined {
  return value === undefined ? undefined : read(value);
}

/** A name in Xen's folder of scripts, or a path. */
function scriptName(field: string, value: unknown): string {
  if (typeof value === 'string' && value.startsWith('/')) return hostPath(field, value);
  const words = 'a script of /etc/xen/scripts as in "vif-route", or an absolute path';
  return text(field, value, /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, words);
}

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

/** Reads the interface at a position; its problems go to the owner's check list. */
export function readVif(check: Checklist, guest: string, input: VifInput, index: number): VifModel {
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
  const antiSpoofing = check.field(() => flag(`${field}.antiSpoofing`, whenOmitted(input.antiSpoofing, false)));
  if (antiSpoofing && addressing !== 'static') {
    check.problem(`${field}.antiSpoofing lets only frames of one address pass, and the address is not known here`);
  }
  const script = optional(input.script, (value) => check.field(() => scriptName(`${field}.script`, value)));
  const rate = optional(input.rate, (value) => check.field(() => readRate(`${field}.rate`, value)));
  const model = optional(input.model, (value) =>
    check.field(() =>
      text(`${field}.model`, value, /^[a-z0-9][a-z0-9_-]{0,31}$/, 'a card as xl has it: "e1000", "rtl8139"'),
    ),
  );
  const emulated = optional(input.emulated, (value) => check.field(() => flag(`${field}.emulated`, value)));
  const pinned = input.macAddress !== undefined;
  return Object.freeze({
    bridge: input.bridge,
    macAddress: mac,
    pinned,
    macEpoch: pinned ? undefined : epoch,
    addressing,
    address,
    antiSpoofing,
    script,
    rate,
    model,
    emulated,
  });
}
