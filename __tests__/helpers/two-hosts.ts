import { join } from 'node:path';
import { TerraformStack } from 'cdktf';
import type { Bed } from '../../lab/bed/bed';
import { Address, Boot, type DomUOptions, Handover, Lan, type SshOptions, Uplink, XenHost } from '../../lib';
import { ETH0, HOST, LAN, hostKey, testApp } from './estate';
import { leadTo } from './lead-to';

/** One stack with two hosts, web1 on xen01. The other host is the same bed, under another name. */
export const twoHosts =
  (bed: Bed, webAddress: string | Address, change: Partial<DomUOptions> = {}) =>
  (handover?: { readonly gone?: boolean }, port?: number, further: readonly string[] = []): string => {
    const app = testApp();
    const lan = new Lan(app, 'lan0', LAN);
    const stack = new TerraformStack(app, 'office');
    const { address, port: own, hostKeys, identityFile } = bed.sshd;
    const ssh: SshOptions = { address, port: own, hostKeys: [...hostKeys], identityFile };
    const [first, second] = ['xen01', 'xen02'].map((name, index) => {
      const other = { ...ssh, address: 'xen02.example.org', hostKeys: [hostKey(2)], port: port ?? own };
      const there = new XenHost(stack, name, { ...HOST, ssh: index === 0 ? ssh : other });
      const bridge = there.addBridge(index === 0 ? 'xenbr0' : 'xenbr9', {
        lan,
        uplink: index === 0 ? Uplink.nic('eth0', ETH0) : Uplink.none(),
        address: index === 0 ? Address.ipv4('192.0.2.10') : Address.none(),
      });
      return { there, bridge };
    });
    if (first === undefined || second === undefined) throw new Error('two hosts were made');
    const guest = { memoryMiB: 64, boot: Boot.kernel('/etc/redhat-release'), autostart: false, ...change };
    const vifs = [webAddress, ...further].map((address) => ({ bridge: first.bridge, address }));
    const web1 = first.there.addDomU('web1', { ...guest, vifs });
    if (handover !== undefined) {
      const old = second.there.addDomU('web1', {
        ...guest,
        running: false,
        vifs: [{ bridge: second.bridge, address: webAddress }],
      });
      new Handover(stack, 'web1-moves', { source: old, target: web1, sourceHostIsGone: handover.gone });
    }
    app.synth();
    // To synth two machines, which two names of one are refused to be.
    leadTo(join(app.outdir, 'stacks/office/assets/xen02/tree'), 'xen02', bed.sshd);
    return join(app.outdir, 'stacks/office/assets/xen01/tree');
  };
