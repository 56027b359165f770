import { Address, Uplink } from '../../../../lib';
import { type BedHost, type TreeChange, openBedHost } from '../../../helpers/bed-host';
import { ETH0 } from '../../../helpers/estate';

/** eth0 under a bridge that somebody made by hand; the host stays reachable. */
const BR9 =
  'brctl addbr br9 && brctl addif br9 eth0 && ip addr flush dev eth0 && ip addr add 192.0.2.10/24 dev br9 && ip link set br9 up && ip route add default via 192.0.2.1';

const SCRIPTS = '/etc/sysconfig/network-scripts';

let host: BedHost;

beforeEach(async () => {
  host = await openBedHost();
}, 30_000);

afterEach(async () => {
  await host.bed.close();
}, 30_000);

/** Applies the bridge, which must fail without a trace; gives what it said. */
async function refusal(change: TreeChange = {}): Promise<string> {
  const before = await host.etc();
  const { status, output } = await host.carry(host.tree(change), 'bridge-xenbr0');
  expect(status).toBeGreaterThan(0);
  expect(await host.etc()).toBe(before);
  expect(output).toContain('nothing was changed');
  return output.replaceAll('xen01 bridge-xenbr0: ', '');
}

test('refuses an uplink that does not exist, naming those that do', async () => {
  expect(await refusal({ bridge: { uplink: Uplink.nic('eth7', ETH0) } })).toMatch(
    /error: uplink eth7 does not exist on the host\n {2}it has: .*eth0/,
  );
}, 60_000);

test('refuses an uplink with another MAC, which initscripts would ignore', async () => {
  expect(await refusal({ bridge: { uplink: Uplink.nic('eth0', '52:54:00:aa:00:99') } })).toContain(
    `error: uplink eth0 has MAC ${ETH0}, the stack says 52:54:00:aa:00:99`,
  );
}, 60_000);

test('refuses a gateway that does not answer before the switch', async () => {
  expect(await refusal({ lan: { gateway: '192.0.2.254' } })).toContain(
    'error: gateway 192.0.2.254 does not answer on eth0 now',
  );
}, 60_000);

test('refuses an address that somebody else has, naming the MAC', async () => {
  await host.bed.addNeighbour({ mac: '52:54:00:bb:00:01', address: '192.0.2.77/24' });
  const ssh = { address: '192.0.2.77', movesFrom: '192.0.2.10' };
  expect(await refusal({ ssh, bridge: { address: Address.ipv4('192.0.2.77') } })).toContain(
    'error: address 192.0.2.77 is taken: 52:54:00:bb:00:01 answers to it',
  );
}, 60_000);

test('refuses a host without brctl, where initscripts would ignore BRIDGE= without a word', async () => {
  host.bed.hide('brctl');
  expect(await refusal()).toContain('error: missing on the host: brctl\n  install with: yum install bridge-utils');
}, 60_000);

test('refuses a backup copy that initscripts would bring up as an interface', async () => {
  host.bed.write(`${SCRIPTS}/ifcfg-eth0.20150301`, host.bed.read(`${SCRIPTS}/ifcfg-eth0`));
  expect(await refusal()).toContain(`error: ${SCRIPTS}/ifcfg-eth0.20150301 also describes eth0`);
}, 60_000);

test('refuses a second default gateway, also where the bridge is there already', async () => {
  const file = `${SCRIPTS}/ifcfg-eth9`;
  const problem = `error: ${file} names a second default gateway\n  take GATEWAY out of it, or add DEFROUTE=no`;
  host.bed.write(file, 'DEVICE=eth9\nONBOOT=yes\nGATEWAY=192.0.2.254\n');
  expect(await refusal()).toContain(problem);
  host.bed.write(file, 'DEVICE=eth9\nONBOOT=yes\nGATEWAY=192.0.2.254\nDEFROUTE=no\n');
  expect((await host.carry(host.tree(), 'bridge-xenbr0')).status).toBe(0);
  host.bed.write(file, 'DEVICE=eth9\nONBOOT=yes\nGATEWAY=192.0.2.254\n');
  expect(await refusal()).toContain(problem);
}, 90_000);

test('refuses to call a bridge done beside a second default route', async () => {
  expect((await host.carry(host.tree(), 'bridge-xenbr0')).status).toBe(0);
  await host.bed.dom0(['ip', 'route', 'add', 'default', 'via', '192.0.2.9', 'dev', 'xenbr0', 'metric', '9']);
  expect(await refusal()).toContain(
    'error: there is another default route, via 192.0.2.9 dev xenbr0 metric 9\n  take it away: ip route del default via 192.0.2.9 dev xenbr0 metric 9',
  );
}, 90_000);

test("refuses a host where Xen 3's bridge script is still on", async () => {
  host.bed.write('/etc/xen/xend-config.sxp', '(xend-unix-server yes)\n(network-script network-bridge)\n');
  expect(await refusal()).toContain('still runs the bridge script of Xen 3: (network-script network-bridge)');
}, 60_000);

test('takes a network script that does nothing for off', async () => {
  host.bed.write('/etc/xen/xend-config.sxp', '# (network-script network-bridge)\n(network-script network-dummy)\n');
  expect((await host.carry(host.tree(), 'bridge-xenbr0')).status).toBe(0);
}, 60_000);

test("builds a bridge without uplink beside Xen 3's bridge script, which leaves such a one alone", async () => {
  host.bed.write('/etc/xen/xend-config.sxp', '(network-script network-bridge)\n');
  const change = { bridge: { name: 'xenbr1', uplink: Uplink.none(), address: Address.none() } };
  expect(await host.carry(host.tree(change), 'bridge-xenbr1')).toMatchObject({ status: 0 });
}, 60_000);

test('refuses an interface that is a port of a bridge with another name', async () => {
  await host.bed.dom0(['bash', '-c', BR9]);
  expect(await refusal()).toContain(
    "error: eth0 is a port of bridge br9, the stack puts it under xenbr0\n  if br9 is to be called xenbr0 from now on, set renamedFrom: 'br9'",
  );
}, 60_000);

test('refuses a full disk before anything is unpacked or written', async () => {
  await host.bed.close();
  host = await openBedHost({ varSizeKiB: 1024 });
  expect(await refusal()).toMatch(/the file system at \/var\/lib\/cdktf-xen has only \d+ KiB free, 2048 are needed/);
  await host.bed.dom0(['bash', '-c', 'dd if=/dev/zero of=/var/lib/full bs=1k 2>/dev/null || :']);
  expect(await refusal()).toContain('cannot unpack into /var/lib/cdktf-xen on the host, see the line above');
}, 60_000);
