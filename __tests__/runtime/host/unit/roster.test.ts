import { Boot, Disk, RemovalPolicy } from '../../../../lib';
import { type BedHost, openBedHost } from '../../../helpers/bed-host';
import { synthTree, testApp, testHost } from '../../../helpers/estate';
import { breakXen, installXen } from '../../../helpers/xen-stand-in';

/* Who leaves the stack leaves the host. Xen itself is a stand-in here; what it was asked to do is what counts. */

let host: BedHost;

beforeAll(async () => {
  host = await openBedHost();
  installXen(host.bed);
}, 60_000);

afterAll(async () => {
  await host.bed.close();
}, 30_000);

/** A tree with guests that are only described, so that no hypervisor is needed to deploy them. */
function tree(guests: Readonly<Record<string, RemovalPolicy>>, running = false): string {
  const app = testApp();
  const { address, port, hostKeys, identityFile } = host.bed.sshd;
  const { xen01 } = testHost(app, { host: { ssh: { address, port, hostKeys: [...hostKeys], identityFile } } });
  for (const [name, onRemoval] of Object.entries(guests)) {
    xen01.addDomU(name, { memoryMiB: 64, boot: Boot.kernel('/etc/redhat-release'), running, onRemoval });
  }
  return synthTree(app);
}

const ALL = {
  kept: RemovalPolicy.RETAIN,
  ended: RemovalPolicy.DESTROY,
  leaving: RemovalPolicy.SHUT_DOWN,
  staying: RemovalPolicy.SHUT_DOWN,
};

/** What the host has of guests: configurations, links, domains, records. */
async function guests(): Promise<string[]> {
  const { stdout } = await host.bed.dom0([
    'bash',
    '-c',
    `cd /; ls -d etc/xen/{kept,ended,leaving,staying} etc/xen/auto/* var/lib/cdktf-xen/units/* 2>/dev/null; awk '{ print "domain", $2 }' /root/domains`,
  ]);
  return stdout.trim().split('\n').sort();
}

test('guests that leave the stack leave the host as the policy of each says, and those that stay are not touched', async () => {
  const before = tree(ALL);
  for (const unit of ['bridge-xenbr0', 'roster', ...Object.keys(ALL).map((name) => `domU-${name}`)]) {
    const { status, output } = await host.carry(before, unit);
    expect(output).not.toContain('error');
    expect(status).toBe(0);
  }
  const names = Object.keys(ALL);
  host.bed.write(
    '/root/domains',
    names.map((name, index) => `${index + 1} ${name} 0 00:16:3e:80:00:0${index} xenbr0\n`).join(''),
  );

  const after = tree({ staying: RemovalPolicy.SHUT_DOWN });
  const { status, output } = await host.carry(after, 'roster');
  expect(status).toBe(0);
  expect(output).toContain('guest kept: left as it is, as its policy says');
  expect(output).toContain('guest ended: ended at once, as its policy says');
  expect(output).toMatch(
    /guest leaving: retired, configuration set aside in \/var\/lib\/cdktf-xen\/retired\/\S+, disks untouched/,
  );
  expect(host.bed.read('/root/asked').split('\n').sort()).toEqual(['', 'destroy ended', 'shutdown leaving']);
  expect(await guests()).toEqual([
    'domain kept',
    'domain staying',
    'etc/xen/auto/kept',
    'etc/xen/auto/staying',
    'etc/xen/kept',
    'etc/xen/staying',
    'var/lib/cdktf-xen/units/bridge-xenbr0',
    'var/lib/cdktf-xen/units/domU-staying',
    'var/lib/cdktf-xen/units/roster',
  ]);
  const second = await host.carry(after, 'roster');
  expect(second.output).toContain('nothing to change');
}, 120_000);

test('a guest that could not be started leaves the host too, its autostart first of all', async () => {
  const { output, status } = await host.carry(tree({ failed: RemovalPolicy.SHUT_DOWN }, true), 'domU-failed');
  expect(output).toContain('the configuration is in place, the guest is not running');
  expect(status).not.toBe(0);
  const there = 'cd /etc/xen; ls -d failed auto/failed /var/lib/cdktf-xen/units/domU-failed';
  expect((await host.bed.dom0(['bash', '-c', there])).status).toBe(0);
  const without = tree({});
  const { stdout } = await host.bed.lan(['bash', `${without}/../../../runtime/deployer/observe.sh`, 'xen01']);
  expect((JSON.parse(stdout) as Record<string, string>)['roster']).toContain(
    'domU-failed is on record and not described',
  );
  expect((await host.carry(without, 'roster')).output).toContain('guest failed: retired, configuration set aside in');
  expect((await host.bed.dom0(['bash', '-c', `${there} 2>/dev/null`])).stdout).toBe('');
}, 60_000);

test('a guest of which Xen says nothing is not retired', async () => {
  const before = tree({ leaving: RemovalPolicy.SHUT_DOWN });
  expect((await host.carry(before, 'domU-leaving')).status).toBe(0);
  host.bed.write('/root/domains', '1 leaving 0 00:16:3e:80:00:01 xenbr0\n');
  host.bed.write('/root/asked', '');
  breakXen(host.bed, 'xl list');
  const { status, output } = await host.carry(tree({}), 'roster');
  breakXen(host.bed);
  expect(status).toBe(1);
  expect(output).toContain('error: it is not known which guests run');
  expect(output).not.toContain('retired');
  expect(host.bed.exists('/var/lib/cdktf-xen/units/domU-leaving')).toBe(true);
  expect(host.bed.read('/root/asked')).toBe('');
  expect((await host.carry(tree({}), 'roster')).output).toContain('guest leaving: retired');
  expect(host.bed.read('/root/asked')).toBe('shutdown leaving\n');
}, 60_000);

test('a bridge under a new name takes the files of the old one away, although the roster comes first', async () => {
  const { address, port, hostKeys, identityFile } = host.bed.sshd;
  const ssh = { address, port, hostKeys: [...hostKeys], identityFile };
  const renamed = synthTree(testHost(testApp(), { host: { ssh }, bridge: { name: 'br0', renamedFrom: 'xenbr0' } }).app);
  expect((await host.carry(renamed, 'roster')).output).not.toContain('xenbr0');
  const { status, output } = await host.carry(renamed, 'bridge-br0');
  expect(output).toContain('took away /etc/sysconfig/network-scripts/ifcfg-xenbr0');
  expect(status).toBe(0);
  const { stdout } = await host.bed.lan(['bash', `${renamed}/../../../runtime/deployer/observe.sh`, 'xen01', 'report']);
  expect(stdout.split(/^unit /m).find((text) => text.startsWith('bridge-br0\n'))).not.toContain('reason');
}, 120_000);

test('a guest under a new name is seen in the plan of the new one, with what that means', async () => {
  const described = (name: string): string => {
    const app = testApp();
    const { address, port, hostKeys, identityFile } = host.bed.sshd;
    const { xen01 } = testHost(app, { host: { ssh: { address, port, hostKeys: [...hostKeys], identityFile } } });
    const disks = [Disk.file('/srv/xen/a+b.img')];
    xen01.addDomU(name, { memoryMiB: 64, boot: Boot.kernel('/etc/redhat-release'), running: false, disks });
    return synthTree(app);
  };
  expect((await host.carry(described('old'), 'domU-old')).status).toBe(0);
  const { stdout } = await host.bed.lan(['bash', `${described('new')}/../../../runtime/deployer/observe.sh`, 'xen01']);
  const words = JSON.parse(stdout) as Record<string, string>;
  expect(words['domU-new']?.split('\n')).toEqual([
    'has the disk /srv/xen/a+b.img of guest old, which leaves the stack: a new name is a new guest, with another MAC; the old one is retired first',
    'not on the host yet',
    expect.stringMatching(/^\[/),
  ]);
}, 60_000);
