import { Address, Uplink } from '../../lib';
import type { BedOptions } from '../bed/bed';
import { type Change, ETH0, ETH1, type FaultHost, type Tree } from './fault-host';

/** A host before a change, and the change. */
export interface Scenario {
  readonly name: string;
  readonly bed: BedOptions;
  /** What was deployed before, as a rule with one guest running. Without it: plain eth0. */
  readonly before?: Change;
  readonly guest: boolean;
  readonly change: Change;
  /** What the stack should have said, where the change can't work. */
  readonly mended?: Change;
  /** What the LAN has to be like. */
  readonly surroundings?: (host: FaultHost) => Promise<void>;
}

const GUEST = { mac: '00:16:3e:80:00:01', address: '192.0.2.21/24' };

/** The deployer sits in another network behind the gateway: what he sends comes from there. */
async function deployFromAfar(host: FaultHost): Promise<void> {
  await host.bed.lan(['ip', 'route', 'replace', '192.0.2.0/24', 'dev', 'lan0', 'src', '203.0.113.5']);
}

/** A neighbour answers ARP at the address, as a gateway would, and passes nothing on. */
async function falseGateway(host: FaultHost, address: string): Promise<void> {
  const neighbour = await host.bed.addNeighbour({ mac: '52:54:00:bb:00:09', address });
  await neighbour.run(['sysctl', '-qw', 'net.ipv4.ip_forward=0']);
}

const FAR_LAN = ['192.0.2.1/24', '203.0.113.5/24'];

export const FIRST: Scenario = { name: 'first bridge', bed: {}, guest: false, change: {} };

export const MOVED: Scenario = {
  name: 'moved address',
  bed: {},
  before: {},
  guest: true,
  change: {
    ssh: { address: '192.0.2.11', movesFrom: '192.0.2.10' },
    bridge: { address: Address.ipv4('192.0.2.11') },
  },
};

export const RENAMED: Scenario = {
  name: 'renamed',
  bed: {},
  before: {},
  guest: true,
  change: { bridge: { name: 'xenbr9', renamedFrom: 'xenbr0' } },
};

export const SMALLER: Scenario = {
  name: 'smaller MTU',
  bed: {},
  before: {},
  guest: true,
  change: { bridge: { mtu: 1400 } },
};

export const DISSOLVED: Scenario = {
  name: 'dissolved',
  bed: {},
  before: {},
  guest: false,
  change: { bridge: { dissolve: true } },
};

export const WRONG_GATEWAY: Scenario = {
  name: 'wrong gateway',
  bed: { lan: FAR_LAN },
  guest: false,
  change: { lan: { gateway: '192.0.2.254' } },
  mended: {},
  async surroundings(host) {
    await falseGateway(host, '192.0.2.254/24');
    await deployFromAfar(host);
  },
};

export const WRONG_NETMASK: Scenario = {
  name: 'wrong netmask',
  bed: {},
  guest: false,
  change: { lan: { cidr: '192.0.2.8/29', gateway: '192.0.2.9' } },
  mended: {},
  surroundings: (host) => falseGateway(host, '192.0.2.9/24'),
};

const TWO_NICS = [
  { name: 'eth0', mac: ETH0 },
  { name: 'eth1', mac: ETH1 },
];

export const OTHER_UPLINK: Scenario = {
  name: 'other uplink',
  bed: { nics: TWO_NICS },
  before: {},
  guest: true,
  change: { bridge: { uplink: Uplink.nic('eth1', ETH1) } },
};

/** A host in the state before, with its guest. */
export async function prepare(scenario: Scenario, host: FaultHost): Promise<void> {
  if (scenario.before !== undefined) {
    const { status, output } = await host.deploy(host.tree(scenario.before)).result;
    if (status !== 0) throw new Error(`faults: cannot prepare '${scenario.name}': ${output}`);
  }
  if (scenario.guest) await host.bed.addVif('vif1.0', 'xenbr0', GUEST);
  await scenario.surroundings?.(host);
}

/** The tree that ends in the new state for sure, once nothing is broken any longer. */
export function cleanTree(scenario: Scenario, host: FaultHost, acknowledge?: string): Tree {
  const change = scenario.mended ?? scenario.change;
  return host.tree({ ...change, bridge: { ...change.bridge, acknowledgeRollback: acknowledge } });
}
