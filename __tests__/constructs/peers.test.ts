import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type App, TerraformStack } from 'cdktf';
import { Address, Boot, Lan, Uplink, XenHost } from '../../lib';
import { HOST, LAN, filesBelow, rackHost, testApp } from '../helpers/estate';

/** So many racks with one host each on one Lan; the first host has a guest and a bridge on a Lan of its own, too. */
function racks(count: number): App {
  const app = testApp();
  const lan = new Lan(app, 'lan0', LAN);
  const storage = new Lan(app, 'storage', { cidr: '198.51.100.0/24' });
  for (let number = 1; number <= count; number += 1) {
    const { host, bridge } = rackHost(new TerraformStack(app, `rack-${number}`), lan, number);
    if (number > 2) continue;
    host.addBridge('xenbr1', { lan: storage, uplink: Uplink.none(), address: Address.none() });
    const address = `192.0.2.${20 + number}`;
    host.addDomU(`web${number}`, {
      memoryMiB: 64,
      boot: Boot.kernel('/boot/vmlinuz'),
      vifs: [{ bridge, address }],
    });
  }
  app.synth();
  return app;
}

const tree = (number: number): string => `stacks/rack-${number}/assets/xen0${number}/tree`;
const peers = (app: App, number: number): string => readFileSync(join(app.outdir, tree(number), 'peers'), 'utf8');

test("a host's tree names the other hosts on its lans, over all stacks, and the folders where their trees lie", () => {
  const app = racks(3);
  expect(peers(app, 1)).toBe('xen02 rack-2 lan0,storage\nxen03 rack-3 lan0\n');
  expect(peers(app, 2)).toBe('xen01 rack-1 lan0,storage\nxen03 rack-3 lan0\n');
  expect(peers(app, 3)).toBe('xen01 rack-1 lan0\nxen02 rack-2 lan0\n');
  for (const line of peers(app, 1).trim().split('\n')) {
    const [host = '', stack = ''] = line.split(' ');
    expect(filesBelow(join(app.outdir, tree(1), '../../../../', stack, 'assets', host, 'tree')).has('peers')).toBe(
      true,
    );
  }
});

test('a host that is alone has an empty list', () => {
  expect(peers(racks(1), 1)).toBe('');
});

test('a neighbour that comes changes the list and nothing else, no unit and no trigger', () => {
  const [before, after] = [racks(2), racks(3)].map((app) => filesBelow(join(app.outdir, 'stacks/rack-1')));
  const changed = [...(after ?? [])].filter(([path, content]) => before?.get(path) !== content).map(([path]) => path);
  expect(changed).toEqual(['assets/xen01/tree/peers']);
  expect(after?.size).toBe(before?.size);
});

test('a stack whose id is no plain word is refused: it stands in the lists', () => {
  expect(() => new XenHost(new TerraformStack(testApp(), 'büro'), 'xen01', HOST)).toThrow(
    "host 'xen01': its stack's id must be up to 100 letters, digits, dots, underscores and hyphens, starting with a letter or digit, got \"b\\u00fcro\"",
  );
});
