import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BedHost, openBedHost } from '../../helpers/bed-host';
import { HOST_KEY } from '../../helpers/estate';

let host: BedHost;

beforeEach(async () => {
  host = await openBedHost();
}, 30_000);

afterEach(async () => {
  await host.bed.close();
}, 30_000);

test('refuses a host with another key than the stack names, and sends nothing', async () => {
  const before = await host.etc();
  const { status, output } = await host.carry(host.tree({ ssh: { hostKeys: [HOST_KEY] } }), 'bridge-xenbr0');
  expect(output).toContain('does not have the host keys that the stack names; nothing was sent to it');
  expect(output).toContain('put the new key into hostKeys');
  expect(status).toBe(1);
  expect(await host.etc()).toBe(before);
}, 60_000);

test('does not hide a wrong host key behind a connection that is still open', async () => {
  expect((await host.carry(host.tree(), 'bridge-xenbr0')).status).toBe(0);
  const { status, output } = await host.carry(host.tree({ ssh: { hostKeys: [HOST_KEY] } }), 'bridge-xenbr0');
  expect(output).toContain('does not have the host keys that the stack names');
  expect(status).toBe(1);
}, 60_000);

test('says that a host cannot be reached', async () => {
  const { status, output } = await host.carry(host.tree({ ssh: { port: 9 } }), 'bridge-xenbr0');
  expect(output).toContain('error: cannot reach 192.0.2.10 port 9: is the host up, and is the address right?');
  expect(status).toBe(1);
}, 60_000);

test('says that none of our keys is let in', async () => {
  const { status, output } = await host.carry(host.tree({ ssh: { user: 'nobody' } }), 'bridge-xenbr0');
  expect(output).toContain('is the right machine but lets us in with none of our keys: check user and identityFile');
  expect(status).toBe(1);
}, 60_000);

test('logs in once for all steps of a host', async () => {
  const tree = host.tree();
  await host.carry(tree, 'bridge-xenbr0');
  await Promise.all(Array.from({ length: 8 }, () => host.carry(tree, 'bridge-xenbr0')));
  const { stdout } = await host.bed.dom0(['bash', '-c', `pgrep -c -f '^sshd: root' || :`]);
  expect(Number(stdout)).toBeLessThanOrEqual(2);
}, 60_000);

test('refuses a unit that the tree does not have', async () => {
  const { status, output } = await host.carry(host.tree(), 'bridge-xenbr9');
  expect(output).toMatch(/error: the manifest in .* has no unit 'bridge-xenbr9'; synthesize again/);
  expect(status).toBe(1);
}, 60_000);

test('refuses a tree whose files were changed after synth', async () => {
  const tree = host.tree();
  const file = join(tree, 'files/etc/sysconfig/network-scripts/ifcfg-xenbr0');
  writeFileSync(file, readFileSync(file, 'utf8').replace('192.0.2.10', '192.0.2.66'));
  const { status, output } = await host.carry(tree, 'bridge-xenbr0');
  expect(output).toContain('the bundle does not match its manifest');
  expect(status).toBe(1);
}, 60_000);

/** Changes the tree's ssh_config, under the name of another connection. */
function changeConfig(tree: string, change: (text: string) => string): void {
  const file = join(tree, 'ssh_config');
  writeFileSync(file, change(readFileSync(file, 'utf8')));
  writeFileSync(join(tree, 'connection'), `changed${Date.now()}\n`);
}

test.each([
  ['cannot resolve', (text: string) => text.replace('HostName 192.0.2.10', 'HostName no-such-host.invalid')],
  ['ssh on this machine has failed before', (text: string) => `${text}  NoSuchOption yes\n`],
  ['ssh on this machine has failed before', (text: string) => text.replace('Port 22', 'Port none')],
])(
  'says "%s", and not "cannot reach", of what is no matter of the network',
  async (words, change) => {
    const tree = host.tree();
    changeConfig(tree, change);
    for (const script of [
      `deployer/carry.sh" apply xen01 bridge-xenbr0`,
      `deployer/observe.sh" xen01`,
      `deployer/observe.sh" xen01 report`,
    ]) {
      const command = `bash "$CDKTF_XEN_TREE/../../../runtime/${script} 2>&1`;
      const { stdout, status } = await host.bed.lan(['bash', '-c', command], { env: { CDKTF_XEN_TREE: tree } });
      expect(stdout).toContain(`xen01: error: ${words}`);
      expect(stdout).not.toContain('cannot reach');
      expect(status).toBe(1);
    }
  },
  60_000,
);

test('a plan that may go on without a host that is down does not take its own broken ssh for that', async () => {
  const tree = host.tree();
  changeConfig(tree, (text) => `${text}  NoSuchOption yes\n`);
  const env = { CDKTF_XEN_UNREACHABLE: 'skip', CDKTF_XEN_TREE: tree };
  for (const script of [
    ['deployer/observe.sh', 'xen01'],
    ['deployer/carry.sh', 'retire', 'xen01', 'host'],
  ]) {
    const [name = '', ...args] = script;
    const { stdout, stderr, status } = await host.bed.lan(['bash', join(tree, '../../../runtime', name), ...args], {
      env,
    });
    expect(stderr).toContain('xen01: error: ssh on this machine has failed before');
    expect({ stdout, status }).toEqual({ stdout: '', status: 1 });
  }
}, 60_000);

test.each([
  ['longer than a socket may be', 'x'.repeat(70)],
  ['with a blank', 'with blank'],
  ['with what ssh expands', 'with%h'],
])(
  'a folder for temporary files %s is no hindrance',
  async (_, name) => {
    const above = mkdtempSync(join(tmpdir(), 'carry-test-'));
    const temporary = join(above, name);
    mkdirSync(temporary);
    try {
      const { output, status } = await host.carry(host.tree(), 'bridge-xenbr0', { TMPDIR: temporary });
      expect(output).toContain('done: xenbr0 is up on eth0');
      expect(status).toBe(0);
      // The connection that steps share lies elsewhere.
      expect(readdirSync(temporary)).toEqual([]);
    } finally {
      rmSync(above, { recursive: true, force: true });
    }
  },
  60_000,
);

test('a folder of connections that others may write to is not used', async () => {
  const temporary = mkdtempSync(join(tmpdir(), 'carry-test-'));
  const folder = join(temporary, `cdktf-xen-${process.getuid?.() ?? 0}`);
  mkdirSync(folder);
  chmodSync(folder, 0o777);
  // A switch closes the connection that it has changed; what finds nothing to do leaves it open.
  for (const words of ['done: xenbr0 is up', 'nothing to change']) {
    expect((await host.carry(host.tree(), 'bridge-xenbr0', { TMPDIR: temporary })).output).toContain(words);
  }
  expect(readdirSync(folder)).toEqual([]);
  rmSync(temporary, { recursive: true, force: true });
}, 60_000);

test('leaves nothing behind where it ran but the shared connection', async () => {
  const temporary = mkdtempSync(join(tmpdir(), 'carry-test-'));
  await host.carry(host.tree(), 'bridge-xenbr0', { TMPDIR: temporary });
  expect(readdirSync(temporary)).toEqual([expect.stringMatching(/^cdktf-xen-\d+$/)]);
  rmSync(temporary, { recursive: true, force: true });
}, 60_000);

test('a connection that was killed is told from one that lives, and its socket goes', async () => {
  const temporary = mkdtempSync(join(tmpdir(), 'carry-test-'));
  const folder = join(temporary, `cdktf-xen-${process.getuid?.() ?? 0}`);
  const env = { TMPDIR: temporary };
  const tree = host.tree();
  expect(await host.carry(tree, 'roster', env)).toMatchObject({ status: 0 });
  const sockets = readdirSync(folder);
  expect(sockets).toHaveLength(1);
  const kill = async () => {
    const script = `said=$(ssh -o ControlPath=${join(folder, sockets[0] ?? '')} -O check nobody 2>&1); said=\${said#*pid=}; kill -KILL \${said%)*}`;
    expect(await host.bed.lan(['bash', '-c', script])).toMatchObject({ status: 0 });
    expect(readdirSync(folder)).toEqual(sockets);
  };
  await kill();
  expect(await host.carry(tree, 'roster', env)).toEqual({ status: 0, output: 'xen01 roster: nothing to change\n' });
  expect(readdirSync(folder)).toEqual([]);
  expect(await host.carry(tree, 'roster', env)).toMatchObject({ status: 0 });
  await kill();
  const program = ['bash', join(tree, '../../../runtime/deployer/observe.sh'), 'xen01'];
  const planned = await host.bed.lan(program, {
    env: { ...env, CDKTF_XEN_UNREACHABLE: 'skip', XDG_CACHE_HOME: temporary },
  });
  expect(planned).toMatchObject({ status: 0, stderr: '' });
  expect(await host.carry(tree, 'roster', env)).toMatchObject({ output: 'xen01 roster: nothing to change\n' });
  await host.bed.lan(['ssh', '-o', `ControlPath=${join(folder, sockets[0] ?? '')}`, '-O', 'exit', 'nobody']);
  rmSync(temporary, { recursive: true, force: true });
}, 60_000);
