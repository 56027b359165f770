import { Bed } from '../../../../lab/bed/bed';
import { factsOfBed, installCollectors } from '../../../helpers/facts';

/* What the kernel of this machine says, through CentOS 6's programs. */

jest.setTimeout(120_000);

const KINDS = 'link bridge port port-option bond slave vlan address dadfailed route route6 rule rule6 neighbour qdisc';

let bed: Bed;

beforeEach(async () => {
  bed = await Bed.open();
  installCollectors(bed);
});

afterEach(async () => {
  await bed.close();
});

/** Commands of the machine's own programs in dom0: those that CentOS 6 lacks too. */
async function done(...commands: readonly string[]): Promise<void> {
  const script = `PATH=/.strict/real:$PATH; set -e; ${commands.join('; ')}`;
  expect(await bed.dom0(['bash', '-c', script])).toMatchObject({ status: 0, stderr: '' });
}

const collect = (kinds = KINDS, env = {}): Promise<readonly string[]> =>
  factsOfBed(bed, 'print_link_facts', kinds, env);

async function furnish(): Promise<void> {
  await done(
    'ip link set lo up',
    'ip link add xenbr0 address 52:54:00:aa:00:01 type bridge forward_delay 150 stp_state 0',
    'ip link set eth0 master xenbr0',
    'ip link set xenbr0 up; ip link set eth0 up',
    'ip addr add 192.0.2.10/24 dev xenbr0; ip -6 addr add 2001:db8::10/64 dev xenbr0 nodad',
    'ip route add default via 192.0.2.1',
    'ip route add 198.51.100.0/24 via 192.0.2.254 table 100',
    'ip rule add from 198.51.100.0/24 lookup 100 priority 50',
    'ip neigh add 192.0.2.9 lladdr 52:54:00:bb:00:09 nud permanent dev xenbr0',
    'tc qdisc add dev eth0 root tbf rate 1mbit burst 10k latency 50ms',
  );
  await bed.addVif('vif7.0', 'xenbr0', { mac: '00:16:3e:80:00:01', address: '192.0.2.20/24' });
}

test('the state of a host, with a guest by its name', async () => {
  await furnish();
  const said = await collect(KINDS, { NAMES: '7 web1' });
  expect(said).toEqual(
    expect.arrayContaining([
      'address lo 127.0.0.1/8',
      'address lo ::1/128',
      'address xenbr0 192.0.2.10/24',
      'address xenbr0 2001:db8::10/64',
      'bridge xenbr0 ageing 300',
      'bridge xenbr0 delay 1.5',
      'bridge xenbr0 hello 2',
      'bridge xenbr0 max-age 20',
      'bridge xenbr0 priority 32768',
      'bridge xenbr0 stp off',
      'link domU:web1/0 kind veth',
      'link domU:web1/0 mac fe:ff:ff:ff:ff:ff',
      'link eth0 kind veth',
      'link eth0 state up',
      'link lo kind loopback',
      'link xenbr0 kind bridge',
      'link xenbr0 mac 52:54:00:aa:00:01',
      'link xenbr0 mtu 1500',
      'neighbour xenbr0 192.0.2.9 52:54:00:bb:00:09',
      'port xenbr0 domU:web1/0',
      'port xenbr0 eth0',
      'port-option xenbr0 eth0 hairpin 0',
      expect.stringMatching(/^qdisc eth0 tbf root rate 1Mbit /),
      'route 192.0.2.0/24 dev xenbr0 scope link src 192.0.2.10',
      'route 198.51.100.0/24 via 192.0.2.254 dev xenbr0 table 100',
      'route default via 192.0.2.1 dev xenbr0',
      'route6 2001:db8::/64 dev xenbr0 metric 256',
      'rule 0 from all lookup local',
      'rule 50 from 198.51.100.0/24 lookup 100',
    ]),
  );
  expect(said.filter((line) => line.startsWith('unknown') || /fe80::\/64|ff00::|table local/.test(line))).toEqual([]);
});

test('what a stranger puts into the table of local addresses is a fact', async () => {
  await done('ip link set lo up', 'ip route add local 203.0.113.0/24 dev lo table local');
  expect(await collect('route')).toEqual(['route 203.0.113.0/24 local dev lo table local scope host']);
});

test('each change is a change of facts, and no more than it', async () => {
  await furnish();
  // Until the guest's port forwards and addresses are settled.
  await done('sleep 5');
  const before = await collect();
  expect(await collect()).toEqual(before);
  const changed = async (command: string, back: string): Promise<readonly (readonly string[])[]> => {
    await done(command);
    const after = await collect();
    await done(back);
    expect(await collect()).toEqual(before);
    return [before.filter((line) => !after.includes(line)), after.filter((line) => !before.includes(line))];
  };
  expect(await changed('ip link set eth0 mtu 1400; ip link set xenbr0 mtu 1500', 'ip link set eth0 mtu 1500')).toEqual([
    ['link eth0 mtu 1500'],
    ['link eth0 mtu 1400'],
  ]);
  expect(
    await changed(
      'echo 1 >/sys/class/net/xenbr0/brif/eth0/hairpin_mode',
      'echo 0 >/sys/class/net/xenbr0/brif/eth0/hairpin_mode',
    ),
  ).toEqual([['port-option xenbr0 eth0 hairpin 0'], ['port-option xenbr0 eth0 hairpin 1']]);
  expect(await changed('ip addr add 192.0.2.11/32 dev xenbr0', 'ip addr del 192.0.2.11/32 dev xenbr0')).toEqual([
    [],
    ['address xenbr0 192.0.2.11/32'],
  ]);
  expect(
    await changed('ip rule add iif xenbr0 blackhole priority 9', 'ip rule del iif xenbr0 blackhole priority 9'),
  ).toEqual([[], ['rule 9 from all iif xenbr0 blackhole']]);
});

test('an address that another machine has is told', async () => {
  await bed.addNeighbour({ mac: '52:54:00:bb:00:01', address: '192.0.2.99/24' });
  await bed.lan(['ip', '-6', 'addr', 'add', '2001:db8::77/64', 'dev', 'lan0', 'nodad']);
  await done('ip link set eth0 up', 'sleep 2', 'ip -6 addr add 2001:db8::77/64 dev eth0', 'sleep 4');
  expect(await collect('address dadfailed')).toEqual(
    expect.arrayContaining(['address eth0 2001:db8::77/64', 'dadfailed eth0 2001:db8::77/64']),
  );
});

test('the collector needs no place to write, and leaves everything as it is', async () => {
  await furnish();
  await done('sleep 5');
  const state = async (): Promise<string> =>
    (
      await bed.dom0([
        'bash',
        '-c',
        'PATH=/.strict/real:$PATH; ip -o addr; ip route; ip neigh show nud permanent; ls -lR /etc /var /run',
      ])
    ).stdout;
  const before = await state();
  await done('mount -o remount,ro /');
  expect((await collect()).filter((line) => line.startsWith('unknown'))).toEqual([]);
  await done('mount -o remount,rw /');
  expect(await state()).toBe(before);
});

test('without IPv6 there is nothing of it, and nothing is unknown', async () => {
  await done('sysctl -q -w net.ipv6.conf.all.disable_ipv6=1', 'ip link set lo up');
  expect((await collect()).filter((line) => /^(unknown|route6)|::/.test(line))).toEqual([]);
});
