import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Address, Uplink } from '../../../../lib';
import { type BedHost, openBedHost } from '../../../helpers/bed-host';
import { NET, phaseOf, SHORT, switchAndLeave, until, untilClosed } from '../../../helpers/switch-window';

/*
 * What others do to the host's network while a switch waits for its confirmation is theirs: the way back neither undoes it
 * nor takes it for a reason to restart the network.
 */
const ETH1 = '52:54:00:aa:00:02';
const NICS = [
  { name: 'eth0', mac: '52:54:00:aa:00:01' },
  { name: 'eth1', mac: ETH1 },
];
const RUNTIME = join(__dirname, '../../../../lib/runtime');

let host: BedHost;

beforeEach(async () => {
  host = await openBedHost({ nics: NICS });
}, 30_000);

afterEach(async () => {
  await host.bed.close();
}, 30_000);

async function onHost(script: string): Promise<string> {
  const { status, stdout, stderr } = await host.bed.dom0(['bash', '-c', `set -e; ${script}`]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

/** The switch has gone back, gently, once. */
async function goneBack(): Promise<void> {
  await untilClosed(host, 'rolled-back');
  const log = host.bed.read(`${NET}/last/log`);
  expect(log).not.toContain('the old state is not whole yet');
  expect(log.match(/: going back: /g)).toHaveLength(1);
  expect(host.bed.exists('/var/log/reboot-asked')).toBe(false);
}

test('what the switch never touched may go meanwhile', async () => {
  await onHost(`ip link set eth1 up; ip addr add 203.0.113.5/24 dev eth1; ip addr add 203.0.113.50/24 dev eth1
    ip route add 198.51.100.0/24 via 203.0.113.9 dev eth1
    ip link add tunnel0 type veth peer name tunnel1; ip link set tunnel0 up; ip addr add 10.9.8.7/24 dev tunnel0`);
  await switchAndLeave(host, { bridge: SHORT });
  await until(() => phaseOf(host) === 'awaiting');
  await onHost(`ip link del tunnel0; ip addr del 203.0.113.50/24 dev eth1; ip route del 198.51.100.0/24`);
  await goneBack();
  const { addresses, routes, bridges } = await host.bed.state();
  expect(addresses).toEqual({ eth0: ['192.0.2.10/24'], eth1: ['203.0.113.5/24'] });
  expect(bridges).toEqual({});
  expect(routes).toContain('default via 192.0.2.1 dev eth0');
  expect(routes.join('\n')).not.toContain('198.51.100');
}, 150_000);

test('a default route that somebody has taken away since the switch is not put back', async () => {
  const bridge = { ...SHORT, name: 'xenbr1', uplink: Uplink.nic('eth1', ETH1), address: Address.none() };
  await switchAndLeave(host, { lan: { gateway: undefined }, bridge }, 'bridge-xenbr1');
  await until(() => phaseOf(host) === 'awaiting');
  await onHost('ip route del default');
  await goneBack();
  const { routes, bridges } = await host.bed.state();
  expect(routes.join('\n')).not.toContain('default');
  expect(bridges).toEqual({});
}, 150_000);

test('an address that somebody sets on the interface meanwhile stays', async () => {
  await switchAndLeave(host, { bridge: SHORT });
  await until(() => phaseOf(host) === 'rolling-back' || phaseOf(host) === 'rolled-back');
  await until(async () => (await host.bed.state()).addresses['eth0'] !== undefined);
  await onHost('ip addr add 192.0.2.50/24 dev eth0');
  await goneBack();
  expect((await host.bed.state()).addresses).toEqual({ eth0: ['192.0.2.10/24', '192.0.2.50/24'] });
}, 150_000);

test('what comes after the preflight and would be lost calls the switch off before it begins', async () => {
  const once = '[ -e /tmp/came ] || { : >/tmp/came; ip addr add 192.0.2.50/24 dev eth0; }';
  host.bed.write('/usr/sbin/sync', `#!/bin/bash\n${once}\nexec /usr/bin/sync "$@"\n`, 0o755);
  const before = host.bed.read('/etc/sysconfig/network-scripts/ifcfg-eth0');
  const { status, output } = await host.carry(host.tree(), 'bridge-xenbr0');
  expect(output).toContain('error: eth0 has address 192.0.2.50/24, which nothing brings back after the switch');
  expect(output).toContain('the switch was given up before it began; nothing was changed, deploy again');
  expect(status).toBe(1);
  expect((await host.bed.state()).addresses).toEqual({ eth0: ['192.0.2.10/24', '192.0.2.50/24'] });
  expect(host.bed.read('/etc/sysconfig/network-scripts/ifcfg-eth0')).toBe(before);
  expect(phaseOf(host)).toBe('abandoned');
}, 90_000);

/** The lines that are not put back, by the runtime's own comparison. */
function takenByOthers(before: readonly string[], after: readonly string[], now: readonly string[]): readonly string[] {
  const facts = [before, after, now].map((lines) => lines.join('\n'));
  const script = '. both/numbers.sh; . host/network/snapshot.sh; taken_by_others "$@"';
  const { stdout, stderr } = spawnSync('bash', ['-c', script, '-', ...facts], { cwd: RUNTIME, encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.split('\n').filter(Boolean);
}

test('only what the new state carried, and somebody took away then, has left for good', () => {
  const own = ['touched xenbr0', 'touched eth0', 'link eth0 up 1500', 'address xenbr0 192.0.2.10/24'];
  const vip = 'address xenbr0 192.0.2.50/24';
  const route = 'route 198.51.100.0/24 via 192.0.2.254 dev xenbr0';
  const defaults = ['route default via 192.0.2.1 dev xenbr0', 'route default via 203.0.113.1 dev eth1 metric 9'];
  const all = [...own, vip, route, ...defaults];
  expect(takenByOthers(all, all, [])).toEqual([vip, route, defaults[1]]);
  expect(takenByOthers(all, all, all)).toEqual([]);
  // The switch itself took it.
  expect(takenByOthers(all, own, [])).toEqual([]);
  // Nothing that was there only afterwards.
  expect(takenByOthers(own, all, own)).toEqual([]);
});
