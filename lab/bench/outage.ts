/**
 * How long a host and a guest are away while the host's bridge is made or changed, beside a bare `service network
 * restart` with the same files in place.
 *
 *     tsx lab/bench/outage.ts [--smoke]
 */
import { join } from 'node:path';
import { PlainHost, ETH0 } from '../bed/plain-host';
import { synthesize } from './deploy-stack';
import { type Outage, PingStream } from './outage-ping';
import { type Report, seconds, times } from './report';
import { runBench } from './run';
import { figures } from './statistics';

const GUEST = { name: 'vif1.0', address: '192.0.2.21', mac: '00:16:3e:80:00:01' };

/** Who is listened to, while what is done. */
const WHAT = ['dom0, bridge made', 'dom0, MTU changed', 'guest, MTU changed'] as const;
type What = (typeof WHAT)[number];

/** Brings a tree's bridge about on the host. */
interface Contender {
  readonly name: string;
  readonly bring: (host: PlainHost, tree: string) => Promise<void>;
}

async function carry(host: PlainHost, tree: string, unit: string): Promise<void> {
  await host.timed(['bash', join(tree, '../../../runtime/deployer/carry.sh'), 'apply', 'xen01', unit], {
    CDKTF_XEN_TREE: tree,
  });
}

const OURS: Contender = { name: 'cdktf-xen', bring: (host, tree) => carry(host, tree, 'bridge-xenbr0') };

const RESTART: Contender = {
  name: 'service network restart',
  bring: async (host, tree) => {
    await host.timed(['bash', join(__dirname, 'plain-deploy.sh'), tree, 'xen01']);
    await host.onHost('service network restart >/dev/null 2>&1');
  },
};

/** Who leaves another state than the other has not done the same work, and its outage says nothing. */
async function requireState(host: PlainHost, mtu: number, ports: readonly string[], who: string): Promise<void> {
  const { bridges, addresses, routes } = await host.bed.state();
  const bridge = bridges['xenbr0'];
  const found = JSON.stringify({
    mtu: bridge?.mtu,
    ports: Object.keys(bridge?.ports ?? {}).sort(),
    addresses,
    route: routes.find((route) => route.startsWith('default')),
  });
  const wanted = JSON.stringify({
    mtu,
    ports,
    addresses: { xenbr0: [`${host.ssh.address}/24`] },
    route: 'default via 192.0.2.1 dev xenbr0',
  });
  if (found !== wanted) throw new Error(`${who} left\n${found}\nand not\n${wanted}`);
}

/** One try on a host of its own: the bridge is made, a guest joins, the bridge is changed. */
async function attempt({ name, bring }: Contender): Promise<Record<What, Outage>> {
  const host = await PlainHost.open({});
  try {
    const made = synthesize(host, 0).tree;
    const changed = synthesize(host, 0, { folder: 'changed', bridge: { mtu: 1400 } }).tree;
    await carry(host, made, 'host');
    const ping = await PingStream.start(host.bed, host.ssh.address, ETH0);
    await bring(host, made);
    const whileMade = await ping.stop();
    await requireState(host, 1500, ['eth0'], name);
    await host.bed.addVif(GUEST.name, 'xenbr0', { mac: GUEST.mac, address: `${GUEST.address}/24` });
    const pings = await Promise.all([
      PingStream.start(host.bed, host.ssh.address, ETH0),
      PingStream.start(host.bed, GUEST.address, GUEST.mac),
    ]);
    await bring(host, changed);
    const [dom0, guest] = [await pings[0].stop(), await pings[1].stop()];
    await requireState(host, 1400, ['eth0', GUEST.name], name);
    return { 'dom0, bridge made': whileMade, 'dom0, MTU changed': dom0, 'guest, MTU changed': guest };
  } finally {
    await host.close();
  }
}

function conclude(report: Report, samples: ReadonlyMap<Contender, readonly Record<What, Outage>[]>): void {
  const medians = new Map<string, number>();
  const rows = WHAT.flatMap((what) =>
    [...samples].map(([{ name }, tries]) => {
      const longest = figures(tries.map((one) => one[what].longest));
      const total = figures(tries.map((one) => one[what].total));
      report.keep(`${name} ${what}, longest gap`, longest);
      report.keep(`${name} ${what}, lost in all`, total);
      medians.set(`${name} ${what}`, longest.median);
      const ratio = longest.median / (medians.get(`${RESTART.name} ${what}`) ?? longest.median);
      const cells = [longest.minimum, longest.median, total.minimum, total.median].map(seconds);
      return [`${what}: ${name}`, ...cells, times(ratio)];
    }),
  );
  report.table(
    'time without an answer to a ping every 20 ms; ratio of the medians of the longest gap',
    ['', 'longest: best', 'median', 'in all: best', 'median', 'ratio'],
    rows,
  );
  const what = WHAT[0];
  const ours = medians.get(`${OURS.name} ${what}`) ?? NaN;
  report.row('outage', { ours: [ours], theirs: medians.get(`${RESTART.name} ${what}`) });
}

async function main(report: Report, smoke: boolean): Promise<void> {
  const rounds = smoke ? 1 : 7;
  report.note(
    'whatever goes through ifup waits for its two ARP probes, about 2 s here, before the bridge has its address',
  );
  const samples = new Map([RESTART, OURS].map((one): [Contender, Record<What, Outage>[]] => [one, []]));
  for (let number = 1; number <= rounds; number += 1) {
    report.progress(`round ${number} of ${rounds}`);
    for (const [contender, tries] of samples) tries.push(await attempt(contender));
  }
  conclude(report, samples);
}

void runBench('outage', main);
