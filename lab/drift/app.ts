import { readFileSync } from 'node:fs';
import { App, LocalBackend, TerraformStack } from 'cdktf';
import { Address, Boot, Disk, GuestRoot, GuestSystem, Lan, Uplink, XenHost } from '../../lib';
import type { HostFacts } from '../../stacks/lab';

/** One host with everything that can drift: two bridges, a guest that runs, one that is down and has an identity. */
class DriftStack extends TerraformStack {
  public constructor(app: App, facts: HostFacts) {
    super(app, 'office');
    new LocalBackend(this, { path: '../../../terraform.office.tfstate' });
    const lan = new Lan(app, 'lan0', { cidr: '192.0.2.0/24', gateway: '192.0.2.1' });
    const inner = new Lan(app, 'inner', { cidr: '198.51.100.0/24' });
    const xen01 = new XenHost(this, 'xen01', {
      ssh: facts.ssh,
      hostname: 'xen01.example.org',
      memoryMiB: 900,
      dom0MemoryMiB: 400,
      xenVersion: facts.xenVersion,
    });
    const timeouts = { verifySeconds: 90, confirmSeconds: 150, rollbackSeconds: 200 };
    const xenbr0 = xen01.addBridge('xenbr0', {
      lan,
      uplink: Uplink.nic('eth0', facts.eth0),
      address: Address.ipv4('192.0.2.10'),
      mtu: 1500,
      timeouts,
    });
    xen01.addBridge('xenbr1', { lan: inner, uplink: Uplink.none(), address: Address.none() });
    const boot = (words: string): Boot =>
      Boot.kernel('/boot/guest/vmlinux', {
        ramdisk: '/boot/guest/initrd.img',
        extra: `console=hvc0 mitigations=off quiet ${words}`,
      });
    xen01.addDomU('web1', {
      memoryMiB: 96,
      vcpus: 2,
      boot: boot('guest.name=web1 guest.ip=192.0.2.21/24 guest.gw=192.0.2.1'),
      vifs: [{ bridge: xenbr0, address: '192.0.2.21' }],
      bootTimeoutSeconds: 300,
    });
    xen01.addDomU('spare', {
      memoryMiB: 96,
      boot: boot('root=/dev/xvda'),
      disks: [Disk.lvm('vg0/spare')],
      vifs: [{ bridge: xenbr0, address: '192.0.2.29' }],
      identity: { system: GuestSystem.CENTOS_6, root: GuestRoot.wholeDisk(), hostname: 'spare' },
      running: false,
      autostart: false,
    });
  }
}

const { LAB_FACTS } = process.env;
if (LAB_FACTS === undefined) throw new Error('LAB_FACTS names no file: run this through the lab');
const app = new App();
new DriftStack(app, JSON.parse(readFileSync(LAB_FACTS, 'utf8')) as HostFacts);
app.synth();
