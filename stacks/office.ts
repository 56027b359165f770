import { LocalBackend, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import {
  Address,
  Boot,
  type Bridge,
  type BridgeOptions,
  Disk,
  type DomUOptions,
  type Lan,
  type SshOptions,
  Uplink,
  type VifOptions,
  XenHost,
} from '../lib';

/** What may differ between the office and a place to rehearse it: the machine, and what lies on its disks. */
export interface OfficeSite {
  /** How xen01 is reached. */
  readonly ssh: SshOptions;
  /** MAC address of xen01's eth0. */
  readonly eth0: string;
  readonly memoryMiB: number;
  readonly dom0MemoryMiB: number;
  readonly xenVersion: string;
  /** Changes of the bridge. */
  readonly xenbr0?: Partial<BridgeOptions>;
  /** Public web and mail server: memory, kernel and disks. */
  readonly web1?: Omit<DomUOptions, 'vifs'>;
  /** Internal server: memory, kernel and disks. */
  readonly intern1?: Omit<DomUOptions, 'vifs'>;
}

/** The office itself. */
export const OFFICE: OfficeSite = {
  ssh: {
    address: '192.0.2.10',
    hostKeys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICMp3+twdurku4cLIH29eEjVjiiMRFIqT3zBQGdP7NRA'],
  },
  eth0: '52:54:00:12:34:56',
  memoryMiB: 8192,
  dom0MemoryMiB: 1024,
  xenVersion: '4.6',
  web1: { memoryMiB: 2048, vcpus: 2, boot: Boot.pygrub(), disks: [Disk.lvm('vg0/web1')] },
  intern1: { memoryMiB: 1024, boot: Boot.pygrub(), disks: [Disk.lvm('vg0/intern1')] },
};

/** Properties of the `OfficeStack`. */
export interface OfficeStackProps {
  readonly lan: Lan;
  /** @default OFFICE */
  readonly site?: OfficeSite;
}

/** One CentOS 6 host with Xen 4, a bridge, and the two servers that moved there from CentOS 5. */
export class OfficeStack extends TerraformStack {
  protected readonly xen01: XenHost;
  protected readonly xenbr0: Bridge;

  public constructor(scope: Construct, id: string, { lan, site = OFFICE }: OfficeStackProps) {
    super(scope, id);
    // Relative, so that the synthesized stack is the same on every machine; it lies beside cdktf.json.
    new LocalBackend(this, { path: `../../../terraform.${id}.tfstate` });

    this.xen01 = new XenHost(this, 'xen01', {
      ssh: site.ssh,
      memoryMiB: site.memoryMiB,
      dom0MemoryMiB: site.dom0MemoryMiB,
      xenVersion: site.xenVersion,
    });
    this.xenbr0 = this.xen01.addBridge('xenbr0', {
      lan,
      uplink: Uplink.nic('eth0', site.eth0),
      address: Address.ipv4('192.0.2.10'),
      ...site.xenbr0,
    });
    const at = (address: string): VifOptions[] => [{ bridge: this.xenbr0, address }];
    if (site.web1) this.xen01.addDomU('web1', { ...site.web1, vifs: at('192.0.2.21') });
    if (site.intern1) this.xen01.addDomU('intern1', { ...site.intern1, vifs: at('192.0.2.22') });
  }
}
