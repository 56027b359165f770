import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseFacts } from '../../lib/facts/fact';
import { FACT_KINDS } from '../../lib/facts/vocabulary';
import { type BedHost, openBedHost } from '../helpers/bed-host';
import { buildProgram } from '../helpers/program';
import { installXen } from '../helpers/xen-stand-in';

let made: string;
let program: string;
let host: BedHost;
let outdir: string;

beforeAll(async () => {
  made = mkdtempSync(join(tmpdir(), 'cdktf-xen-test-'));
  program = await buildProgram(made);
  host = await openBedHost();
  installXen(host.bed);
  outdir = join(host.tree(), '../../../../..');
}, 120_000);

afterAll(async () => {
  await host.bed.close();
  rmSync(made, { recursive: true, force: true });
}, 30_000);

/** Runs the program where people work. */
const facts = (...args: readonly string[]) => host.bed.lan([process.execPath, program, 'facts', ...args]);

/** The same, with an ssh of its own for root: its configuration and the host keys that root knows. */
async function factsAs(config: string, knownHosts: string, ...args: readonly string[]) {
  const script =
    'mount -t tmpfs tmpfs /root/.ssh && printf "%s" "$CONFIG" >/root/.ssh/config && printf "%s" "$KNOWN" >/root/.ssh/known_hosts && exec "$@"';
  await host.bed.lan(['mkdir', '-p', '/root/.ssh']);
  const command = [process.execPath, program, 'facts', ...args];
  return host.bed.lan(['unshare', '-m', 'bash', '-c', script, 'ssh', ...command], {
    env: { CONFIG: config, KNOWN: knownHosts },
  });
}

/** What lies in the places where something of ours could stay. */
async function leftovers(): Promise<string> {
  const { stdout } = await host.bed.dom0(['bash', '-c', 'find /dev/shm /tmp /var/lib/cdktf-xen 2>/dev/null | sort']);
  return stdout;
}

const NETWORK = [
  'address eth0 192.0.2.10/24',
  'key /etc/sysconfig/network GATEWAYDEV eth0',
  'key /etc/sysconfig/network-scripts/ifcfg-eth0 IPADDR 192.0.2.10',
  'link eth0 kind veth',
  'link eth0 state up',
  'onboot /etc/sysconfig/network-scripts/ifcfg-eth0 yes',
  'route default via 192.0.2.1 dev eth0',
];

test('a host of the stacks says what is on it, the same twice, and keeps nothing of the question', async () => {
  const before = [await leftovers(), await host.etc()];
  const first = await facts('--host', 'xen01', outdir);
  expect(first.stderr).toBe('');
  expect(first.status).toBe(0);
  expect(first.stdout.split('\n')).toEqual(expect.arrayContaining(NETWORK));
  expect(first.stdout.split('\n').filter(Boolean)).toEqual([...first.stdout.split('\n').filter(Boolean)].sort());
  expect(parseFacts(first.stdout).length).toBeGreaterThan(50);
  expect((await facts('--host', 'xen01', outdir)).stdout).toBe(first.stdout);
  expect([await leftovers(), await host.etc()]).toEqual(before);
});

test('only the kinds that are asked for are told, for programs too', async () => {
  const { stdout } = await facts('--kind', 'route', '--kind', 'address', '--json', '--host', 'xen01', outdir);
  const said = JSON.parse(stdout) as { host: string; facts: { kind: string }[] };
  expect(said.host).toBe('xen01');
  expect(new Set(said.facts.map(({ kind }) => kind))).toEqual(new Set(['route', 'address']));
  expect(said.facts).toContainEqual({
    kind: 'route',
    destination: 'default',
    says: ['via', '192.0.2.1', 'dev', 'eth0'],
  });
  expect(said.facts).toContainEqual({ kind: 'address', link: 'eth0', address: '192.0.2.10/24' });
});

test('any machine that ssh knows says it, though no stack describes it', async () => {
  const { identityFile, hostKeys } = host.bed.sshd;
  const known = hostKeys.map((key) => `192.0.2.10 ${key}\n`).join('');
  const config = `Host old-dom0\n  HostName 192.0.2.10\n  HostKeyAlias 192.0.2.10\n  User root\nHost *\n  IdentityFile ${identityFile}\n`;
  const before = await leftovers();
  const { stdout, stderr, status } = await factsAs(config, known, 'root@192.0.2.10');
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  expect(stdout).toBe((await facts('--host', 'xen01', outdir)).stdout);
  expect((await factsAs(config, known, '--kind', 'route', 'old-dom0')).stdout).toContain(NETWORK.at(-1));
  expect(await leftovers()).toBe(before);
});

test('a machine whose host key is not known gets nothing, and the way to check it is said', async () => {
  const config = `Host *\n  IdentityFile ${host.bed.sshd.identityFile}\n  StrictHostKeyChecking no\n`;
  const { stdout, stderr, status } = await factsAs(config, '', '192.0.2.10');
  expect(stdout).toBe('');
  expect(status).toBe(1);
  expect(stderr).toContain('the host key of 192.0.2.10 is not the one that this user knows, or this user knows none');
  expect(stderr).toContain('log in once by hand: ssh 192.0.2.10');
});

test('what can not be asked is unknown, with the reason, and the exit status says so', async () => {
  await host.bed.dom0(['mkfifo', '/etc/sysconfig/network-scripts/ifcfg-strange']);
  const { stdout, stderr, status } = await facts('--kind', 'key', '--host', 'xen01', outdir);
  expect(status).toBe(2);
  expect(stdout).toContain('unknown key it%20is%20no%20regular%20file /etc/sysconfig/network-scripts/ifcfg-strange\n');
  expect(stderr).toMatch(/note: xen01: unknown: key it is no regular file \/etc\/.*ifcfg-strange\n/);
  await host.bed.dom0(['rm', '/etc/sysconfig/network-scripts/ifcfg-strange']);
});

test('a host that says too much, or fails, is told with its own words, cleaned', async () => {
  const collector = join(host.tree(), '../../../runtime/host/facts/collect.sh');
  const tree = join(collector, '../../../../assets/xen01/tree');
  const out = join(tree, '../../../../..');
  const put = (script: string) => {
    // As an old or damaged runtime with a list of its own.
    writeFileSync(collector, script);
    const list = join(tree, '../../../runtime/list');
    const sum = (text: string) => createHash('sha256').update(text).digest('hex');
    const lines = readFileSync(list, 'utf8').replace(
      /^\w+( {2}runtime\/host\/facts\/collect\.sh)$/m,
      `${sum(script)}$1`,
    );
    writeFileSync(list, lines);
    writeFileSync(join(tree, 'runtime'), `${sum(lines)}\n`);
  };
  put("printf 'broken\\033[2J\\n'; exit 3\n");
  expect(await facts('--host', 'xen01', out)).toMatchObject({
    status: 1,
    stdout: '',
    stderr: 'cdktf-xen: error: xen01: its facts cannot be read: broken?[2J\n',
  });
  put('while :; do echo link eth0 state up; done\n');
  expect((await facts('--timeout', '120', '--host', 'xen01', out)).stderr).toContain(
    'its facts cannot be read: the host says more than 4096 KiB and was cut off',
  );
});

test.each([
  [['--kind', 'rout', 'x'], "there is no kind 'rout', the kinds are: link, bridge, port, "],
  [['a b'], "'a b' is no [USER@]HOST"],
  [['-oProxyCommand=x'], "unknown option '-o'"],
  [['--', '-oProxyCommand=x'], "'-oProxyCommand=x' is no [USER@]HOST"],
  [[], 'one host is asked at a time, [USER@]HOST or --host NAME; got none'],
  [['a', 'b'], 'got a, b'],
  [['--timeout', '0', 'a'], "--timeout '0' is no whole number from 1 to 86400"],
])('wrong words get a clear answer before anything is asked: %j', async (args, message) => {
  const { stdout, stderr, status } = await facts(...args);
  expect({ stdout, status }).toEqual({ stdout: '', status: 1 });
  expect(stderr).toContain(message);
});

test('a machine that is not there is said to be, by the name that was typed', async () => {
  const { stderr, status } = await facts('192.0.2.99');
  expect(status).toBe(1);
  expect(stderr).toContain('error: 192.0.2.99: cannot reach 192.0.2.99: is the host up, and is the address right?');
}, 60_000);

test('the help names every kind, with its words', async () => {
  const { stdout } = await facts('--help');
  expect(stdout).toContain('\n  port-option BRIDGE LINK OPTION VALUE\n');
  for (const { kind } of FACT_KINDS) expect(stdout).toContain(`\n  ${kind} `);
});
