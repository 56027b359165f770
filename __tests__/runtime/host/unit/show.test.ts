import { type BedHost, openBedHost } from '../../../helpers/bed-host';

let host: BedHost;

beforeAll(async () => {
  host = await openBedHost();
}, 30_000);

afterAll(async () => {
  await host.bed.close();
}, 30_000);

/** What the host has of ours, times left out. */
async function traces(): Promise<string> {
  const { stdout } = await host.bed.dom0([
    'bash',
    '-c',
    'cd /var/lib/cdktf-xen 2>/dev/null && find . \\( -path ./run -o -path ./runtimes \\) -prune -o -type f ! -name "lock*" -print | sort; ls /var/lib/cdktf-xen/log 2>/dev/null',
  ]);
  return stdout;
}

test('what a deploy of a bridge would change is shown as diffs, and nothing is changed', async () => {
  const before = await host.etc();
  const { output, status } = await host.show(host.tree(), 'bridge-xenbr0');
  expect(output).toContain('xen01 bridge-xenbr0: --- a/etc/sysconfig/network-scripts/ifcfg-eth0');
  expect(output).toContain('xen01 bridge-xenbr0: -IPADDR=192.0.2.10');
  expect(output).toContain('xen01 bridge-xenbr0: +BRIDGE="xenbr0"');
  expect(output).toContain('/etc/sysconfig/network-scripts/ifcfg-xenbr0 would be new, mode 0644, owner root:root');
  expect(output).not.toContain('error');
  expect(status).toBe(0);
  expect(await host.etc()).toBe(before);
  expect(await traces()).toBe('');
}, 60_000);

test('after the deploy there is nothing to be shown, and a change on the host is', async () => {
  expect((await host.carry(host.tree(), 'bridge-xenbr0')).status).toBe(0);
  const recorded = await traces();
  expect((await host.show(host.tree(), 'bridge-xenbr0')).output).toContain(
    'xen01 bridge-xenbr0: the files on the host are as they shall be',
  );
  await host.bed.dom0(['bash', '-c', 'chmod 600 /etc/sysconfig/network-scripts/ifcfg-xenbr0']);
  expect((await host.show(host.tree(), 'bridge-xenbr0')).output).toContain(
    'ifcfg-xenbr0 would get mode and owner 0644 root:root, it has 0600 root:root',
  );
  expect(await traces()).toBe(recorded);
}, 60_000);

test('a file that would be taken away is named', async () => {
  const dissolved = host.tree({ bridge: { dissolve: true } });
  expect((await host.show(dissolved, 'bridge-xenbr0')).output).toContain(
    '/etc/sysconfig/network-scripts/ifcfg-xenbr0 would be taken away',
  );
}, 60_000);
