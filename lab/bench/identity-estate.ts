import { App, TerraformStack } from 'cdktf';
import { Address, Boot, Lan, Uplink, XenHost } from '../../lib';
import { type BridgeModel, defineBridge } from '../../lib/model/bridge';
import { type DomUModel, defineDomU } from '../../lib/model/domu';
import type { Estate } from '../../lib/model/estate';
import { defineLan } from '../../lib/model/lan';
import { type XenHostModel, defineXenHost } from '../../lib/model/xen-host';
import { hostKey } from './synth-estate';

/** The MAC that every guest of an estate has where all collide. */
const PINNED = '52:54:00:00:00:01';

const nameOf = (number: number): string => `g${String(number).padStart(6, '0')}`;

const addressOf = (number: number): string => `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`;

/** One host with very many guests, as the model has it. */
export interface Site {
  readonly host: XenHostModel;
  readonly bridge: BridgeModel;
  readonly guests: readonly DomUModel[];
  readonly estate: Estate;
}

/** Defines a host with so many guests on one Lan, each with a MAC of its own or all with one. */
export function defineSite(size: number, collide: boolean): Site {
  const lan = defineLan({ name: 'lan0', cidr: '10.0.0.0/8', macSpace: 'locallyAdministered' });
  const bridge = defineBridge({ name: 'xenbr0', lan });
  const ssh = { address: 'xen01.example.org', hostKeys: [hostKey('xen01')] };
  const host = defineXenHost({ name: 'xen01', ssh, memoryMiB: 16_777_216 });
  const guests = Array.from({ length: size }, (_, index) => {
    const number = index + 1;
    return defineDomU({
      name: nameOf(number),
      memoryMiB: 16,
      boot: { kind: 'pygrub' },
      disks: [{ kind: 'phy', path: `/dev/vg0/g${number}` }],
      vifs: [{ bridge, address: addressOf(number), ...(collide ? { macAddress: PINNED } : {}) }],
    });
  });
  const described = guests.map((model) => ({ path: `office/xen01/${model.name}`, model }));
  const contents = { path: 'office/xen01', model: host, bridges: [{ path: 'office/xen01/xenbr0', model: bridge }] };
  return {
    host,
    bridge,
    guests,
    estate: { lans: [{ path: 'lan0', model: lan }], hosts: [{ ...contents, guests: described }] },
  };
}

/** The same by constructs: an app of one host whose guests all have one MAC. */
export function collidingApp(size: number, outdir: string): App {
  const app = new App({ outdir });
  const lan = new Lan(app, 'lan0', { cidr: '10.0.0.0/8' });
  const ssh = { address: 'xen01.example.org', hostKeys: [hostKey('xen01')] };
  const host = new XenHost(new TerraformStack(app, 'office'), 'xen01', { ssh, memoryMiB: 16_777_216 });
  const bridge = host.addBridge('xenbr0', { lan, uplink: Uplink.none(), address: Address.none() });
  for (let number = 1; number <= size; number += 1) {
    host.addDomU(nameOf(number), {
      memoryMiB: 16,
      boot: Boot.kernel('/boot/vmlinuz'),
      vifs: [{ bridge, address: addressOf(number), macAddress: PINNED }],
    });
  }
  return app;
}
