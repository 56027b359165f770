import { readFileSync } from 'node:fs';
import { App, LocalBackend, TerraformStack } from 'cdktf';
import {
  Address,
  Boot,
  type Bridge,
  Disk,
  DomU,
  type DomUOptions,
  GuestRoot,
  GuestSystem,
  Handover,
  Lan,
  Uplink,
  XenHost,
} from '../../lib';
import type { HostFacts } from '../../stacks/lab';

/** What the admin has in his stacks, one act after the other. */
export type DiaryAct =
  /** web1 on xen01. */
  | 'original'
  /** A copy on xen02 that is given its original's MAC. */
  | 'naive-copy'
  /** The same by somebody whose app knows nothing of xen01. */
  | 'forced'
  /** A copy as it should be. */
  | 'copy'
  /** web1 leaves xen01. */
  | 'leaving'
  /** web1 is on xen02. */
  | 'moved';

/** Facts of the diary's app. */
export interface DiaryFacts {
  readonly xen01: HostFacts;
  readonly xen02: HostFacts;
  readonly act: DiaryAct;
}

export const WEB1 = { address: '192.0.2.21', macAddress: '00:16:3e:a6:05:8f' };
export const COPY = { address: '192.0.2.31' };

/** One stack per host; the guest's disk holds an EL6 system that minds its HWADDR. */
class Rack extends TerraformStack {
  public readonly host: XenHost;
  public readonly bridge: Bridge;

  public constructor(app: App, id: string, name: string, lan: Lan, address: string, facts: HostFacts) {
    super(app, id);
    new LocalBackend(this, { path: `../../../terraform.${id}.tfstate` });
    this.host = new XenHost(this, name, {
      ssh: facts.ssh,
      memoryMiB: 900,
      dom0MemoryMiB: 400,
      xenVersion: facts.xenVersion,
    });
    this.bridge = this.host.addBridge('xenbr0', {
      lan,
      uplink: Uplink.nic('eth0', facts.eth0),
      address: Address.ipv4(address),
      timeouts: { verifySeconds: 90, confirmSeconds: 150, rollbackSeconds: 200 },
    });
  }
}

function guest(name: string, disk: string): Omit<DomUOptions, 'vifs'> {
  return {
    memoryMiB: 96,
    boot: Boot.kernel('/boot/guest/vmlinux', {
      ramdisk: '/boot/guest/initrd.img',
      extra: 'root=/dev/xvda console=hvc0 mitigations=off quiet',
    }),
    disks: [Disk.lvm(disk)],
    identity: { system: GuestSystem.CENTOS_6, root: GuestRoot.wholeDisk(), hostname: name },
    bootTimeoutSeconds: 300,
  };
}

function describe(app: App, { act, xen01, xen02 }: DiaryFacts): void {
  const lan = new Lan(app, 'lan0', { cidr: '192.0.2.0/24', gateway: '192.0.2.1' });
  const rack2 = new Rack(app, 'rack2', 'xen02', lan, '192.0.2.11', xen02);
  const naive = { bridge: rack2.bridge, address: COPY.address, macAddress: WEB1.macAddress };
  if (act === 'forced') {
    rack2.host.addDomU('web1-copy', { ...guest('web1-copy', 'vg0/web1-copy'), vifs: [naive] });
    return;
  }
  const rack1 = new Rack(app, 'rack1', 'xen01', lan, '192.0.2.10', xen01);
  const leaves = act === 'leaving' || act === 'moved';
  const web1 = rack1.host.addDomU('web1', {
    ...guest('web1', 'vg0/web1'),
    vifs: [{ bridge: rack1.bridge, address: WEB1.address }],
    ...(leaves ? { running: false, autostart: false } : {}),
  });
  if (act === 'naive-copy' || act === 'copy') {
    DomU.copyOf(web1, {
      name: 'web1-copy',
      host: rack2.host,
      disks: [Disk.lvm('vg0/web1-copy')],
      vifs: [act === 'copy' ? { bridge: rack2.bridge, address: COPY.address } : naive],
      snapshotMiB: 32,
    });
  }
  if (act === 'moved') {
    const moved = rack2.host.addDomU('web1', {
      ...guest('web1', 'vg0/web1-copy'),
      vifs: [{ bridge: rack2.bridge, address: WEB1.address }],
    });
    new Handover(rack2, 'web1-moves', { source: web1, target: moved });
  }
}

const { LAB_FACTS } = process.env;
// Types and addresses are also read by the diary itself.
if (LAB_FACTS !== undefined) {
  const app = new App();
  describe(app, JSON.parse(readFileSync(LAB_FACTS, 'utf8')) as DiaryFacts);
  app.synth();
}
