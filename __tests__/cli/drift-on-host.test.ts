import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BedHost, openBedHost } from '../helpers/bed-host';
import { buildProgram } from '../helpers/program';

let made: string;
let program: string;
let host: BedHost;
let tree: string;
/** The synthesized app of the bed's host. */
let outdir: string;

beforeAll(async () => {
  made = mkdtempSync(join(tmpdir(), 'cdktf-xen-test-'));
  program = await buildProgram(made);
  host = await openBedHost();
  tree = host.tree();
  outdir = join(tree, '../../../../..');
}, 120_000);

afterAll(async () => {
  await host.bed.close();
  for (const directory of [outdir, made]) rmSync(directory, { recursive: true, force: true });
}, 30_000);

const drift = async (...args: readonly string[]) => {
  const { status, stdout, stderr } = await host.bed.lan([process.execPath, program, 'drift', ...args, outdir]);
  return { status, stdout, stderr };
};

test('what was never deployed, what was, what somebody changed, what the stack changed, and nobody there', async () => {
  expect(await drift()).toMatchObject({
    status: 2,
    stdout: expect.stringMatching(/^xen01 {2}bridge-xenbr0 {2}drift {2}not on the host yet$/m) as string,
  });
  expect((await host.carry(tree, 'bridge-xenbr0')).status).toBe(0);
  expect(await drift()).toMatchObject({
    stdout: expect.stringMatching(/^ {7}1 unit as deployed$/m) as string,
    stderr: '',
  });
  // As if the stack were synthesized by another version since.
  const note = readFileSync(join(tree, 'runtime'), 'utf8');
  await host.bed.dom0(['bash', '-c', `echo ${'0'.repeat(64)} >/var/lib/cdktf-xen/units/bridge-xenbr0/runtime`]);
  expect((await drift()).stdout).toMatch(/^ {7}1 unit applied by another version of the runtime$/m);
  await host.bed.dom0(['bash', '-c', `echo ${note.trim()} >/var/lib/cdktf-xen/units/bridge-xenbr0/runtime`]);
  expect((await drift()).stdout).not.toContain('another version');
  await host.bed.dom0(['bash', '-c', 'ip route del default']);
  const drifted = await drift();
  expect(drifted.stdout).toMatch(
    /^xen01 {2}bridge-xenbr0 {2}drift {2}there is no default route, it must be via 192\.0\.2\.1 dev xenbr0$/m,
  );
  expect({ status: drifted.status, stderr: drifted.stderr }).toEqual({ status: 2, stderr: '' });
  await host.bed.dom0(['bash', '-c', 'ip route add default via 192.0.2.1 dev xenbr0']);
  const manifest = readFileSync(join(tree, 'manifest'), 'utf8');
  writeFileSync(join(tree, 'manifest'), manifest.replace(/^(bridge-xenbr0 .* )[0-9a-f]{64}$/m, `$1${'0'.repeat(64)}`));
  expect((await drift()).stdout).toMatch(
    /^xen01 {2}bridge-xenbr0 {2}undeployed {2}changed in the stack, not deployed$/m,
  );
  writeFileSync(join(tree, 'manifest'), manifest);
  await host.bed.link('eth0', 'down');
  const sshConfig = readFileSync(join(tree, 'ssh_config'), 'utf8');
  writeFileSync(join(tree, 'ssh_config'), sshConfig.replace('ConnectTimeout 15', 'ConnectTimeout 1'));
  const { status, stdout } = await drift();
  expect(status).toBe(1);
  expect(stdout).toContain('  unknown  cannot reach 192.0.2.10 port 22: is the host up, and is the address right?');
}, 120_000);

test('what a deploy would change is shown, and who can not be asked is named', async () => {
  const show = async (...args: readonly string[]) => host.bed.lan([process.execPath, program, 'show', ...args, outdir]);
  await host.bed.link('eth0', 'up');
  await host.bed.dom0(['bash', '-c', 'ip route replace default via 192.0.2.1; chmod 600 /etc/sysctl.conf']);
  await host.bed.dom0(['chmod', '600', '/etc/sysconfig/network-scripts/ifcfg-xenbr0']);
  const shown = await show('--unit', 'bridge-xenbr0', '--host', 'xen01');
  expect(shown.stdout).toBe(
    'xen01 bridge-xenbr0: /etc/sysconfig/network-scripts/ifcfg-xenbr0 would get mode and owner 0644 root:root, it has 0600 root:root\n',
  );
  expect({ status: shown.status, stderr: shown.stderr }).toEqual({ status: 0, stderr: '' });
  const all = await show();
  expect(all.stdout).toMatch(/^xen01 host: /m);
  expect(all.stdout).toMatch(/^xen01 bridge-xenbr0: /m);
  expect((await show('--unit', 'domU-web9')).stderr).toMatch(
    /^cdktf-xen: error: '.*' has no unit 'domU-web9', the units there are: bridge-xenbr0, host, roster\n$/,
  );
  // Under another name: the connection that is open would be used otherwise.
  writeFileSync(join(tree, 'connection'), 'another\n');
  const sshConfig = readFileSync(join(tree, 'ssh_config'), 'utf8');
  writeFileSync(join(tree, 'ssh_config'), sshConfig.replace('Port 22', 'Port 9'));
  const { status, stderr } = await show('--unit', 'bridge-xenbr0');
  expect(stderr).toContain('xen01: error: cannot reach 192.0.2.10 port 9: is the host up, and is the address right?');
  expect(status).toBe(1);
}, 120_000);
