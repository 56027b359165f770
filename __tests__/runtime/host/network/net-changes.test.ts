import { Address, Uplink } from '../../../../lib';
import { type BedHost, openBedHost } from '../../../helpers/bed-host';
import { leadTo } from '../../../helpers/lead-to';

const ETH1 = '52:54:00:aa:00:02';
const NICS = [
  { name: 'eth0', mac: '52:54:00:aa:00:01' },
  { name: 'eth1', mac: ETH1 },
];
const SCRIPTS = '/etc/sysconfig/network-scripts';
/** libxl's record of the running domain 1, which it makes the domain from again. */
const KEPT_BY_XEN = '/var/lib/xen/userdata-d.1.5e3f.libxl-json';
const GUEST = { mac: '00:16:3e:80:00:01', address: '192.0.2.21/24' };

let host: BedHost;

beforeEach(async () => {
  host = await openBedHost({ nics: NICS });
}, 30_000);

afterEach(async () => {
  await host.bed.close();
}, 30_000);

/** A step that has to go well; what it said. */
async function deploy(change: Parameters<BedHost['tree']>[0] = {}, unit = 'bridge-xenbr0'): Promise<string> {
  const { status, output } = await host.carry(host.tree(change), unit);
  expect(output).not.toContain('error');
  expect(status).toBe(0);
  return output;
}

test('the host moves to a new address, and is found there', async () => {
  await deploy();
  const guest = await host.bed.addVif('vif1.0', 'xenbr0', GUEST);
  const ssh = { address: '192.0.2.11', movesFrom: '192.0.2.10' };
  const change = { ssh, bridge: { address: Address.ipv4('192.0.2.11') } };
  expect(await deploy(change)).toContain('xenbr0 is up on eth0 with 192.0.2.11/24, confirmed from outside');
  expect((await host.bed.state()).addresses).toEqual({ xenbr0: ['192.0.2.11/24'] });
  expect((await guest.run(['ping', '-c1', '-W2', '192.0.2.1'])).status).toBe(0);
  expect(await deploy(change)).toContain('nothing to change');
}, 120_000);

test('a move that nobody could follow is refused, with the words to write', async () => {
  const before = await host.etc();
  const tree = host.tree({
    ssh: { address: 'xen01.example.org' },
    bridge: { address: Address.ipv4('192.0.2.11') },
  });
  leadTo(tree, 'xen01', host.bed.sshd);
  const { status, output } = await host.carry(tree, 'bridge-xenbr0');
  expect(output).toContain('error: the host is reached at 192.0.2.10, and this stack moves it to 192.0.2.11');
  expect(output).toContain("say where it is to be found: ssh: { address: '192.0.2.11', movesFrom: '192.0.2.10', ... }");
  expect(status).toBe(1);
  expect(await host.etc()).toBe(before);
}, 60_000);

test('a bridge without an address is refused where the host is reached over its uplink', async () => {
  const { status, output } = await host.carry(host.tree({ bridge: { address: Address.none() } }), 'bridge-xenbr0');
  expect(output).toContain('the host is reached over eth0 at 192.0.2.10, and with this stack nobody would have an');
  expect(status).toBe(1);
}, 60_000);

test('a bridge gets another name, and its guests with it', async () => {
  await deploy();
  const guest = await host.bed.addVif('vif1.0', 'xenbr0', GUEST);
  host.bed.write(KEPT_BY_XEN, '{ "nics": [ { "bridge": "xenbr0" }, { "bridge": "xenbr0.5" } ] }\0');
  await deploy({ bridge: { name: 'br0', renamedFrom: 'xenbr0' } }, 'bridge-br0');
  expect(host.bed.read(KEPT_BY_XEN)).toBe('{ "nics": [ { "bridge": "br0" }, { "bridge": "xenbr0.5" } ] }\0');
  const { bridges, addresses } = await host.bed.state();
  expect(Object.keys(bridges)).toEqual(['br0']);
  expect(bridges['br0']?.ports).toEqual({ eth0: 'forwarding', 'vif1.0': 'forwarding' });
  expect(addresses).toEqual({ br0: ['192.0.2.10/24'] });
  expect(host.bed.exists(`${SCRIPTS}/ifcfg-xenbr0`)).toBe(false);
  expect((await guest.run(['ping', '-c1', '-W2', '192.0.2.1'])).status).toBe(0);
  expect(await deploy({ bridge: { name: 'br0' } }, 'bridge-br0')).toContain('nothing to change');
}, 120_000);

test('a bridge gets another uplink, and only that one', async () => {
  await deploy();
  await deploy({ bridge: { uplink: Uplink.nic('eth1', ETH1) } });
  const { bridges, links } = await host.bed.state();
  expect(bridges['xenbr0']?.ports).toEqual({ eth1: 'forwarding' });
  expect(links['eth0']?.up).toBe(false);
  expect(host.bed.exists(`${SCRIPTS}/ifcfg-eth0`)).toBe(false);
}, 120_000);

test('a second bridge on a second interface leaves the first one alone', async () => {
  await deploy();
  await deploy(
    {
      lan: { gateway: undefined },
      bridge: { name: 'xenbr1', uplink: Uplink.nic('eth1', ETH1), address: Address.none() },
    },
    'bridge-xenbr1',
  );
  const { bridges, addresses } = await host.bed.state();
  expect(bridges['xenbr0']?.ports).toEqual({ eth0: 'forwarding' });
  expect(bridges['xenbr1']?.ports).toEqual({ eth1: 'forwarding' });
  expect(addresses).toEqual({ xenbr0: ['192.0.2.10/24'] });
}, 120_000);

test('STP, delay and MTU change on the running bridge, for its guests too', async () => {
  await deploy();
  await host.bed.addVif('vif1.0', 'xenbr0', GUEST);
  await deploy({ bridge: { stp: true, delaySeconds: 2, mtu: 1400 } });
  const { bridges, links } = await host.bed.state();
  expect(bridges['xenbr0']).toMatchObject({ stp: true, forwardDelaySeconds: 2, mtu: 1400 });
  expect(links['vif1.0']).toMatchObject({ master: 'xenbr0', mtu: 1400 });
}, 120_000);

test('spanning tree that is turned off takes along the delay that the kernel held it to', async () => {
  await deploy();
  await host.bed.addVif('vif1.0', 'xenbr0', GUEST);
  await host.bed.dom0(['brctl', 'stp', 'xenbr0', 'on']);
  expect((await host.bed.state()).bridges['xenbr0']).toMatchObject({ stp: true, forwardDelaySeconds: 2 });
  await deploy();
  expect((await host.bed.state()).bridges['xenbr0']).toMatchObject({ stp: false, forwardDelaySeconds: 0 });
}, 120_000);

test('an MTU that leaves the stack leaves the running network too, as it would with the next boot', async () => {
  await deploy({ bridge: { mtu: 1400 } });
  await host.bed.addVif('vif1.0', 'xenbr0', GUEST);
  await deploy();
  const { links } = await host.bed.state();
  for (const name of ['xenbr0', 'eth0', 'vif1.0']) expect(links[name]).toMatchObject({ mtu: 1500 });
  expect(await deploy()).toContain('nothing to change');
  await deploy({ bridge: { mtu: 1400 } });
  await deploy({ bridge: { name: 'br0', renamedFrom: 'xenbr0' } }, 'bridge-br0');
  expect((await host.bed.state()).bridges['br0']).toMatchObject({ mtu: 1500 });
}, 180_000);

test('a dissolved bridge gives its address back, but not from under a guest', async () => {
  await deploy();
  await host.bed.addVif('vif1.0', 'xenbr0', GUEST);
  const dissolved = { bridge: { dissolve: true } };
  const { status, output } = await host.carry(host.tree(dissolved), 'bridge-xenbr0');
  expect(output).toContain('error: bridge xenbr0 is in use by: vif1.0');
  expect(status).toBe(1);
  await host.bed.dom0(['ip', 'link', 'delete', 'vif1.0']);
  await deploy(dissolved);
  const { bridges, addresses, routes } = await host.bed.state();
  expect(bridges).toEqual({});
  expect(addresses).toEqual({ eth0: ['192.0.2.10/24'] });
  expect(routes).toContain('default via 192.0.2.1 dev eth0');
  expect(await deploy(dissolved)).toContain('nothing to change');
  await deploy();
  expect((await host.bed.state()).addresses).toEqual({ xenbr0: ['192.0.2.10/24'] });
}, 180_000);

test.each([
  ['ifcfg-eth0:1', 'DEVICE=eth0:1\nIPADDR=192.0.2.99\nPREFIX=24\n', 'rename it and its DEVICE after the bridge'],
  ['route-eth0', '198.51.100.0/24 via 192.0.2.254\n', `rename it to ${SCRIPTS}/route-xenbr0`],
])(
  'refuses to lose what %s gives the host',
  async (name, text, cure) => {
    host.bed.write(`${SCRIPTS}/${name}`, text);
    const { status, output } = await host.carry(host.tree(), 'bridge-xenbr0');
    expect(output).toContain(`error: ${SCRIPTS}/${name}`);
    expect(output).toContain(cure);
    expect(output).toContain('nothing was changed');
    expect(status).toBe(1);
  },
  60_000,
);
