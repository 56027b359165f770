import { type BedHost, openBedHost } from '../../../helpers/bed-host';

const SCRIPTS = '/etc/sysconfig/network-scripts';
const NET = '/var/lib/cdktf-xen/net';
/** The shortest that a change may be given. */
const SHORT = { timeouts: { verifySeconds: 10, confirmSeconds: 15, rollbackSeconds: 25 } };

let host: BedHost;

beforeEach(async () => {
  host = await openBedHost();
}, 30_000);

afterEach(async () => {
  await host.bed.close();
}, 30_000);

async function until(what: () => boolean | Promise<boolean>, seconds = 60): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await what())) {
    if (Date.now() > deadline) throw new Error(`not within ${seconds} s: ${what.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function phase(): string {
  const place = ['current', 'last'].map((name) => `${NET}/${name}/phase`).find((path) => host.bed.exists(path));
  return place === undefined ? 'none' : host.bed.read(place).trim();
}

/** Stages, arms and switches as a deploy does, by somebody who then never comes back. */
async function switchAndLeave(): Promise<void> {
  const tree = host.tree({ bridge: SHORT });
  const child = host.bed.spawnLan(
    ['bash', `${tree}/../../../runtime/deployer/carry.sh`, 'apply', 'xen01', 'bridge-xenbr0'],
    {
      CDKTF_XEN_TREE: tree,
    },
  );
  await until(() => ['armed', 'switching'].includes(phase()));
  await host.bed.end(child);
  await until(() => phase() === 'awaiting');
}

/** A confirmation by hand, over a connection of its own unless told otherwise. */
async function confirm(nonce = host.bed.read(`${NET}/current/nonce`).trim(), through: 'ssh' | 'host' = 'ssh') {
  const command = `bash ${NET}/current/runtime/host/network/confirmed.sh ${nonce} confirm`;
  if (through === 'host') return host.bed.dom0(['bash', '-c', command]);
  return host.bed.lan([...sshCommand(), `root@${host.bed.sshd.address}`, command]);
}

function sshCommand(): string[] {
  const { identityFile, knownHosts } = host.bed.sshd;
  return ['ssh', '-n', '-i', identityFile, '-o', `UserKnownHostsFile=${knownHosts}`, '-o', 'BatchMode=yes'];
}

test('a switch that nobody confirms goes back, and says so everywhere', async () => {
  await host.bed.dom0(['bash', '-c', 'rm -f /dev/console; : >/var/log/console; ln -s /var/log/console /dev/console']);
  const [before, file] = [await host.bed.state(), host.bed.read(`${SCRIPTS}/ifcfg-eth0`)];
  await switchAndLeave();
  expect((await host.bed.state()).addresses).toEqual({ xenbr0: ['192.0.2.10/24'] });
  await until(() => phase() === 'rolled-back');
  const { addresses, bridges, routes } = await host.bed.state();
  expect({ addresses, bridges, routes }).toEqual({
    addresses: before.addresses,
    bridges: {},
    routes: before.routes,
  });
  expect(host.bed.read(`${SCRIPTS}/ifcfg-eth0`)).toBe(file);
  expect(host.bed.exists(`${SCRIPTS}/ifcfg-xenbr0`)).toBe(false);
  expect((await host.bed.dom0(['bash', '-c', `ls -A ${SCRIPTS} | grep cdktf || :`])).stdout).toBe('');
  expect(host.bed.read(`${NET}/rolled-back`)).toMatch(
    /^id \S+\nunit bridge-xenbr0\nwhen .*\nwhy nobody confirmed from outside within 25 s\n$/,
  );
  expect(host.bed.read('/var/log/console')).toContain('cdktf-xen: xen01 bridge-xenbr0: going back: nobody confirmed');
}, 120_000);

test('after a way back the next deploy refuses until somebody has acknowledged it', async () => {
  await switchAndLeave();
  await until(() => phase() === 'rolled-back');
  const id = /^id (.*)$/m.exec(host.bed.read(`${NET}/rolled-back`))?.[1] ?? '';
  const refused = await host.carry(host.tree(), 'bridge-xenbr0');
  expect(refused.output).toContain('error: the last switch of xenbr0 was rolled back at');
  expect(refused.output).toContain('  nobody confirmed from outside within 25 s');
  expect(refused.output).toContain(`acknowledgeRollback: '${id}' on the bridge, or on the host: rm ${NET}/rolled-back`);
  expect(refused.status).toBe(1);
  const { status, output } = await host.carry(host.tree({ bridge: { acknowledgeRollback: id } }), 'bridge-xenbr0');
  expect(output).toContain(`rollback ${id} is acknowledged`);
  expect(output).toContain('confirmed from outside');
  expect(status).toBe(0);
}, 120_000);

test('a way back is settled where the old state is what is asked for', async () => {
  await host.carry(host.tree(), 'bridge-xenbr0');
  await host.carry(host.tree({ bridge: { mtu: 1400 } }), 'bridge-xenbr0');
  const undone = await host.bed.dom0(['bash', `${NET}/last/runtime/host/network/undo.sh`]);
  expect(undone.stdout).toContain('going back: undone by hand');
  const { status, output } = await host.carry(host.tree(), 'bridge-xenbr0');
  expect(output).toMatch(/the state that is asked for is there, so rollback \S+ is settled/);
  expect(status).toBe(0);
  expect(host.bed.exists(`${NET}/rolled-back`)).toBe(false);
}, 120_000);

test('a confirmed switch can be undone by hand, files and running state', async () => {
  const before = await host.bed.state();
  await host.carry(host.tree(), 'bridge-xenbr0');
  const { stdout, status } = await host.bed.dom0(['bash', `${NET}/last/runtime/host/network/undo.sh`]);
  expect(stdout).toContain('the old network is back');
  expect(status).toBe(0);
  const { addresses, bridges } = await host.bed.state();
  expect({ addresses, bridges }).toEqual({ addresses: before.addresses, bridges: {} });
}, 120_000);

test('a new connection confirms, one that was there before does not', async () => {
  const early = host.bed.spawnLan([
    ...sshCommand().filter((word) => word !== '-n'),
    `root@${host.bed.sshd.address}`,
    `until grep -qs awaiting ${NET}/current/phase; do sleep 0.2; done; bash ${NET}/current/runtime/host/network/confirmed.sh "$(cat ${NET}/current/nonce)" confirm; echo "status $?"`,
  ]);
  let said = '';
  early.stdout?.on('data', (bytes: Buffer) => (said += bytes.toString()));
  await new Promise((resolve) => setTimeout(resolve, 1500));
  await switchAndLeave();
  await until(() => said.includes('status'));
  expect(said).toContain('status 77');
  expect(phase()).toBe('awaiting');
  const { stdout, status } = await confirm();
  expect(stdout).toContain('done: xenbr0 is up on eth0 with 192.0.2.10/24, confirmed from outside');
  expect(status).toBe(0);
  expect(phase()).toBe('promoted');
}, 120_000);

test('neither the host itself nor a wrong nonce can confirm', async () => {
  await switchAndLeave();
  const wrong = await confirm('0000000000000000');
  expect(wrong.stdout).toContain('this is not the nonce of the transaction');
  expect(wrong.status).toBe(1);
  const local = await confirm(undefined, 'host');
  expect(local.stdout).toContain('a confirmation comes over a connection from outside, not from the host itself');
  expect(local.status).toBe(1);
  expect(phase()).toBe('awaiting');
}, 120_000);

test('a host that loses its power in the window comes up with the old network', async () => {
  const file = host.bed.read(`${SCRIPTS}/ifcfg-eth0`);
  await host.bed.dom0(['chkconfig', 'network', 'on']);
  await switchAndLeave();
  await host.bed.reboot();
  expect((await host.bed.state()).addresses).toEqual({ eth0: ['192.0.2.10/24'] });
  expect(host.bed.read(`${SCRIPTS}/ifcfg-eth0`)).toBe(file);
  expect(host.bed.read(`${NET}/rolled-back`)).toContain('why the host went down before the switch was confirmed');
}, 120_000);

test('one transaction at a time: a second deploy waits for the end of the first', async () => {
  const [first, second] = await Promise.all([
    host.carry(host.tree(), 'bridge-xenbr0'),
    new Promise<Awaited<ReturnType<BedHost['carry']>>>((resolve, reject) => {
      setTimeout(() => {
        host.carry(host.tree(), 'bridge-xenbr0').then(resolve, reject);
      }, 1500);
    }),
  ]);
  expect([first.status, second.status]).toEqual([0, 0]);
  expect(first.output).toContain('confirmed from outside');
  expect(second.output).toContain('nothing to change');
}, 120_000);

test('a guardian that looks for the deploy only after that has armed and gone goes on', async () => {
  host.bed.write(
    '/usr/sbin/grep',
    '#!/bin/bash\ncase $* in *runtime/host/run.sh*) sleep 4 ;; esac\nexec /usr/bin/grep "$@"\n',
    0o755,
  );
  const { status, output } = await host.carry(host.tree(), 'bridge-xenbr0');
  expect(output).toContain('done: xenbr0 is up on eth0 with 192.0.2.10/24, confirmed from outside');
  expect(status).toBe(0);
}, 120_000);

test('a change whose own processes were all killed after its confirmation is promoted by the connection that asks', async () => {
  await switchAndLeave();
  const nonce = host.bed.read(`${NET}/current/nonce`).trim();
  const script = `cd ${NET}/current && kill -KILL $(cat guardian.pid switcher.pid) && printf '%-15s\\n' confirmed 1<>phase`;
  expect(await host.bed.dom0(['bash', '-c', script])).toMatchObject({ status: 0 });
  const { status, stdout } = await confirm(nonce);
  expect(stdout).toContain('xen01 bridge-xenbr0: done: xenbr0 is up on eth0');
  expect(status).toBe(0);
  expect(phase()).toBe('promoted');
  expect(host.bed.exists(`${NET}/current`)).toBe(false);
}, 90_000);
