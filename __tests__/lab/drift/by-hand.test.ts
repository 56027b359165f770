import { join } from 'node:path';
import { BY_HAND, KNOWN, MAC_OF_WEB1, NO_DRIFT } from '../../../lab/drift/by-hand';
import { Address, Boot, Lan, Uplink } from '../../../lib';
import { type BedHost, openBedHost } from '../../helpers/bed-host';
import { synthTree, testApp, testHost } from '../../helpers/estate';
import { installXen } from '../../helpers/xen-stand-in';

/* What people do by hand, on a host with a real network: each thing is seen at its unit, and one deploy ends it. */

jest.setTimeout(120_000);

const UNITS = ['host', 'roster', 'bridge-xenbr0', 'bridge-xenbr1', 'domU-web1'];

let host: BedHost;
let tree: string;

beforeAll(async () => {
  host = await openBedHost();
  installXen(host.bed);
  host.bed.write('/etc/sysconfig/xendomains', 'XENDOMAINS_SAVE=/var/lib/xen/save\n');
  host.bed.write('/etc/rc.d/init.d/xendomains', '#!/bin/bash\n# chkconfig: 345 98 02\n', 0o755);
  const app = testApp();
  const { address, port, hostKeys, identityFile } = host.bed.sshd;
  const ssh = { address, port, hostKeys: [...hostKeys], identityFile };
  const { xen01, xenbr0 } = testHost(app, { host: { ssh, xenVersion: '4.6', hostname: 'xen01.example.org' } });
  const lan = new Lan(app, 'inner', { cidr: '198.51.100.0/24' });
  xen01.addBridge('xenbr1', { lan, uplink: Uplink.none(), address: Address.none() });
  xen01.addDomU('web1', {
    memoryMiB: 64,
    boot: Boot.kernel('/etc/redhat-release'),
    vifs: [{ bridge: xenbr0, address: '192.0.2.21' }],
  });
  tree = synthTree(app);
  for (const unit of UNITS.slice(0, 4)) expect(await deploy(unit)).not.toContain('error');
  await host.bed.addVif('vif5.0', 'xenbr0', { mac: MAC_OF_WEB1, address: '192.0.2.21/24' });
  host.bed.write('/root/domains', `5 web1 0 ${MAC_OF_WEB1} xenbr0\n`);
  expect(await deploy('domU-web1')).not.toContain('error');
  expect(await reasons()).toEqual([]);
});

afterAll(async () => {
  await host.bed.close();
});

const deploy = async (unit: string): Promise<string> => (await host.carry(tree, unit)).output;

async function byHand(script: string): Promise<void> {
  const { status, stderr } = await host.bed.dom0(['bash', '-c', script]);
  expect({ script, status, stderr }).toMatchObject({ status: 0 });
}

/** All reasons, each behind its unit. */
async function reasons(): Promise<readonly string[]> {
  const observe = join(tree, '../../../runtime/deployer/observe.sh');
  const { status, stdout, stderr } = await host.bed.lan(['bash', observe, 'xen01', 'report']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  let unit = '';
  return stdout.split('\n').flatMap((line) => {
    if (line.startsWith('unit ')) unit = line.slice(5);
    return /^(reason|unseen) /.test(line) ? [`${unit} ${line.replace(/^reason /, '')}`] : [];
  });
}

/** Fails unless there is drift, with a reason of that form, and all of it at one unit. */
async function requireSeen(unit: string, reason: RegExp): Promise<void> {
  const found = await reasons();
  expect(found).toContainEqual(expect.stringMatching(reason));
  expect(found.filter((line) => !line.startsWith(`${unit} `))).toEqual([]);
}

test.each(BY_HAND.map((kind) => [kind.name, kind] as const))('%s is seen, and mended or refused', async (_, kind) => {
  const { drift, unit, reason, refusal } = kind;
  await byHand(drift);
  await requireSeen(unit, reason);
  if (refusal !== undefined) {
    const { status, output } = await host.carry(tree, unit);
    expect(output).toContain(refusal.phrase);
    expect(status).toBe(1);
    await byHand(refusal.cure);
  }
  const { status, output } = await host.carry(tree, unit);
  expect(output).not.toContain('error');
  expect(status).toBe(0);
  expect(await reasons()).toEqual([]);
});

test.each(KNOWN.map((kind) => [kind.name, kind] as const))('%s is seen, told, and stays', async (_, kind) => {
  await byHand(kind.drift);
  await requireSeen(kind.unit, kind.reason);
  const { status, output } = await host.carry(tree, kind.unit);
  expect(output).toMatch(kind.note);
  expect(status).toBe(0);
  expect(await reasons()).toEqual([]);
  await byHand(kind.undo);
  expect(await reasons()).toEqual([]);
});

test('what is no drift is none, all of it at once, and after a deploy of all units', async () => {
  for (const [, act] of NO_DRIFT) await byHand(act);
  expect(await reasons()).toEqual([]);
  for (const unit of UNITS) expect(await deploy(unit)).not.toMatch(/error|it stays/);
  for (const [, , undo] of NO_DRIFT) if (undo !== undefined) await byHand(undo);
  expect(await reasons()).toEqual([]);
});
