import type { Construct } from 'constructs';
import {
  Address,
  Boot,
  type BridgeOptions,
  Disk,
  type DomUOptions,
  type Lan,
  type SshOptions,
  Uplink,
  type VifOptions,
} from '../lib';
import { OfficeStack } from './office';

/** What is known about a lab's host only once it runs. */
export interface HostFacts {
  readonly ssh: SshOptions;
  /** MAC address of the host's eth0. */
  readonly eth0: string;
  readonly xenVersion: string;
}

/** The host of the office's rehearsal, and what is to be different there. */
export interface LabFacts extends HostFacts {
  /** Changes of the guests, to see what a change does. */
  readonly web1?: Partial<DomUOptions>;
  readonly intern1?: Partial<DomUOptions>;
  /** False: no guest is described any longer. */
  readonly guests?: boolean;
  /** Guests that are described no longer. */
  readonly leaving?: readonly string[];
  /** Changes of the bridge; what can be said in JSON. */
  readonly xenbr0?: Partial<Omit<BridgeOptions, 'lan' | 'uplink' | 'address'>>;
  /** A further guest, whose disks (logical volumes) and interfaces (addresses) come and go. */
  readonly plug1?: {
    readonly disks: readonly string[];
    readonly addresses: readonly string[];
    /** What else its interfaces have; what can be said in JSON. */
    readonly vif?: Partial<Omit<VifOptions, 'bridge' | 'address'>>;
    /** The stack is not told the addresses, the guest is. */
    readonly untold?: boolean;
  };
  /** Name of a second bridge, one without a way out. */
  readonly hostOnlyBridge?: string;
}

/** A small guest that takes its address from the kernel command line. */
function labGuest(name: string, address: string, change: Partial<DomUOptions> = {}): Omit<DomUOptions, 'vifs'> {
  return {
    memoryMiB: 96,
    boot: Boot.kernel('/boot/guest/vmlinux', {
      ramdisk: '/boot/guest/initrd.img',
      extra: `console=hvc0 mitigations=off quiet guest.name=${name} guest.ip=${address}/24 guest.gw=192.0.2.1`,
    }),
    bootTimeoutSeconds: 300,
    ...change,
  };
}

/** The office, rehearsed on the lab's host: the same bridge, names, addresses and MACs; other kernels and less memory. */
export class LabStack extends OfficeStack {
  public constructor(scope: Construct, id: string, props: { readonly lan: Lan; readonly facts: LabFacts }) {
    const { lan, facts } = props;
    const { guests = true, leaving = [] } = facts;
    const stays = (name: string): boolean => guests && !leaving.includes(name);
    super(scope, id, {
      lan,
      site: {
        ssh: facts.ssh,
        eth0: facts.eth0,
        memoryMiB: 900,
        dom0MemoryMiB: 400,
        xenVersion: facts.xenVersion,
        // Emulated and beside other work, its initscripts may take ten times as long as a real host's.
        xenbr0: { timeouts: { verifySeconds: 90, confirmSeconds: 150, rollbackSeconds: 200 }, ...facts.xenbr0 },
        web1: stays('web1') ? labGuest('web1', '192.0.2.21', facts.web1) : undefined,
        intern1: stays('intern1') ? labGuest('intern1', '192.0.2.22', facts.intern1) : undefined,
      },
    });
    if (facts.plug1 !== undefined) {
      const { addresses, disks, vif, untold = false } = facts.plug1;
      const [own = ''] = addresses;
      this.xen01.addDomU('plug1', {
        ...labGuest('plug1', own, { memoryMiB: 96 }),
        disks: disks.map((volume) => Disk.lvm(volume)),
        vifs: addresses.map((address) => ({
          ...{ bridge: this.xenbr0, address: untold ? Address.unknown() : address },
          ...vif,
        })),
      });
    }
    if (facts.hostOnlyBridge !== undefined) {
      this.xen01.addBridge(facts.hostOnlyBridge, { lan, uplink: Uplink.none(), address: Address.none() });
    }
  }
}
