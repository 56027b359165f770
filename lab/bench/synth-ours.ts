/** The measured program: synthesizes an estate with this project's constructs. Arguments: the shape, the output folder. */
import { App, TerraformStack } from 'cdktf';
import { Address, Boot, Disk, Lan, MacSpace, Uplink, XenHost } from '../../lib';
import { LAN, guestFacts, hostFacts, readShape } from './synth-estate';
import { tellResources } from './synth-resources';

const [, , size, outdir] = process.argv;
const shape = readShape(size);
const app = new App({ outdir });
// 23 bits of MAC collide in an estate of this size; people who have one use the larger space too.
const lan = new Lan(app, LAN.name, { cidr: LAN.cidr, gateway: LAN.gateway, macSpace: MacSpace.LOCALLY_ADMINISTERED });
for (let host = 0; host < shape.stacks; host += 1) {
  const { name, address, eth0, hostKey } = hostFacts(host);
  const stack = new TerraformStack(app, `site-${name}`);
  const xen = new XenHost(stack, name, { ssh: { address, hostKeys: [hostKey] }, memoryMiB: 16_777_216 });
  const bridge = xen.addBridge('xenbr0', { lan, uplink: Uplink.nic('eth0', eth0), address: Address.ipv4(address) });
  for (let index = 0; index < shape.guests; index += 1) {
    const guest = guestFacts(shape, host, index);
    xen.addDomU(guest.name, {
      memoryMiB: 256,
      boot: Boot.pygrub(),
      disks: [Disk.lvm(`vg0/${guest.name}`)],
      vifs: [{ bridge, address: guest.address }],
    });
  }
}
app.synth();
tellResources();
