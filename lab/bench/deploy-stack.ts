import { join } from 'node:path';
import { App, LocalBackend, TerraformStack } from 'cdktf';
import { Address, Boot, type BridgeOptions, Disk, Lan, Uplink, XenHost } from '../../lib';
import { type PlainHost, ETH0 } from '../bed/plain-host';

/** Terraform's state, in the stack's folder. */
export const STATE = 'bench.tfstate';

/** A synthesized host: the stack's folder and the tree in it. */
export interface SynthesizedHost {
  readonly stack: string;
  readonly tree: string;
}

/** Where the stack goes, and how its bridge differs from the plainest. */
export interface StackOptions {
  readonly folder?: string;
  readonly bridge?: Partial<BridgeOptions>;
}

/** One bridge and guests that are only described, so that no hypervisor is asked for more than its version. */
export function synthesize(host: PlainHost, guests: number, options: StackOptions = {}): SynthesizedHost {
  const { folder = 'cdktf.out', bridge: change } = options;
  const outdir = host.folder(folder);
  const app = new App({ outdir });
  const lan = new Lan(app, 'lan0', { cidr: '192.0.2.0/24', gateway: '192.0.2.1' });
  const stack = new TerraformStack(app, 'office');
  new LocalBackend(stack, { path: STATE });
  const xen01 = new XenHost(stack, 'xen01', { ssh: host.ssh, memoryMiB: 8192 });
  const bridge = xen01.addBridge('xenbr0', {
    lan,
    uplink: Uplink.nic('eth0', ETH0),
    address: Address.ipv4(host.ssh.address),
    ...change,
  });
  for (let number = 1; number <= guests; number += 1) {
    xen01.addDomU(`guest${number}`, {
      memoryMiB: 256,
      boot: Boot.pygrub(),
      disks: [Disk.lvm(`vg0/guest${number}`)],
      vifs: [{ bridge, address: `192.0.2.${20 + number}` }],
      running: false,
      autostart: false,
    });
  }
  app.synth();
  const directory = join(outdir, 'stacks', 'office');
  return { stack: directory, tree: join(directory, 'assets', 'xen01', 'tree') };
}
