import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BedHost, openBedHost } from '../../../helpers/bed-host';

let host: BedHost;
let tree: string;

beforeEach(async () => {
  host = await openBedHost();
  tree = host.tree();
}, 30_000);

afterEach(async () => {
  await host.bed.close();
}, 30_000);

/** The commands under a heading of the card, as a person would type them. */
function commands(number: number): string[] {
  const card = readFileSync(join(tree, 'recovery-card.txt'), 'utf8');
  const part = card.split(/^(?=\d\. )/m).find((text) => text.startsWith(`${number}. `)) ?? '';
  const found = [...part.matchAll(/^ {4}(\S.*)$/gm)].map((match) => match[1] ?? '');
  expect(found).not.toEqual([]);
  return found;
}

/** Types them one after the other, whatever each says. */
async function type(lines: readonly string[]): Promise<void> {
  for (const line of lines) await host.bed.dom0(['bash', '-c', line]);
}

async function answers(): Promise<boolean> {
  return (await host.bed.lan(['ping', '-c1', '-W2', '192.0.2.10'])).status === 0;
}

/** Everything that somebody can do wrong at once, short of breaking the machine. */
const CHAOS =
  'for d in xenbr0 eth0; do ip addr flush dev $d; ip link set dev $d down; done; brctl delif xenbr0 eth0; brctl delbr xenbr0';

test('the bridge comes back by the commands of the card, from any state', async () => {
  expect((await host.carry(tree, 'bridge-xenbr0')).status).toBe(0);
  for (const broken of [CHAOS, 'ip addr flush dev xenbr0', 'brctl delif xenbr0 eth0', ':']) {
    await host.bed.dom0(['bash', '-c', broken]);
    await type(commands(4));
    expect(await answers()).toBe(true);
    const { bridges, addresses, routes } = await host.bed.state();
    expect(bridges['xenbr0']?.ports).toEqual({ eth0: 'forwarding' });
    expect(addresses).toEqual({ xenbr0: ['192.0.2.10/24'] });
    expect(routes).toContain('default via 192.0.2.1 dev xenbr0');
  }
}, 120_000);

test('the host alone comes back without its bridge, from any state', async () => {
  expect((await host.carry(tree, 'bridge-xenbr0')).status).toBe(0);
  for (const broken of [':', CHAOS]) {
    await host.bed.dom0(['bash', '-c', broken]);
    await type(commands(5));
    expect(await answers()).toBe(true);
    expect((await host.bed.state()).addresses).toEqual({ eth0: ['192.0.2.10/24'] });
  }
}, 120_000);

test('the network of before the last change comes back by the command of the card', async () => {
  expect((await host.carry(tree, 'bridge-xenbr0')).status).toBe(0);
  await type(commands(2));
  expect((await host.bed.state()).bridges).toEqual({});
  expect(await answers()).toBe(true);
}, 120_000);
