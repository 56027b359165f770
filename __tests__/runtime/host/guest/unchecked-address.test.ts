import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Address, Boot } from '../../../../lib';
import { type BedHost, openBedHost } from '../../../helpers/bed-host';
import { until } from '../../../helpers/switch-window';
import { twoHosts } from '../../../helpers/two-hosts';
import { installXen } from '../../../helpers/xen-stand-in';

/*
 * A guest whose address the stack does not know is proven by its MAC alone, on a real bridge. Xen itself is a stand-in
 * that starts whatever it is asked to.
 */

const MAC = '00:16:3e:a6:05:8f';
const STAND_IN = readFileSync(join(__dirname, '../../../../lab/bed/xl-stand-in.sh'), 'utf8');

let host: BedHost;

beforeAll(async () => {
  host = await openBedHost();
  installXen(host.bed);
  host.bed.write('/usr/sbin/xl.asked', STAND_IN.replaceAll('${0##*/}', 'xl'), 0o755);
  // Xen's own create ends when the guest's vif is there.
  const starts = `if [ "$1" = create ] && [ "$2" != -n ]; then
    : >/root/starting
    until [ -e /root/ready ]; do sleep 0.1; done
    echo '4 web1 0 ${MAC} xenbr0' >>/root/domains
    exit
  fi`;
  host.bed.write('/usr/sbin/xl', `#!/bin/bash\n${starts}\nexec bash /usr/sbin/xl.asked "$@"\n`, 0o755);
  const { output } = await host.carry(host.tree(), 'bridge-xenbr0');
  expect(output).toContain('done: xenbr0 is up on eth0');
}, 120_000);

beforeEach(() => {
  host.bed.write('/root/domains', '');
  host.bed.remove('/root/starting');
  host.bed.remove('/root/ready');
  host.bed.remove('/etc/xen/web1');
  host.bed.remove('/var/lib/cdktf-xen/units/domU-web1');
});

afterEach(async () => {
  await host.bed.guest('vif4.0')?.close();
}, 30_000);

afterAll(async () => {
  await host.bed.close();
}, 60_000);

/** Deploys web1; as soon as it is started, its vif is there, and the guest behind it does what it is told. */
async function start(address: Address, inside?: readonly string[], bootTimeoutSeconds = 8): Promise<string> {
  const tree = twoHosts(host.bed, address, { bootTimeoutSeconds })();
  const carried = host.carry(tree, 'domU-web1');
  await until(() => host.bed.exists('/root/starting'));
  const guest = await host.bed.addVif('vif4.0', 'xenbr0', { mac: MAC });
  if (inside !== undefined) {
    await guest.run(inside);
    // The bridge forgets what the guest has said before.
    await host.bed.dom0(['bash', '-c', 'brctl delif xenbr0 vif4.0; brctl addif xenbr0 vif4.0']);
  }
  host.bed.write('/root/ready', '');
  return (await carried).output;
}

const SILENT = ['sh', '-c', 'ip link set eth0 down; sysctl -qw net.ipv6.conf.all.disable_ipv6=1; ip link set eth0 up'];

test.each([
  ['by DHCP', Address.dhcp(), 'it has its address by DHCP, which is not checked'],
  ['set inside the guest', Address.unknown(), 'it has an address that the stack does not know, which is not checked'],
  ['that it does not have', Address.none(), 'it has no IPv4 address, which is not checked'],
])(
  'a guest with an address %s is proven by its MAC behind its own port',
  async (_, address, how) => {
    const output = await start(address);
    expect(output).toContain(`vif 0: ${MAC} is heard on xenbr0, behind vif4.0; ${how}`);
    expect(output).toContain('domU-web1: done');
  },
  60_000,
);

test('a guest that asks for no lease is told as a failure, one that may keep silent is not', async () => {
  const failed = await start(Address.dhcp(), SILENT);
  expect(failed).toContain(`error: the guest runs as domain 4, but no frame of ${MAC} came from vif4.0 within 8 s`);
  expect(failed).toContain('so it has not asked for an address');
  await host.bed.guest('vif4.0')?.close();
  host.bed.write('/root/domains', '');
  host.bed.remove('/root/starting');
  host.bed.remove('/root/ready');
  const noted = await start(Address.unknown(), SILENT);
  expect(noted).toContain(
    `note: vif 0: no frame of ${MAC} was heard within 8 s; it has an address that the stack does not know, so nobody can ask whether it is up`,
  );
  expect(noted).toContain('domU-web1: done');
}, 90_000);

test('what an HVM guest sends by its emulated card comes from itself', async () => {
  const carried = host.carry(twoHosts(host.bed, Address.dhcp(), { boot: Boot.hvm() })(), 'domU-web1');
  await until(() => host.bed.exists('/root/starting'));
  const emulated = await host.bed.addVif('vif4.0-emu', 'xenbr0', { mac: MAC });
  await host.bed.addVif('vif4.0', 'xenbr0', { mac: '00:16:3e:00:00:77' });
  host.bed.write('/root/ready', '');
  const { output } = await carried;
  await emulated.close();
  expect(output).toContain(`vif 0: ${MAC} is heard on xenbr0, behind vif4.0; it has its address by DHCP`);
  expect(output).toContain('domU-web1: done');
}, 60_000);

test('a twin on the LAN is found by its MAC, before the guest starts and after', async () => {
  const twin = await host.bed.addNeighbour({ mac: MAC, address: '192.0.2.77/24' });
  const { output } = await host.carry(twoHosts(host.bed, Address.dhcp())(), 'domU-web1');
  expect(output).toContain(`MAC ${MAC} is in use: `);
  expect(output).toContain('nothing was changed');
  await twin.close();
}, 60_000);
