import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { type BedHost, openBedHost } from '../../helpers/bed-host';
import { HOST_KEY } from '../../helpers/estate';

const REFUSED =
  'somebody else has applied to this unit since the plan was made; nothing was changed, plan and apply again';

const SCRIPTS = '/etc/sysconfig/network-scripts';

let host: BedHost;
let tree: string;

beforeEach(async () => {
  host = await openBedHost();
  tree = host.tree();
}, 30_000);

afterEach(async () => {
  await host.bed.close();
}, 30_000);

/** All that a plan sees. */
async function answer(): Promise<Record<string, string>> {
  const { stdout, stderr, status } = await host.bed.lan([
    'bash',
    `${tree}/../../../runtime/deployer/observe.sh`,
    'xen01',
  ]);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return JSON.parse(stdout) as Record<string, string>;
}

const UNITS = ['bridge-xenbr0', 'host', 'roster'];

/** What it sees of the bridge. */
async function word(): Promise<string> {
  const words = await answer();
  expect(Object.keys(words).sort()).toEqual(UNITS.flatMap((unit) => [unit, `${unit} generation`]));
  return words['bridge-xenbr0'] ?? '';
}

/** Ends the connection that is kept open for the steps of a deploy. */
async function disconnect(): Promise<void> {
  const name = readFileSync(`${tree}/connection`, 'utf8').trim();
  const socket = `/tmp/cdktf-xen-${process.getuid?.() ?? 0}/${name}`;
  await host.bed.lan(['ssh', '-o', `ControlPath=${socket}`, '-O', 'exit', 'nobody']);
}

async function apply(live: string) {
  return host.carry(tree, 'bridge-xenbr0', { CDKTF_XEN_LIVE: live });
}

test('what an apply leaves is what the next plan sees, until somebody changes the host', async () => {
  const first = await word();
  expect(first).toMatch(/^not on the host yet\n\[[0-9a-f]{16}\]$/);
  expect((await apply(first)).status).toBe(0);
  expect(await word()).toBe(first);
  await host.bed.dom0(['bash', '-c', `printf '# a remark\n\n' >>${SCRIPTS}/ifcfg-eth0`]);
  expect(await word()).toBe(first);
}, 60_000);

test('drift has its reasons, sorted, without values, and is mended by one apply', async () => {
  await apply(await word());
  await host.bed.dom0([
    'bash',
    '-c',
    `sed -i 's/192.0.2.1"/192.0.2.9"/' ${SCRIPTS}/ifcfg-xenbr0; chmod 600 ${SCRIPTS}/ifcfg-eth0; sed -i s/xenbr0/eth0/ /etc/sysconfig/network; ip route del default`,
  ]);
  const drifted = await word();
  expect(drifted.split('\n')).toEqual([
    `${SCRIPTS}/ifcfg-eth0: has mode and owner 0600 root:root, not 0644 root:root`,
    `${SCRIPTS}/ifcfg-xenbr0: GATEWAY was changed`,
    '/etc/sysconfig/network: GATEWAYDEV was changed',
    'there is no default route, it must be via 192.0.2.1 dev xenbr0',
    expect.stringMatching(/^\[[0-9a-f]{16}\]$/),
  ]);
  expect((await apply(drifted)).status).toBe(0);
  expect(await word()).toBe(drifted);
  await host.bed.dom0(['rm', `${SCRIPTS}/ifcfg-xenbr0`]);
  const again = await word();
  expect(again).toMatch(new RegExp(`^${SCRIPTS}/ifcfg-xenbr0: is gone\n\\[`));
  // The same reasons a second time are another word, for the token has changed.
  expect((await apply(again)).status).toBe(0);
  await host.bed.dom0(['rm', `${SCRIPTS}/ifcfg-xenbr0`]);
  expect(await word()).not.toBe(again);
}, 120_000);

test('an apply refuses where somebody else has applied since the plan', async () => {
  const seen = await word();
  await apply(seen);
  await host.bed.dom0(['bash', '-c', 'echo theirs >/var/lib/cdktf-xen/units/bridge-xenbr0/token']);
  const { status, output } = await apply(seen);
  expect(output).toContain(REFUSED);
  expect(status).toBe(1);
}, 60_000);

test('the generation moves with every apply, also where nothing is to be changed, and the word does not', async () => {
  const seen: string[] = [];
  const look = async (): Promise<string> => {
    const { 'bridge-xenbr0': now = '', 'bridge-xenbr0 generation': generation = '' } = await answer();
    seen.push(generation);
    return now;
  };
  const first = await look();
  expect((await apply(first)).status).toBe(0);
  expect(await look()).toBe(first);
  expect((await apply(first)).output).toContain('nothing to change');
  expect(await look()).toBe(first);
  await host.bed.dom0(['bash', '/var/lib/cdktf-xen/net/last/runtime/net-undo.sh']);
  await look();
  expect(seen).toEqual(['0', expect.stringMatching(/^\d+-[0-9a-f]{12}$/), expect.stringMatching(/^\d+-/), '0']);
  expect(new Set(seen).size).toBe(3);
}, 120_000);

test('of two plans that saw the same host one is applied, and what is refused moves nothing', async () => {
  const { 'bridge-xenbr0': live = '' } = await answer();
  const carry = (generation: string) =>
    host.carry(tree, 'bridge-xenbr0', { CDKTF_XEN_LIVE: live, CDKTF_XEN_GENERATION: generation });
  expect((await carry('0')).status).toBe(0);
  const after = await answer();
  const etc = await host.etc();
  const second = await carry('0');
  expect(second.output).toContain(REFUSED);
  expect(second.status).toBe(1);
  expect([await answer(), await host.etc()]).toEqual([after, etc]);
  const both = await Promise.all([1, 2].map(() => carry(after['bridge-xenbr0 generation'] ?? '')));
  expect(both.map(({ status }) => status).sort()).toEqual([0, 1]);
  expect(both.find(({ status }) => status === 1)?.output).toContain(REFUSED);
}, 120_000);

test('a way back is seen by the next plan, with its reasons', async () => {
  const first = await word();
  await apply(first);
  await host.bed.dom0(['bash', '/var/lib/cdktf-xen/net/last/runtime/net-undo.sh']);
  expect((await word()).split('\n')).toEqual([
    'not on the host yet',
    expect.stringMatching(/^rollback \S+, [-0-9: ]+, waits to be acknowledged \(acknowledgeRollback\)$/),
    'rolled back: undone by hand',
    expect.stringMatching(/^\[[0-9a-f]{16}\]$/),
  ]);
}, 60_000);

test('a plan that may go on without a host has its last words, and for what is new that nobody knows', async () => {
  const seen = await word();
  const ssh = `${tree}/ssh_config`;
  writeFileSync(ssh, readFileSync(ssh, 'utf8').replace('ConnectTimeout 15', 'ConnectTimeout 1'));
  await disconnect();
  await host.bed.link('eth0', 'down');
  const observe = ['bash', `${tree}/../../../runtime/deployer/observe.sh`, 'xen01'];
  const refused = await host.bed.lan(observe);
  expect(refused.stderr).toContain('xen01: error: cannot reach 192.0.2.10 port 22: is the host up');
  expect({ status: refused.status, stdout: refused.stdout }).toEqual({ status: 1, stdout: '' });

  appendFileSync(`${tree}/manifest`, 'domU-new1 files/etc/xen/new1 0600 root:root 0\n');
  const { stdout, stderr, status } = await host.bed.lan(observe, { env: { CDKTF_XEN_UNREACHABLE: 'skip' } });
  expect(JSON.parse(stdout)).toEqual({
    'bridge-xenbr0': seen,
    host: expect.stringMatching(/^not on the host yet\n\[/) as string,
    roster: expect.stringMatching(/^not on the host yet\n\[/) as string,
    'domU-new1': 'not known: the host could not be reached',
    'bridge-xenbr0 generation': '0',
    'host generation': '0',
    'roster generation': '0',
    'domU-new1 generation': '',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
}, 60_000);

test('what was on a host that is gone is forgotten where that is asked for, and only there', async () => {
  expect((await apply(await word())).status).toBe(0);
  await disconnect();
  const ssh = `${tree}/ssh_config`;
  writeFileSync(ssh, readFileSync(ssh, 'utf8').replace('Port 22', 'Port 9'));
  const script = ['bash', `${tree}/../../../runtime/deployer/carry.sh`, 'retire', 'xen01', 'roster'];
  const env = { CDKTF_XEN_TREE: tree };
  expect(await host.bed.lan(script, { env })).toMatchObject({ status: 1 });
  const { stdout, status } = await host.bed.lan(script, { env: { ...env, CDKTF_XEN_UNREACHABLE: 'skip' } });
  expect(stdout).toBe(
    'xen01: note: not reachable; whatever is on it stays as it is, and is forgotten (CDKTF_XEN_UNREACHABLE=skip)\n',
  );
  expect(status).toBe(0);
}, 60_000);

test('another machine in the place of a host is not taken for one that is gone', async () => {
  const known = `${tree}/known_hosts`;
  writeFileSync(known, `xen01 ${HOST_KEY}\n`);
  writeFileSync(`${tree}/connection`, 'another\n');
  const observe = ['bash', `${tree}/../../../runtime/deployer/observe.sh`, 'xen01'];
  const { stderr, stdout, status } = await host.bed.lan(observe, { env: { CDKTF_XEN_UNREACHABLE: 'skip' } });
  expect(stderr).toContain('does not have the host keys that the stack names');
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
}, 60_000);

test('a question changes nothing on the host', async () => {
  await apply(await word());
  const list = ['bash', '-c', 'find / -xdev -newer /tmp/mark -not -path "/tmp/*" -type f 2>/dev/null | grep -v /root'];
  await host.bed.dom0(['bash', '-c', 'sleep 1.1; touch /tmp/mark; sleep 0.1']);
  await word();
  expect((await host.bed.dom0(list)).stdout).toBe('');
}, 60_000);

test('what a host calls itself can neither break the answer nor add to it', async () => {
  await apply(await word());
  const hostile = `printf 'unit other\\nword "\\\\evil\\033[31m\\n' >>/var/lib/cdktf-xen/units/bridge-xenbr0/token`;
  await host.bed.dom0(['bash', '-c', hostile]);
  const { stdout, status } = await host.bed.lan(['bash', `${tree}/../../../runtime/deployer/observe.sh`, 'xen01']);
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    'bridge-xenbr0': expect.stringMatching(/^not on the host yet\n\[\S+\]unit other\nword "\\evil\?\[31m$/) as string,
  });
}, 60_000);
