import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Boot, type DomUOptions } from '../../../../lib';
import { type BedHost, openBedHost } from '../../../helpers/bed-host';
import { synthTree, testApp, testHost } from '../../../helpers/estate';
import { RunFolder } from '../../../helpers/run-folder';

/* Nothing that is not as a deploy had left it is lost, and nothing of that kind goes without a word. */

jest.setTimeout(120_000);

let host: BedHost;

beforeAll(async () => {
  host = await openBedHost();
  host.bed.hide('xl');
  host.bed.write('/usr/sbin/xl', readFileSync(join(__dirname, '../../../../lab/bed/xl-stand-in.sh')), 0o755);
});

afterAll(async () => {
  await host.bed.close();
});

type Guests = Readonly<Record<string, Partial<DomUOptions>>>;

/** A tree with guests that are only described. */
function tree(guests: Guests): string {
  const app = testApp();
  const { address, port, hostKeys, identityFile } = host.bed.sshd;
  const { xen01 } = testHost(app, { host: { ssh: { address, port, hostKeys: [...hostKeys], identityFile } } });
  for (const [name, options] of Object.entries(guests)) {
    xen01.addDomU(name, { memoryMiB: 64, boot: Boot.kernel('/etc/redhat-release'), running: false, ...options });
  }
  return synthTree(app);
}

async function deploy(name: string, options: Partial<DomUOptions> = {}): Promise<string> {
  const { status, output } = await host.carry(tree({ [name]: options }), `domU-${name}`);
  expect(output).not.toContain('error');
  expect(status).toBe(0);
  return output;
}

/** The path that a line names as the place of what was there. */
function placeIn(output: string, path: string): string {
  const found = /\/var\/lib\/cdktf-xen\/backup\/\d+-[0-9a-f]+(\/[^\s)]+)/.exec(output);
  expect(found?.[1]).toBe(path);
  return found?.[0] ?? '';
}

test('a file that was there before the first deploy, or was changed since the last, is kept and named', async () => {
  host.bed.write('/etc/xen/web1', 'by hand\n');
  const first = await deploy('web1');
  expect(first).toContain('wrote /etc/xen/web1 (what was there, not as a deploy had left it, is in ');
  expect(host.bed.read(placeIn(first, '/etc/xen/web1'))).toBe('by hand\n');
  expect(await deploy('web1', { memoryMiB: 96 })).toMatch(/wrote \/etc\/xen\/web1$/m);
  host.bed.write('/etc/xen/web1', 'by hand again\n', 0o600);
  const third = await deploy('web1', { memoryMiB: 96 });
  expect(host.bed.read(placeIn(third, '/etc/xen/web1'))).toBe('by hand again\n');
});

test.each([
  ['a file', 'echo theirs >/etc/xen/auto/NAME', 'cat PLACE', 'theirs'],
  ['a link to another configuration', 'ln -s /root/theirs /etc/xen/auto/NAME', 'readlink PLACE', '/root/theirs'],
  ['a folder', 'mkdir -p /etc/xen/auto/NAME/theirs', 'ls PLACE', 'theirs'],
])('%s of somebody else in the place of an autostart entry is set aside and named', async (kind, make, look, has) => {
  for (const autostart of [true, false]) {
    const name = `auto-${kind.length}-${String(autostart)}`;
    await host.bed.dom0(['bash', '-c', `mkdir -p /etc/xen/auto; ${make.replace('NAME', name)}`]);
    const output = await deploy(name, { autostart });
    expect(output).toContain(`set aside /etc/xen/auto/${name}, which is not as a deploy had left it: it is now `);
    const place = placeIn(output, `/etc/xen/auto/${name}`);
    const { stdout } = await host.bed.dom0(['bash', '-c', look.replace('PLACE', place)]);
    expect(stdout).toBe(`${has}\n`);
    const link = await host.bed.dom0(['readlink', `/etc/xen/auto/${name}`]);
    expect(link.stdout).toBe(autostart ? `/etc/xen/${name}\n` : '');
    expect(await deploy(name, { autostart })).toContain('nothing to change');
  }
});

test('a link that leads to the configuration by another name is as good, and goes where the guest shall not start', async () => {
  await deploy('web2');
  await host.bed.dom0(['ln', '-sfn', '../web2', '/etc/xen/auto/web2']);
  expect(await deploy('web2')).toContain('nothing to change');
  expect(await deploy('web2', { autostart: false })).toContain(
    'no longer starts with the host (/etc/xen/auto/web2 is gone)',
  );
  expect(host.bed.exists('/etc/xen/auto/web2')).toBe(false);
});

test('of a guest that leaves the stack, what others have made stays or is named', async () => {
  await deploy('gone');
  host.bed.remove('/etc/xen/auto/gone');
  host.bed.write('/etc/xen/auto/gone', 'theirs\n');
  host.bed.write('/etc/xen/gone', 'changed\n');
  const { output } = await host.carry(tree({}), 'roster');
  expect(output).toContain('note: /etc/xen/auto/gone stays, it is not the link that a deploy has made');
  const [, place = ''] =
    /guest gone: retired, configuration, which was changed since its last deploy, set aside in (\S+), disks untouched/.exec(
      output,
    ) ?? [];
  expect(host.bed.read(`${place}/gone`)).toBe('changed\n');
  expect(host.bed.read('/etc/xen/auto/gone')).toBe('theirs\n');
  expect(host.bed.exists('/etc/xen/gone')).toBe(false);
});

test('a guest whose record has lost its words is not taken for one that may be shut down', async () => {
  await deploy('lost');
  host.bed.remove('/var/lib/cdktf-xen/units/domU-lost/words');
  const { status, output } = await host.carry(tree({}), 'roster');
  expect(output).toContain('error: the record of guest lost does not say what becomes of it');
  expect(status).toBe(1);
  expect(host.bed.exists('/etc/xen/lost')).toBe(true);
  host.bed.remove('/var/lib/cdktf-xen/units/domU-lost');
});

test('a file that leaves a unit goes with a word on whether it was still ours', async () => {
  const folder = RunFolder.make(host.bed);
  host.bed.write('/etc/xen/ours', 'as left\n');
  host.bed.write('/etc/xen/theirs', 'changed\n');
  const { stdout } = await host.bed.dom0(['sha256sum', '/etc/xen/ours']);
  const [sum = ''] = stdout.split(' ');
  const lines = ['ours', 'theirs'].map((name) => `bridge-br0 files/etc/xen/${name} 0600 root:root ${sum}\n`);
  host.bed.write('/var/lib/cdktf-xen/units/bridge-br0/manifest', lines.join(''));
  host.bed.write(`${folder.path}/manifest`, '');
  const { said } = await folder.run(
    `dropped_files "$STATE/units/bridge-br0" >dropped; : >differing; backup_files; install_files`,
    'apply',
    'bridge-br0',
  );
  expect(said.split('\n')).toEqual([
    'xen01 bridge-br0: took away /etc/xen/ours (a copy is in /var/lib/cdktf-xen/backup/test)',
    'xen01 bridge-br0: took away /etc/xen/theirs (what was there, not as a deploy had left it, is in /var/lib/cdktf-xen/backup/test/etc/xen/theirs)',
    '',
  ]);
});
