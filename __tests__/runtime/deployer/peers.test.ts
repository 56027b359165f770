import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BedHost, openBedHost } from '../../helpers/bed-host';
import { PASSED, asPeer, force, prepareGate, twoStacks, unforce } from '../../helpers/gate-estate';

/* Whoever else is on a guest's Lan is asked before the guest starts, and is no reason for others to wait. */

jest.setTimeout(120_000);

let host: BedHost;
let tree: string;

const peers = (...lines: readonly string[]): void => {
  writeFileSync(join(tree, 'peers'), lines.map((line) => `${line}\n`).join(''));
};

beforeAll(async () => {
  host = await openBedHost();
  await prepareGate(host);
});

beforeEach(() => {
  tree = twoStacks(host);
  peers('xen02 two lan0');
  for (const path of ['/etc/xen/web1', '/var/lib/cdktf-xen/units/domU-web1']) host.bed.remove(path);
});

afterEach(() => {
  unforce(host);
  rmSync(join(tree, '../../../../..'), { recursive: true, force: true });
});

afterAll(async () => {
  await host.bed.close();
});

const deploy = (environment?: Record<string, string>) => host.carry(tree, 'domU-web1', environment);

test('a host that never answers is waited for so long, and is one that can not say', async () => {
  force(host, asPeer('sleep 1000'));
  const started = Date.now();
  const { output } = await deploy();
  expect(output).toContain('note: host xen02 can not say who runs there: it has not come to an end within 30 s');
  expect(output).toContain(PASSED);
  expect(Date.now() - started).toBeLessThan(60_000);
});

test.each([
  ['lines', 'yes "vif web1 3 00:16:3e:a6:05:8f xenbr0"'],
  ['megabytes and then an end', 'head -c 3000000 /dev/zero | tr "\\\\0" x'],
])('a host that answers with %s without measure is one that can not say', async (_, answer) => {
  force(host, asPeer(answer));
  const { output } = await deploy();
  expect(output).toContain('note: host xen02 can not say who runs there: it says more than 64 KiB and was cut off');
  expect(output).toContain(PASSED);
});

test('what a host calls its guests is told without what a terminal acts on', async () => {
  force(host, asPeer(`printf 'vif \\033[2Jtwin\\302\\233 7 00:16:3e:a6:05:8f xenbr5\\n'`));
  const { output, status } = await deploy();
  expect(output).toContain('is in use: guest ?[2Jtwin?? runs with it on host xen02 (domain 7, bridge xenbr5)');
  expect(output).toMatch(/^[\x20-\x7e\n]*$/);
  expect(status).toBe(1);
});

test('what many hosts say together is more than a command line holds, and arrives all the same', async () => {
  const there = join(tree, '../../../../two/assets/xen02/tree');
  for (let number = 10; number < 40; number++) {
    const copy = join(tree, `../../xen${number}/tree`);
    mkdirSync(copy, { recursive: true });
    for (const name of ['census', 'known_hosts']) cpSync(join(there, name), join(copy, name));
    const config = readFileSync(join(there, 'ssh_config'), 'utf8').replace('Host xen02', `Host xen${number}`);
    writeFileSync(join(copy, 'ssh_config'), config);
    // Some of them can not be asked.
    if (number < 20) writeFileSync(join(copy, 'ssh_config'), config.replace('Port 22', 'Port 9'));
    writeFileSync(join(copy, 'connection'), `many${number}\n`);
  }
  force(host, asPeer('for n in {1..400}; do echo "saved web1 /var/lib/xen/save/$n/$(printf "%0100d" 0)"; done'));
  const { output, status } = await deploy();
  expect(output).toContain('guest web1 lies saved on host xen02 in /var/lib/xen/save/1/0000');
  expect(status).toBe(1);
});

test('a listed host whose tree is not here stops the start of a guest, with the ways to go on', async () => {
  renameSync(join(tree, '../../../../two'), join(tree, '../../../../../elsewhere'));
  const { output, status } = await deploy();
  expect(output).toMatch(
    /xen01: error: domU-web1: before a guest starts, .* nothing here says how to reach xen02 \(stack two\)\. Deploy from the whole cdktf\.out, .*CDKTF_XEN_PEERS=skip\. Nothing was changed\.\n$/,
  );
  expect(status).toBe(1);
  expect(host.bed.exists('/etc/xen/web1')).toBe(false);
  const skipped = await deploy({ CDKTF_XEN_PEERS: 'skip' });
  expect(skipped.output).toContain(
    'xen01 domU-web1: note: not asked who runs there, for their trees are not here: xen02 (stack two) (CDKTF_XEN_PEERS=skip)\n',
  );
  expect(skipped.output).toContain(PASSED);
});

test('a host on other lans is not missed, and one in the same stack is found', async () => {
  peers('xen02 two lan0', 'xen03 three lan1,lan2');
  const beside = join(tree, '../../xen02');
  renameSync(join(tree, '../../../../two/assets/xen02'), beside);
  force(host, asPeer('echo vif twin 7 00:16:3e:a6:05:8f xenbr5'));
  expect((await deploy()).output).toContain('guest twin runs with it on host xen02 (domain 7, bridge xenbr5)');
});

test('of two trees of one host the one of the stack that it is in now is asked', async () => {
  cpSync(join(tree, '../../../../two'), join(tree, '../../../../before'), { recursive: true });
  const old = join(tree, '../../../../before/assets/xen02/tree/ssh_config');
  writeFileSync(old, readFileSync(old, 'utf8').replace('Port 22', 'Port 9'));
  force(host, asPeer('echo vif twin 7 00:16:3e:a6:05:8f xenbr5'));
  expect((await deploy()).output).toContain('guest twin runs with it on host xen02');
});

test('a tree that names nobody is of an older version, and that is said', async () => {
  rmSync(join(tree, 'peers'));
  const { output } = await deploy();
  expect(output).toContain('note: the tree is of an older version and does not name the other hosts of its lans');
  expect(output).toContain(PASSED);
});

test.each([
  ['xen02 two', { CDKTF_XEN_PEERS: 'ask' }, /tree\/peers has a line that is none of it, allowed: HOST STACK LAN/],
  ['xen02 two lan0', { CDKTF_XEN_PEERS: 'no' }, /CDKTF_XEN_PEERS is 'no', allowed: ask, skip/],
])('peers %j with %j are refused', async (line, environment, message) => {
  peers(line);
  const { output, status } = await deploy(environment);
  expect(output).toMatch(message);
  expect(output).not.toContain(PASSED);
  expect(status).toBe(1);
});
