import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BedHost, openBedHost } from '../helpers/bed-host';
import { HOST_KEY } from '../helpers/estate';

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

test('leaves nothing behind where it ran but the shared connection', async () => {
  const temporary = mkdtempSync(join(tmpdir(), 'carry-test-'));
  await host.carry(host.tree(), 'bridge-xenbr0', { TMPDIR: temporary });
  expect(readdirSync(temporary)).toEqual([expect.stringMatching(/^cdktf-xen-\d+$/)]);
  rmSync(temporary, { recursive: true });
}, 60_000);
