import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Boot } from '../../../../lib';
import { type BedHost, openBedHost } from '../../../helpers/bed-host';
import { synthTree, testApp, testHost } from '../../../helpers/estate';
import { installXen } from '../../../helpers/xen-stand-in';

/* What the probe says of a guest that shall run. Xen is a stand-in; bridge and vif are real. */

const MAC = '00:16:3e:a6:05:8f';

let host: BedHost;
let tree: string;

beforeAll(async () => {
  host = await openBedHost();
  installXen(host.bed);
  const app = testApp();
  const { address, port, hostKeys, identityFile } = host.bed.sshd;
  const { xen01, xenbr0 } = testHost(app, { host: { ssh: { address, port, hostKeys: [...hostKeys], identityFile } } });
  xen01.addDomU('web1', {
    memoryMiB: 64,
    boot: Boot.kernel('/etc/redhat-release'),
    vifs: [{ bridge: xenbr0, address: '192.0.2.21' }],
  });
  tree = synthTree(app);
  expect((await host.carry(tree, 'bridge-xenbr0')).status).toBe(0);
  await host.bed.addVif('vif5.0', 'xenbr0', { mac: MAC, address: '192.0.2.21/24' });
  deployed();
}, 60_000);

afterAll(async () => {
  await host.bed.close();
}, 30_000);

beforeEach(async () => {
  domains(`5 web1 0 ${MAC.toUpperCase()} xenbr0`);
  await host.bed.dom0([
    'bash',
    '-c',
    'mkdir -p /etc/xen/auto && ln -sfn /etc/xen/web1 /etc/xen/auto/web1; rm -rf /var/lib/xen/save',
  ]);
});

/** What a deploy leaves on the host, without the start that needs a hypervisor. */
function deployed(): void {
  const record = '/var/lib/cdktf-xen/units/domU-web1';
  const lines =
    readFileSync(join(tree, 'manifest'), 'utf8')
      .match(/^domU-web1 .*\n/gm)
      ?.join('') ?? '';
  host.bed.write(`${record}/manifest`, lines);
  host.bed.write(`${record}/sha256`, `${createHash('sha256').update(lines).digest('hex')}  -\n`);
  for (const path of ['words/domU-web1', 'expect/domU-web1', 'files/etc/xen/web1']) {
    host.bed.write(`${record}/${path}`, readFileSync(join(tree, path)));
  }
  host.bed.write('/etc/xen/web1', readFileSync(join(tree, 'files/etc/xen/web1')), 0o600);
}

function domains(...lines: readonly string[]): void {
  host.bed.write('/root/domains', lines.map((line) => `${line}\n`).join(''));
}

/** The lines of the report about web1, its name and hash left out. */
async function report(): Promise<string[]> {
  const { stdout, stderr, status } = await host.bed.lan([
    'bash',
    `${tree}/../../../runtime/deployer/observe.sh`,
    'xen01',
    'report',
  ]);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  const part = stdout.split(/^unit /m).find((text) => text.startsWith('domU-web1\n')) ?? '';
  return part.split('\n').filter((line) => /^(reason|waits) /.test(line));
}

test('a guest that runs as promised has nothing to be told', async () => {
  expect(await report()).toEqual([]);
}, 30_000);

test.each([
  [
    'does not run',
    () => {
      domains();
    },
    ['reason does not run'],
  ],
  [
    'runs with another MAC',
    () => {
      domains('5 web1 0 00:16:3e:00:00:99 xenbr0');
    },
    [`reason vif 0 has MAC 00:16:3e:00:00:99, not ${MAC}`],
  ],
  [
    'has a further vif',
    () => {
      domains(`5 web1 0 ${MAC} xenbr0`, '5 web1 1 00:16:3e:00:00:77 xenbr0');
    },
    ['reason web1 has a vif 1 with MAC 00:16:3e:00:00:77'],
  ],
  [
    'lies saved while it runs',
    () => {
      host.bed.write('/var/lib/xen/save/web1', 'memory');
    },
    ['reason lies saved in /var/lib/xen/save/web1: restored, it would come back with an old state'],
  ],
  [
    'no longer starts with the host',
    () => {
      host.bed.remove('/etc/xen/auto/web1');
    },
    ['reason does not start with the host (/etc/xen/auto/web1 is gone)'],
  ],
])(
  'a guest that %s is told',
  async (_, change, expected) => {
    change();
    expect(await report()).toEqual(expected);
  },
  30_000,
);

test('what waits hides no drift of another kind', async () => {
  const record = '/var/lib/cdktf-xen/units/domU-web1';
  const plugged = 'vif 0: 00:16:3e:a6:05:8f is plugged in; inside the guest its interface is not up yet';
  host.bed.write(`${record}/running-domid`, '5\n');
  domains('5 web1 0 00:16:3e:00:00:99 xenbr0');
  const other = `reason vif 0 has MAC 00:16:3e:00:00:99, not ${MAC}`;
  host.bed.write(`${record}/waiting`, `kernel\n${plugged}\nvcpus 1 -> 2: it was started with 1\n`);
  expect((await report()).filter((line) => line.startsWith('reason'))).toEqual([other]);
  host.bed.write(`${record}/waiting`, `vif 0: MAC 00:16:3e:00:00:99 -> ${MAC}\n`);
  expect((await report()).filter((line) => line.startsWith('reason'))).toEqual([]);
}, 30_000);

test('what waits for the next boot is told apart from drift, as long as that domain lives', async () => {
  host.bed.write(
    '/var/lib/cdktf-xen/units/domU-web1/waiting',
    'memory 64 -> 128 MiB: more than its maxmem of now, 64\n',
  );
  host.bed.write('/var/lib/cdktf-xen/units/domU-web1/running-domid', '5\n');
  expect(await report()).toEqual(['waits memory 64 -> 128 MiB: more than its maxmem of now, 64']);
  host.bed.write('/var/lib/cdktf-xen/units/domU-web1/running-domid', '4\n');
  expect(await report()).toEqual([]);
}, 30_000);
