import { join } from 'node:path';
import { type BedHost, openBedHost } from '../../../helpers/bed-host';

const SCRIPTS = '/etc/sysconfig/network-scripts';
const LOOP = 'would put a further link under xenbr0 at the next start of the network';

let host: BedHost;

beforeAll(async () => {
  host = await openBedHost({
    nics: [
      { name: 'eth0', mac: '52:54:00:aa:00:01' },
      { name: 'eth1', mac: '52:54:00:aa:00:02' },
    ],
  });
}, 30_000);

afterAll(async () => {
  await host.bed.close();
}, 30_000);

/** What a deploy says beside a file that somebody else has put there; the file is gone again afterwards. */
async function deployBeside(name: string, text: string) {
  const file = `${SCRIPTS}/${name}`;
  host.bed.write(file, text);
  const before = await host.etc();
  const result = await host.carry(host.tree(), 'bridge-xenbr0');
  const changed = (await host.etc()) !== before;
  host.bed.remove(file);
  return { ...result, file, changed };
}

const SECOND_UPLINKS: readonly (readonly [string, string, string])[] = [
  ['ifcfg-eth1', 'DEVICE=eth1\nONBOOT=yes\nBRIDGE=xenbr0\n', LOOP],
  ['ifcfg-eth1', 'DEVICE="eth1"\nBRIDGE="xenbr0"\n', LOOP],
  ['ifcfg-eth1', "DEVICE=eth1\n  export BRIDGE='xen'br0 # on purpose\n", LOOP],
  ['ifcfg-eth1', 'DEVICE=eth1\nBRIDGE=br9\nBRIDGE=xenbr0', LOOP],
  ['ifcfg-eth1', 'DEVICE=eth1; BRIDGE=xenbr0\n', LOOP],
  ['ifcfg-eth1', 'DEVICE=eth1\nBRIDGE=xenbr0\nexport ONBOOT=yes\n', LOOP],
  ['ifcfg-foo', 'DEVICE=eth1\nBRIDGE=xenbr0\n', LOOP],
  ['ifcfg-eth1.old', 'DEVICE=eth1\nBRIDGE=xenbr0\n', LOOP],
  ['ifcfg-eth0.100', 'DEVICE=eth0.100\nVLAN=yes\nBRIDGE=xenbr0\n', LOOP],
  ['ifcfg-bond0', 'DEVICE=bond0\nBONDING_OPTS="mode=1"\nBRIDGE=xenbr0\n', LOOP],
];

test.each(SECOND_UPLINKS)(
  'a second uplink is refused, however its file is called and written: %s %j',
  async (name, text, problem) => {
    const { status, output, file, changed } = await deployBeside(name, text);
    expect(output).toContain(`error: ${file} ${problem}`);
    expect(output).toContain(`  take BRIDGE out of it, or end its name in .bak`);
    expect(output).toContain('nothing was changed');
    expect({ status, changed }).toEqual({ status: 1, changed: false });
  },
  60_000,
);

test('an uplink under another name or without one is refused as such', async () => {
  const named = await deployBeside('ifcfg-old', 'DEVICE="et"h0\n');
  expect(named.output).toContain(`error: ${SCRIPTS}/ifcfg-old also describes eth0`);
  const byMac = await deployBeside('ifcfg-old', 'HWADDR=52:54:00:AA:00:01\nONBOOT=yes\n');
  expect(byMac.output).toContain(`error: ${SCRIPTS}/ifcfg-old also describes the NIC 52:54:00:AA:00:01`);
}, 60_000);

const HARMLESS: readonly (readonly [string, string])[] = [
  ['ifcfg-eth1', 'DEVICE=eth1\nBRIDGE=xenbr0\nBRIDGE=br9\n'],
  ['ifcfg-eth1', 'DEVICE=eth1\nBRIDGE=xenbr01\n# BRIDGE=xenbr0\n'],
  ['ifcfg-eth1', 'DEVICE=eth1\r\nBRIDGE=xenbr0\r\n'],
  ['ifcfg-eth1.bak', 'DEVICE=eth1\nBRIDGE=xenbr0\n'],
];

test('files that initscripts would not take for a second uplink are no reason to refuse', async () => {
  for (const [name, text] of HARMLESS) host.bed.write(`${SCRIPTS}/${name}`, text);
  const { status, output } = await deployBeside('ifcfg-foo', 'DEVICE=eth1\nBRIDGE=xenbr0\nONBOOT="no"\n');
  for (const [name] of HARMLESS) host.bed.remove(`${SCRIPTS}/${name}`);
  expect(output).toContain(
    `note: ${SCRIPTS}/ifcfg-foo would put a further link under xenbr0, should a person start it by hand`,
  );
  expect(output).not.toContain('error');
  expect(status).toBe(0);
}, 60_000);

test('the plan sees a second uplink that somebody has described since', async () => {
  const tree = host.tree();
  const ask = () => host.bed.lan(['bash', join(tree, '../../../runtime/deployer/observe.sh'), 'xen01', 'report']);
  expect((await ask()).stdout).not.toContain('under xenbr0');
  host.bed.write(`${SCRIPTS}/ifcfg-foo`, 'DEVICE=eth1\nBRIDGE="xenbr0"\n');
  expect((await ask()).stdout).toContain(
    `reason ${SCRIPTS}/ifcfg-foo would put a further link under xenbr0 at the next start of the network`,
  );
  host.bed.write(`${SCRIPTS}/ifcfg-foo`, 'DEVICE=eth1\nBRIDGE="xenbr0"\nONBOOT=no\n');
  expect((await ask()).stdout).not.toContain('under xenbr0');
}, 60_000);
