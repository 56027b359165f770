import { Address, Uplink } from '../../../../lib';
import { type BedHost, openBedHost } from '../../../helpers/bed-host';
import { ETH0 } from '../../../helpers/estate';

const SCRIPTS = '/etc/sysconfig/network-scripts';

let host: BedHost;

beforeEach(async () => {
  host = await openBedHost();
}, 30_000);

afterEach(async () => {
  await host.bed.close();
}, 30_000);

async function xenbr0() {
  const state = await host.bed.state();
  return { ...state, bridge: state.bridges['xenbr0'] };
}

test('makes xenbr0 on the interface that the connection itself uses', async () => {
  const { status, output } = await host.carry(host.tree(), 'bridge-xenbr0');
  expect(output).toContain('done: xenbr0 is up on eth0 with 192.0.2.10/24');
  expect(status).toBe(0);
  const { bridge, addresses, routes } = await xenbr0();
  expect(bridge).toMatchObject({ up: true, stp: false, forwardDelaySeconds: 0, ports: { eth0: 'forwarding' } });
  expect(addresses).toEqual({ xenbr0: ['192.0.2.10/24'] });
  expect(routes).toContain('default via 192.0.2.1 dev xenbr0');
}, 60_000);

test('makes it on an interface that is known by its name alone, and says which one that is', async () => {
  const tree = host.tree({ bridge: { uplink: Uplink.nicByName('eth0') } });
  const { status, output } = await host.carry(tree, 'bridge-xenbr0');
  expect(output).toContain(`uplink eth0 has MAC ${ETH0}; the stack knows it by its name alone`);
  expect(output).toContain('done: xenbr0 is up on eth0 with 192.0.2.10/24');
  expect(status).toBe(0);
  expect(host.bed.read(`${SCRIPTS}/ifcfg-eth0`)).not.toContain('HWADDR');
  // An address that the link makes itself of its MAC is nobody's.
  await host.bed.dom0(['ip', 'addr', 'add', '2001:db8::5054:ff:feaa:1/64', 'dev', 'xenbr0']);
  expect((await host.carry(tree, 'bridge-xenbr0')).output).toBe('xen01 bridge-xenbr0: nothing to change\n');
}, 90_000);

test('finds its own address among very many', async () => {
  const addresses = Array.from({ length: 1000 }, (_, i) => `addr add 10.${i >> 8}.${i & 255}.1/32 dev spare0`);
  const batch = ['link add spare0 type veth peer name spare1', ...addresses].join('\n');
  await host.bed.dom0(['ip', '-batch', '-'], { input: `${batch}\n` });
  const { status, output } = await host.carry(host.tree(), 'bridge-xenbr0');
  expect(output).toContain('done: xenbr0 is up on eth0 with 192.0.2.10/24');
  expect(status).toBe(0);
}, 120_000);

test('takes a GATEWAYDEV of before along and keeps the other keys of the file', async () => {
  await host.carry(host.tree(), 'bridge-xenbr0');
  expect(host.bed.read('/etc/sysconfig/network')).toBe(
    'NETWORKING=yes\nHOSTNAME=xen01.example.org\nGATEWAYDEV=xenbr0\n',
  );
}, 60_000);

test('changes nothing the second time, and says so', async () => {
  const tree = host.tree();
  await host.carry(tree, 'bridge-xenbr0');
  const before = await host.etc();
  const { status, output } = await host.carry(tree, 'bridge-xenbr0');
  expect(output).toBe('xen01 bridge-xenbr0: nothing to change\n');
  expect(status).toBe(0);
  expect(await host.etc()).toBe(before);
}, 60_000);

test('survives a reboot: the next boot makes the same state from the files', async () => {
  await host.carry(host.tree(), 'bridge-xenbr0');
  await host.bed.dom0(['chkconfig', 'network', 'on']);
  await host.bed.reboot();
  const { bridge, addresses } = await xenbr0();
  expect(bridge?.ports).toEqual({ eth0: 'forwarding' });
  expect(addresses).toEqual({ xenbr0: ['192.0.2.10/24'] });
}, 60_000);

test('keeps a running guest on the bridge when the bridge is changed', async () => {
  await host.carry(host.tree(), 'bridge-xenbr0');
  const guest = await host.bed.addVif('vif1.0', 'xenbr0', { mac: '00:16:3e:80:00:01', address: '192.0.2.21/24' });
  const { status } = await host.carry(host.tree({ bridge: { mtu: 1400 } }), 'bridge-xenbr0');
  expect(status).toBe(0);
  const { bridge } = await xenbr0();
  expect(bridge?.ports).toEqual({ eth0: 'forwarding', 'vif1.0': 'forwarding' });
  expect((await guest.run(['ping', '-c1', '-W2', '192.0.2.1'])).status).toBe(0);
}, 60_000);

test('makes a host-only bridge without touching the way to the host', async () => {
  const bridge = { name: 'xenbr1', uplink: Uplink.none(), address: Address.none() };
  const { status, output } = await host.carry(host.tree({ bridge }), 'bridge-xenbr1');
  expect(output).toContain('done: xenbr1 is up');
  expect(status).toBe(0);
  const { bridges, addresses } = await host.bed.state();
  expect(bridges['xenbr1']).toMatchObject({ up: true, ports: {} });
  expect(addresses).toEqual({ eth0: ['192.0.2.10/24'] });
}, 60_000);

test('leaves backups where initscripts do not look', async () => {
  const old = host.bed.read(`${SCRIPTS}/ifcfg-eth0`);
  await host.carry(host.tree(), 'bridge-xenbr0');
  const { stdout } = await host.bed.dom0(['bash', '-c', `cat /var/lib/cdktf-xen/backup/*${SCRIPTS}/ifcfg-eth0`]);
  expect(stdout).toBe(old);
  const { stdout: names } = await host.bed.dom0(['bash', '-c', `ls -A ${SCRIPTS} | grep -v '^\\(if\\|network\\)'`]);
  expect(names).not.toMatch(/cdktf/);
  expect((await host.bed.dom0(['bash', '-c', `ls -A ${SCRIPTS}/ifcfg-*`])).stdout.trim().split('\n').sort()).toEqual(
    ['eth0', 'lo', 'xenbr0'].map((name) => `${SCRIPTS}/ifcfg-${name}`).filter((path) => host.bed.exists(path)),
  );
}, 60_000);

test('goes on and finishes when the connection dies in the middle of the switch', async () => {
  const tree = host.tree();
  const process = host.bed.spawnLan(
    ['bash', `${tree}/../../../runtime/deployer/carry.sh`, 'apply', 'xen01', 'bridge-xenbr0'],
    {
      CDKTF_XEN_TREE: tree,
    },
  );
  const { stdout } = process;
  await new Promise<void>((resolve) => {
    stdout?.on('data', (data: Buffer) => {
      if (data.toString().includes('switching')) resolve();
    });
  });
  // Every session of the host's sshd, as a reset of the connection would end them.
  await host.bed.dom0(['bash', '-c', `pkill -KILL -f 'sshd: root' || :`]);
  for (let second = 0; second < 30 && (await xenbr0()).addresses['xenbr0'] === undefined; second += 1) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  const { bridge, addresses } = await xenbr0();
  expect(bridge?.ports).toEqual({ eth0: 'forwarding' });
  expect(addresses['xenbr0']).toEqual(['192.0.2.10/24']);
}, 90_000);

test('puts everything back when the new state does not work', async () => {
  const before = (await host.bed.state()).addresses;
  const file = host.bed.read(`${SCRIPTS}/ifcfg-eth0`);
  const tree = host.tree();
  const running = host.carry(tree, 'bridge-xenbr0');
  for (let tries = 0; tries < 200 && !host.bed.exists(`${SCRIPTS}/ifcfg-xenbr0`); tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await host.bed.link('eth0', 'down');
  for (let tries = 0; tries < 600 && host.bed.exists(`${SCRIPTS}/ifcfg-xenbr0`); tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await host.bed.link('eth0', 'up');
  const { status, output } = await running;
  expect(output).toContain('going back');
  expect(output).toContain('eth0 does not forward frames of xenbr0');
  expect(status).toBe(1);
  expect(host.bed.read(`${SCRIPTS}/ifcfg-eth0`)).toBe(file);
  const after = await host.bed.state();
  expect(after.addresses).toEqual(before);
  expect(after.bridges).toEqual({});
  expect(ETH0).toBe(after.links['eth0']?.mac);
}, 120_000);
