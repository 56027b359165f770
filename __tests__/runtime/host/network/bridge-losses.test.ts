import { Address, Uplink } from '../../../../lib';
import { type BedHost, openBedHost } from '../../../helpers/bed-host';

const SCRIPTS = '/etc/sysconfig/network-scripts';
const ETH1 = '52:54:00:aa:00:02';
const NICS = [
  { name: 'eth0', mac: '52:54:00:aa:00:01' },
  { name: 'eth1', mac: ETH1 },
];

let host: BedHost;

beforeEach(async () => {
  host = await openBedHost({ nics: NICS });
}, 30_000);

afterEach(async () => {
  await host.bed.close();
}, 30_000);

/** Everything of the network that a person could have set by hand. */
async function network(): Promise<string> {
  const script =
    'ip -o addr | sed "/scope link/d; s/ valid_lft.*//"; ip -4 route show table all; ip -6 route | sed "/^fe80/d"; ip rule; ip -4 neigh show nud permanent; ip -o link | cut -d: -f2- | sed "s/qdisc.*//"';
  return (await host.bed.dom0(['bash', '-c', script])).stdout;
}

/** Applies the bridge, which must fail and leave everything as it is; gives what it said. */
async function refusal(change: Parameters<BedHost['tree']>[0] = {}, unit = 'bridge-xenbr0'): Promise<string> {
  const before = [await host.etc(), await network()];
  const { status, output } = await host.carry(host.tree(change), unit);
  expect([await host.etc(), await network()]).toEqual(before);
  expect(output).toContain('nothing was changed');
  expect(status).toBe(1);
  return output.replaceAll(`xen01 ${unit}: `, '');
}

/** Something on eth0 that a bridge over it would lose: how it got there, and what is said of it. */
const ON_ETH0: readonly (readonly [what: string, done: string, said: string, cure: string])[] = [
  [
    'a further address in the file',
    `printf 'IPADDR2="192.0.2.50"\\nPREFIX2=24\\n' >>${SCRIPTS}/ifcfg-eth0; ip addr add 192.0.2.50/24 dev eth0`,
    `error: ${SCRIPTS}/ifcfg-eth0 gives 192.0.2.50 too (IPADDR2), which the file in its place does not`,
    `write it into ${SCRIPTS}/ifcfg-xenbr0:1 (DEVICE=xenbr0:1, IPADDR=192.0.2.50, NETMASK)`,
  ],
  [
    'an address set by hand',
    'ip addr add 192.0.2.50/24 dev eth0',
    'error: eth0 has address 192.0.2.50/24, which nothing brings back after the switch',
    'take it away before you deploy: ip addr del 192.0.2.50/24 dev eth0',
  ],
  [
    'an address in another subnet, with a label',
    'ip addr add 198.51.100.9/24 label eth0:7 dev eth0',
    'error: eth0 has address 198.51.100.9/24, which nothing brings back',
    'ip addr del 198.51.100.9/24 dev eth0',
  ],
  [
    'a global IPv6 address',
    'ip -6 addr add 2001:db8::9/64 dev eth0 nodad',
    'error: eth0 has address 2001:db8::9/64, which nothing brings back',
    'ip -6 addr del 2001:db8::9/64 dev eth0',
  ],
  [
    'an IPv6 address in the file',
    `echo 'IPV6ADDR=2001:db8::9/64' >>${SCRIPTS}/ifcfg-eth0`,
    `error: ${SCRIPTS}/ifcfg-eth0 gives 2001:db8::9/64 (IPV6ADDR)`,
    'the stack knows IPv4 only',
  ],
  [
    'a static route set by hand',
    'ip route add 198.51.100.0/24 via 192.0.2.254 dev eth0',
    "error: the route '198.51.100.0/24 via 192.0.2.254 dev eth0' would be lost",
    `write it into ${SCRIPTS}/route-xenbr0, or take it away before you deploy: ip route del 198.51.100.0/24`,
  ],
  [
    'a route of another table',
    'ip route add default via 192.0.2.254 dev eth0 table 100',
    "error: the route 'default via 192.0.2.254 dev eth0 table 100' would be lost",
    'take it away before you deploy',
  ],
  [
    'a route with two ways',
    'ip route add 198.51.100.0/24 nexthop via 192.0.2.253 nexthop via 192.0.2.254',
    "error: the route '198.51.100.0/24 nexthop via 192.0.2.253 dev eth0 weight 1 nexthop via 192.0.2.254 dev eth0 weight 1'",
    'take it away before you deploy',
  ],
  [
    'a policy rule',
    'ip rule add iif eth0 lookup 100',
    "error: the policy rule 'from all iif eth0 lookup 100' would fit nothing any longer",
    'ip rule del from all iif eth0 lookup 100',
  ],
  [
    'an MTU set by hand',
    'ip link set eth0 mtu 1400',
    'error: eth0 has MTU 1400, and the stack names none',
    'set mtu: 1400 on the bridge, or say: ip link set dev eth0 mtu 1500',
  ],
  [
    'an MTU in the file',
    `echo 'MTU="9000"' >>${SCRIPTS}/ifcfg-eth0`,
    `error: ${SCRIPTS}/ifcfg-eth0 says MTU 9000, and the stack names none`,
    'set mtu: 9000 on the bridge',
  ],
  [
    'a permanent neighbour',
    'ip neigh add 192.0.2.9 lladdr 52:54:00:bb:00:09 nud permanent dev eth0',
    'error: eth0 has a permanent neighbour 192.0.2.9 (52:54:00:bb:00:09), which would be lost',
    'ip neigh del 192.0.2.9 dev eth0',
  ],
  [
    'routes over eth0 in a file that was only renamed',
    `echo '198.51.100.0/24 via 192.0.2.254 dev eth0' >${SCRIPTS}/route-xenbr0`,
    `error: ${SCRIPTS}/route-xenbr0 has routes over eth0, which has no address after the switch`,
    'say dev xenbr0 there, or leave dev out',
  ],
];

test.each(ON_ETH0)(
  'refuses to lose %s',
  async (_, done, said, cure) => {
    const { status, stderr } = await host.bed.dom0(['bash', '-c', done]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const output = await refusal();
    expect(output).toContain(said);
    expect(output).toContain(cure);
  },
  60_000,
);

test('all that would be lost is said at once', async () => {
  await host.bed.dom0(['bash', '-c', 'ip addr add 192.0.2.50/24 dev eth0; ip link set eth0 mtu 1400']);
  const output = await refusal();
  expect(output).toContain('error: eth0 has address 192.0.2.50/24');
  expect(output).toContain('\n  eth0 has MTU 1400, and the stack names none\n    set mtu: 1400 on the bridge');
}, 60_000);

test('the default route is not lost where the Lan names no gateway', async () => {
  expect(await refusal({ lan: { gateway: undefined } })).toContain(
    "error: the route 'default via 192.0.2.1 dev eth0' would be lost\n  name its gateway in the Lan",
  );
}, 60_000);

test('what the cures name goes with the bridge, and stays with its next change', async () => {
  const further = 'ip addr add 192.0.2.50/24 dev eth0; ip route add 198.51.100.0/24 via 192.0.2.254 dev eth0';
  await host.bed.dom0(['bash', '-c', further]);
  const alias = 'DEVICE=xenbr0:1\nIPADDR=192.0.2.50\nNETMASK=255.255.255.0\nARPCHECK=no\n';
  host.bed.write(`${SCRIPTS}/ifcfg-xenbr0:1`, alias);
  host.bed.write(`${SCRIPTS}/route-xenbr0`, 'ADDRESS0=198.51.100.0\nNETMASK0=255.255.255.0\nGATEWAY0=192.0.2.254\n');
  for (const mtu of [undefined, 1400]) {
    const { status, output } = await host.carry(host.tree({ bridge: { mtu } }), 'bridge-xenbr0');
    expect(output).toContain('done: xenbr0 is up on eth0');
    expect(status).toBe(0);
    const { addresses, routes } = await host.bed.state();
    expect(addresses).toEqual({ xenbr0: ['192.0.2.10/24', '192.0.2.50/24'] });
    expect(routes).toContain('198.51.100.0/24 via 192.0.2.254 dev xenbr0');
  }
  const renamed = { bridge: { name: 'br0', renamedFrom: 'xenbr0', mtu: 1400 } };
  const output = await refusal(renamed, 'bridge-br0');
  expect(output).toContain(`${SCRIPTS}/route-xenbr0 is not read any longer once br0 has the address`);
  expect(output).toContain('xenbr0 has address 192.0.2.50/24, which nothing brings back after the switch');
}, 120_000);

test('a deployed bridge does not lose what somebody has set on it since', async () => {
  expect((await host.carry(host.tree(), 'bridge-xenbr0')).status).toBe(0);
  await host.bed.dom0(['bash', '-c', 'ip addr add 192.0.2.50/24 dev xenbr0']);
  await host.bed.dom0(['bash', '-c', 'ip link add link xenbr0 name over0 type macvlan']);
  const output = await refusal({ bridge: { mtu: 1400 } });
  expect(output).toContain('error: xenbr0 has address 192.0.2.50/24, which nothing brings back after the switch');
  expect(output).toContain('  over0 stands on xenbr0 and would go with it');
}, 60_000);

test('the address of a NIC that becomes another uplink is not lost', async () => {
  await host.bed.dom0(['bash', '-c', 'ip addr add 203.0.113.5/24 dev eth1; ip link set eth1 up']);
  const change = {
    lan: { gateway: undefined },
    bridge: { name: 'xenbr1', uplink: Uplink.nic('eth1', ETH1), address: Address.none() },
  };
  expect(await refusal(change, 'bridge-xenbr1')).toContain('error: eth1 has address 203.0.113.5/24');
}, 60_000);

test('a lease that the static address takes the place of is said', async () => {
  const file = `${SCRIPTS}/ifcfg-eth0`;
  host.bed.write(file, host.bed.read(file).replace('BOOTPROTO=none', 'BOOTPROTO="dhcp"'));
  await host.bed.dom0(['ip', 'addr', 'add', '192.0.2.50/24', 'dev', 'eth0']);
  const output = await refusal();
  expect(output).toContain('error: eth0 has address 192.0.2.50/24');
  await host.bed.dom0(['ip', 'addr', 'del', '192.0.2.50/24', 'dev', 'eth0']);
  const said = (await host.carry(host.tree(), 'bridge-xenbr0')).output;
  expect(said).toContain(
    'note: eth0 has 192.0.2.10 by DHCP and xenbr0 is going to have it for good: keep the DHCP server from giving it to others',
  );
}, 90_000);

test('traffic control on a bridge that goes is not lost', async () => {
  expect((await host.carry(host.tree(), 'bridge-xenbr0')).status).toBe(0);
  const shaped = 'tc qdisc add dev xenbr0 root handle 7: tbf rate 1mbit burst 10k limit 10k';
  expect(await host.bed.dom0(['bash', '-c', shaped])).toMatchObject({ status: 0 });
  expect(await refusal({ bridge: { dissolve: true } })).toContain(
    "error: xenbr0 has traffic control of somebody's hand (tbf 7:), which would go with it",
  );
}, 90_000);

test('what the kernel does not tell is not taken for nothing, unless it has no such thing', async () => {
  const answer = (error: string) =>
    `#!/bin/bash\ncase $* in 'rule show') echo 'RTNETLINK answers: ${error}' >&2; exit 2 ;; esac\nexec /srv/ip "$@"\n`;
  const place = (await host.bed.dom0(['bash', '-c', 'command -v ip'])).stdout.trim();
  await host.bed.dom0(['bash', '-c', `mkdir -p /srv; mv ${place} /srv/ip`]);
  host.bed.write(place, answer('No buffer space available'), 0o755);
  expect(await refusal()).toContain(
    "error: 'ip rule show' does not say what would be lost: RTNETLINK answers: No buffer space available",
  );
  host.bed.write(place, answer('Operation not supported'), 0o755);
  expect((await host.carry(host.tree(), 'bridge-xenbr0')).status).toBe(0);
}, 90_000);
