import { bridgeExpectations } from '../../../../lib/render/bridge-expectations';
import { compareFacts } from '../../../helpers/compare-facts';
import { type BedHost, openBedHost } from '../../../helpers/bed-host';
import { bridge, lan } from '../../../model/inputs';

/* The facts of a real bridge against what its unit must have: after a deploy, and after what people do by hand. */

const SCRIPTS = '/etc/sysconfig/network-scripts';

let host: BedHost;

const xenbr0 = bridge({ lan: lan() });
const EXPECTATIONS = `unit bridge-xenbr0\n${bridgeExpectations(xenbr0)}`;

/** What is not as it must be on the host now. */
async function differences(): Promise<readonly string[]> {
  const { stdout, stderr, status } = await host.bed.dom0([
    ...['bash', '-c', 'exec bash /var/lib/cdktf-xen/runtimes/*/runtime/host/facts/collect.sh'],
  ]);
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  return compareFacts(EXPECTATIONS, stdout).map(([, verdict, sentence]) => `${verdict}: ${sentence}`);
}

beforeAll(async () => {
  host = await openBedHost();
  const { status, output } = await host.carry(host.tree(), 'bridge-xenbr0');
  if (status !== 0) throw new Error(output);
}, 120_000);

afterAll(async () => {
  await host.bed.close();
}, 30_000);

test('after a deploy nothing is missing, different or foreign', async () => {
  expect(await differences()).toEqual([]);
});

/** What somebody does by hand, what undoes it, and what is told. */
const CHANGES: readonly (readonly [name: string, change: string, undo: string])[] = [
  ['another port', 'ip link add p1 type veth peer name p2; brctl addif xenbr0 p1', 'ip link del p1'],
  ['the uplink is taken out', 'brctl delif xenbr0 eth0', 'brctl addif xenbr0 eth0'],
  ['a further address', 'ip addr add 192.0.2.77/24 dev xenbr0', 'ip addr del 192.0.2.77/24 dev xenbr0'],
  ['an address on the uplink', 'ip addr add 198.51.100.9/24 dev eth0', 'ip addr del 198.51.100.9/24 dev eth0'],
  ['a route through the bridge', 'ip route add 203.0.113.0/24 via 192.0.2.1', 'ip route del 203.0.113.0/24'],
  [
    'a better default route',
    'ip link add p1 type veth peer name p2; ip link set p1 up; ip link set p2 up; ip addr add 198.51.100.1/24 dev p1; ip route add default via 198.51.100.2 metric 5',
    'ip link del p1',
  ],
  ['STP in the kernel alone', 'brctl stp xenbr0 on', 'brctl stp xenbr0 off; brctl setfd xenbr0 0'],
  [
    'a nailed neighbour',
    'ip neigh replace 192.0.2.1 lladdr 00:16:3e:00:00:01 dev xenbr0 nud permanent',
    'ip neigh del 192.0.2.1 dev xenbr0',
  ],
  ['a queue that delays', 'tc qdisc add dev eth0 root pfifo limit 2', 'tc qdisc del dev eth0 root'],
  ['a key later in the file', `echo STP=on >>${SCRIPTS}/ifcfg-xenbr0`, `sed -i '$d' ${SCRIPTS}/ifcfg-xenbr0`],
  ['a key that nobody promised', `echo ETHTOOL_OPTS=x >>${SCRIPTS}/ifcfg-eth0`, `sed -i '$d' ${SCRIPTS}/ifcfg-eth0`],
  [
    'a carriage return',
    `sed -i 's/^DELAY=.*/&\\r/' ${SCRIPTS}/ifcfg-xenbr0`,
    `sed -i 's/\\r//' ${SCRIPTS}/ifcfg-xenbr0`,
  ],
  [
    'other quotes are the same',
    `sed -i 's/\\x22/\\x27/g' ${SCRIPTS}/ifcfg-xenbr0`,
    `sed -i 's/\\x27/\\x22/g' ${SCRIPTS}/ifcfg-xenbr0`,
  ],
  ['a comment is nothing', `echo '# a note' >>${SCRIPTS}/ifcfg-xenbr0`, `sed -i '$d' ${SCRIPTS}/ifcfg-xenbr0`],
  [
    'a copy that initscripts would start',
    `cp ${SCRIPTS}/ifcfg-eth0 ${SCRIPTS}/ifcfg-eth0.20150301`,
    `rm ${SCRIPTS}/ifcfg-eth0.20150301`,
  ],
  ['a spare copy', `cp ${SCRIPTS}/ifcfg-eth0 ${SCRIPTS}/ifcfg-eth0.bak`, `rm ${SCRIPTS}/ifcfg-eth0.bak`],
  [
    'an alias',
    `printf 'DEVICE=xenbr0:1\\nIPADDR=192.0.2.78\\n' >${SCRIPTS}/ifcfg-xenbr0:1`,
    `rm ${SCRIPTS}/ifcfg-xenbr0:1`,
  ],
  [
    'another NIC under the bridge at the next start',
    `printf 'DEVICE=eth1\\nBRIDGE=xenbr0\\n' >${SCRIPTS}/ifcfg-eth1`,
    `rm ${SCRIPTS}/ifcfg-eth1`,
  ],
  ['a file of routes', `echo '10.0.0.0/8 via 192.0.2.1' >${SCRIPTS}/route-xenbr0`, `rm ${SCRIPTS}/route-xenbr0`],
  ['a file that others may write', `chmod 666 ${SCRIPTS}/ifcfg-eth0`, `chmod 644 ${SCRIPTS}/ifcfg-eth0`],
  [
    'a program in the place of a file',
    `mv ${SCRIPTS}/ifcfg-eth0 /root/kept; mkfifo ${SCRIPTS}/ifcfg-eth0`,
    `mv -f /root/kept ${SCRIPTS}/ifcfg-eth0`,
  ],
  ['clocks and counters', 'ip neigh flush dev xenbr0; ping -c1 -w1 192.0.2.1 || :; touch /etc/sysconfig/network', ':'],
];

test('what people do to the network by hand is told, each thing and nothing else', async () => {
  const told: Record<string, readonly string[]> = {};
  for (const [name, change, undo] of CHANGES) {
    const run = (script: string) => host.bed.dom0(['bash', '-c', script]);
    expect({ name, ...(await run(change)) }).toMatchObject({ name, status: 0 });
    told[name] = await differences();
    await run(undo);
    expect({ name, left: await differences() }).toEqual({ name, left: [] });
  }
  expect(told).toMatchSnapshot();
});
