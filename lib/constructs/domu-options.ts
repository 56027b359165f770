import { Address } from './address';
import { Boot } from './boot';
import { Bridge } from './bridge';
import { Disk } from './disk';
import { GUEST_IDENTITY_OPTIONS, type GuestIdentity } from './guest-identity';
import type { ChangePolicy, LifecycleAction, RemovalPolicy } from './guest-policies';
import { type Options, RECORD, VALUE, instance, listOf, object, optional } from './private/props';
import { XenHost } from './xen-host';

/** A network interface to be given to a guest. */
export interface VifOptions {
  /** The bridge that it is plugged into, on the guest's own host, as `XenHost.addBridge()` returns it. */
  readonly bridge: Bridge;
  /**
   * The IPv4 address that the guest uses there, inside the bridge's Lan and without a prefix length: `192.0.2.21`. Where
   * it is not known at synth: `Address.dhcp()`, `Address.none()` or `Address.unknown()`. Such an address can't be checked
   * against those of other machines.
   */
  readonly address: string | Address;
  /**
   * A MAC address that the guest must have, for machines that existed before: six pairs of hexadecimal digits with
   * colons. It is unicast and unique on the Lan. Not together with `macEpoch`.
   *
   * @default - derived from the names of Lan and guest and the interface's position
   */
  readonly macAddress?: string;
  /**
   * Derives another MAC address. This is the cure if two derived ones collide. Counts up from 0, at most to 1000000.
   * Set it on the newer guest: a MAC address that is already known elsewhere must not change.
   *
   * @default 0
   */
  readonly macEpoch?: number;
  /**
   * Writes the address into the vif too (xl's `ip=`). Then Xen's vif-bridge makes a rule that lets only frames of this
   * address pass. The rule sees frames only if bridged ones go through iptables, which the host's unit turns off.
   *
   * @default false
   */
  readonly antiSpoofing?: boolean;
  /**
   * The script that plugs the interface in: a name in /etc/xen/scripts as in `vif-route`, or an absolute path.
   *
   * @default - xl's own, vif-bridge
   */
  readonly script?: string;
  /**
   * How much the guest may send, in xl's form: `10Mb/s`, `512KB/s`, `10Mb/s@20ms`.
   *
   * @default - as much as it can
   */
  readonly rate?: string;
  /**
   * The card that an HVM guest sees until it has drivers for Xen: `e1000`, `rtl8139`.
   *
   * @default - xl's own
   */
  readonly model?: string;
  /**
   * Whether an emulated card stands beside the interface of an HVM guest (xl's `type`), for a guest without drivers for
   * Xen.
   *
   * @default - xl's own: true for an HVM guest
   */
  readonly emulated?: boolean;
}

/** A network interface of a guest. */
export interface Vif {
  /** The bridge that it is plugged into. */
  readonly bridge: Bridge;
  /**
   * The IPv4 address that the guest uses there: `192.0.2.21`.
   *
   * @default - the stack does not know it
   */
  readonly address?: string;
  /** The MAC address, lower case: `00:16:3e:a6:05:8f`. A plain string at synth. */
  readonly macAddress: string;
}

/** Options of `XenHost.addDomU()` and `XenHost.addGuest()`. */
export interface DomUOptions {
  /** Memory that the guest starts with, in MiB, 16 to 16777216. */
  readonly memoryMiB: number;
  /**
   * The most memory that the guest may be given while it runs, in MiB, not less than `memoryMiB`.
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
  /** How the guest starts: `Boot.pygrub()` or `Boot.kernel()`, or `Boot.hvm()`. */
  readonly boot: Boot;
  /**
   * The guest's disks, at most 16; the first is xvda.
   *
   * @default - none
   */
  readonly disks?: Disk[];
  /**
   * The guest's network interfaces, at most 8; the first is the guest's eth0.
   *
   * @default - none
   */
  readonly vifs?: VifOptions[];
  /**
   * What Xen does when the guest powers off (xl's `on_poweroff`).
   *
   * @default LifecycleAction.DESTROY
   */
  readonly onPoweroff?: LifecycleAction;
  /**
   * What Xen does when the guest reboots from inside (xl's `on_reboot`).
   *
   * @default LifecycleAction.RESTART
   */
  readonly onReboot?: LifecycleAction;
  /**
   * What Xen does when the guest's kernel crashes (xl's `on_crash`).
   *
   * @default LifecycleAction.RESTART
   */
  readonly onCrash?: LifecycleAction;
  /**
   * What a deploy does with a change while the guest runs. The deploy says what has to wait, and `cdktf-xen drift`
   * shows it until it has happened.
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
   * Seconds from the guest's start to its first answer on the network, 1 to 3600; after that the deploy fails.
   *
   * @default 180
   */
  readonly bootTimeoutSeconds?: number;
  /**
   * The guest's identity, to be written on its disk while the guest is down. Without it the disk is left alone. A disk
   * that has another MAC than the vif keeps the guest off the network.
   *
   * @default - the disk is not touched
   */
  readonly identity?: GuestIdentity;
  /**
   * Settings of xl that this library has no option for, by their keys: texts, whole numbers, lists of texts. They stand
   * in the guest's file as they are. A key that another option writes is refused, as is one that is a slip away from a
   * key of xl. No secrets: the file is reviewed.
   *
   * @default - none
   */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- jsii has no other word for a map of mixed values
  readonly extraConfig?: { [key: string]: any };
  /**
   * The guest's name: what `xl list` shows, and part of the key of its MAC addresses. Up to 63 letters, digits, dots,
   * underscores and hyphens, not digits alone.
   *
   * @default - the construct id
   */
  readonly name?: string;
}

const VIF_OPTIONS: Options<VifOptions> = {
  bridge: instance("a Bridge of the guest's host, as addBridge returns it", (value) => value instanceof Bridge),
  address: VALUE,
  macAddress: VALUE,
  macEpoch: VALUE,
  antiSpoofing: VALUE,
  script: VALUE,
  rate: VALUE,
  model: VALUE,
  emulated: VALUE,
};

/** What guests and their copies have alike. */
export const GUEST_OPTIONS: Options<Omit<DomUOptions, 'boot'>> = {
  memoryMiB: VALUE,
  maxmemMiB: VALUE,
  vcpus: VALUE,
  disks: listOf(instance('a Disk, as in Disk.lvm("vg0/web1")', (value) => value instanceof Disk)),
  vifs: listOf(object('an object, as in { bridge: xenbr0, address: "192.0.2.21" }', () => VIF_OPTIONS)),
  onPoweroff: VALUE,
  onReboot: VALUE,
  onCrash: VALUE,
  onChange: VALUE,
  onRemoval: VALUE,
  autostart: VALUE,
  running: VALUE,
  bootTimeoutSeconds: VALUE,
  identity: optional(
    object(
      'an object, as in { system: GuestSystem.CENTOS_6, root: GuestRoot.partition(1) }',
      () => GUEST_IDENTITY_OPTIONS,
    ),
  ),
  extraConfig: RECORD,
  name: VALUE,
};

/** How a guest starts. */
export const BOOT = instance(
  'Boot.pygrub(), Boot.kernel("/boot/vmlinuz") or Boot.hvm()',
  (value) => value instanceof Boot,
);

/** The host of a guest. */
export const GUESTS_HOST = instance('the XenHost that runs the guest', (value) => value instanceof XenHost);
