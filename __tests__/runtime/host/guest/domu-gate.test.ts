import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { type BedHost, openBedHost } from '../../../helpers/bed-host';
import { twoHosts } from '../../../helpers/two-hosts';
import { breakXen, installXen } from '../../../helpers/xen-stand-in';

/*
 * The gate before a guest's start, with real bridges, real ARP and real ssh. Xen itself is a stand-in: where the gate
 * lets the guest pass, its `create` says that it was asked.
 */

const MAC = '00:16:3e:a6:05:8f';
const ADDRESS = '192.0.2.21';
const PASSED = 'xl stand-in: asked to start a guest';

let host: BedHost;

const tree = (...args: Parameters<ReturnType<typeof twoHosts>>): string => twoHosts(host.bed, ADDRESS)(...args);

function domains(...lines: readonly string[]): void {
  host.bed.write('/root/domains', lines.map((line) => `${line}\n`).join(''));
}

beforeAll(async () => {
  host = await openBedHost();
  installXen(host.bed);
  const { output } = await host.carry(host.tree(), 'bridge-xenbr0');
  expect(output).toContain('done: xenbr0 is up on eth0');
}, 120_000);

beforeEach(() => {
  domains();
  breakXen(host.bed);
  host.bed.remove('/etc/xen/auto');
  host.bed.remove('/var/lib/xen/save');
  host.bed.remove('/etc/xen/web1');
  host.bed.remove('/var/lib/cdktf-xen/units/domU-web1');
});

afterAll(async () => {
  await host.bed.close();
}, 60_000);

/** The deploy of web1 is refused, and nothing of it is on the host. */
async function expectRefusal(output: Promise<{ output: string }>, ...phrases: readonly string[]): Promise<void> {
  const said = (await output).output;
  for (const phrase of phrases) expect(said).toContain(phrase);
  expect(said).toContain('nothing was changed');
  expect(said).not.toContain(PASSED);
  expect(host.bed.exists('/etc/xen/web1')).toBe(false);
}

test('a guest whose MAC and address nobody has passes', async () => {
  const { output } = await host.carry(tree(), 'domU-web1');
  expect(output).toContain(PASSED);
  expect(output.match(/wrote \/etc\/xen\/web1/g)).toHaveLength(1);
}, 60_000);

test('another domain of the same host with the MAC, even one that says nothing, is named', async () => {
  await host.bed.addVif('vif4.0', 'xenbr0', { mac: '00:16:3e:00:00:01', address: '192.0.2.77/24' });
  domains(`4 twin 0 ${MAC.toUpperCase()} xenbr0`);
  await expectRefusal(
    host.carry(tree(), 'domU-web1'),
    `MAC ${MAC} is in use: guest twin runs with it on this host (domain 4)`,
    'shut it down first: xl shutdown -w twin',
  );
}, 60_000);

test('a domain whose name holds blanks and numbers hides nothing', async () => {
  domains(`4 a_twin_5_64_1_-b----_0.1 0 ${MAC} xenbr0`);
  await expectRefusal(
    host.carry(tree(), 'domU-web1'),
    `MAC ${MAC} is in use: guest a twin 5 64 1 -b---- 0.1 runs with it on this host (domain 4)`,
    'shut it down first: xl shutdown -w 4\n',
  );
}, 60_000);

test.each(['xl list', 'xl info', 'xenstore-ls'])(
  'where %s fails nothing is known, so nothing is started',
  async (program) => {
    domains(`4 other 0 00:16:3e:80:00:09 xenbr5`);
    breakXen(host.bed, program);
    await expectRefusal(
      host.carry(tree(), 'domU-web1'),
      'error: it is not known ',
      program,
      'cannot connect to xenstored',
    );
  },
  60_000,
);

test('a dead xenstored is no empty one', async () => {
  breakXen(host.bed, 'xenstore-ls', 'xenstore-list');
  await expectRefusal(
    host.carry(tree(), 'domU-web1'),
    'error: it is not known what the guests on this host have attached',
  );
}, 60_000);

test('another described host that can not tell what its guests have attached is not taken for one without guests', async () => {
  const wanted = tree();
  domains('4 other 0 00:16:3e:80:00:09 xenbr5');
  // This host's own questions come first, and are answered.
  host.bed.write(
    '/usr/sbin/xenstore-ls',
    `#!/bin/bash\n[ -n "\${CDKTF_XEN_UNIT-}" ] && exec /usr/sbin/xenstore-ls.real "$@"; echo dead >&2; exit 1\n`,
    0o755,
  );
  host.bed.write('/usr/sbin/xenstore-ls.real', 'exit 0\n', 0o755);
  try {
    const { output } = await host.carry(wanted, 'domU-web1');
    expect(output).toContain(
      'note: host xen02 can not say who runs there: it is not known what the guests on this host have',
    );
  } finally {
    installXen(host.bed);
  }
}, 60_000);

test('a guest on another described host with the MAC is named with its host', async () => {
  domains(`7 copy 0 ${MAC} xenbr5`);
  await expectRefusal(
    host.carry(tree(), 'domU-web1'),
    `MAC ${MAC} is in use: guest copy runs with it on host xen02 (domain 7, bridge xenbr5)`,
    'a copy needs a name of its own (DomU.copyOf)',
  );
}, 60_000);

test('a guest that would come back on another described host at its next boot is named with its link', async () => {
  host.bed.write('/etc/xen/auto/old', `vif = [ "mac=${MAC.toUpperCase()},bridge=xenbr0" ]\n`);
  await expectRefusal(
    host.carry(tree(), 'domU-web1'),
    `guest old still starts with host xen02 (/etc/xen/auto/old), and would be there again with MAC ${MAC}`,
    'take that away there: rm /etc/xen/auto/old',
  );
}, 60_000);

test('a guest that lies saved on another described host is named with its file', async () => {
  host.bed.write('/var/lib/xen/save/web1', 'memory');
  await expectRefusal(
    host.carry(tree(), 'domU-web1'),
    'guest web1 lies saved on host xen02 in /var/lib/xen/save/web1',
    'xl restore /var/lib/xen/save/web1; xl shutdown -w web1',
  );
}, 60_000);

test('a described host that is down is no obstacle, and is named', async () => {
  const { output } = await host.carry(tree(undefined, 9), 'domU-web1');
  expect(output).toContain('note: host xen02 can not say who runs there: ');
  expect(output).toContain('cannot reach 192.0.2.10 port 9');
  expect(output).toContain(PASSED);
}, 60_000);

test('a machine with the MAC and another address, that has said nothing for long, is found by its MAC', async () => {
  const twin = await host.bed.addNeighbour({ mac: MAC, address: '192.0.2.99/24' });
  await host.bed.dom0([
    'bash',
    '-c',
    `sleep 3; /.strict/real/bridge fdb del ${MAC} dev eth0 master; brctl showmacs xenbr0`,
  ]);
  try {
    await expectRefusal(
      host.carry(tree(), 'domU-web1'),
      `MAC ${MAC} is in use: xenbr0 saw it`,
      'on port eth0, a machine on the LAN beyond eth0',
    );
  } finally {
    await twin.close();
  }
}, 60_000);

test('a machine that has the address is named with its MAC', async () => {
  await host.bed.dom0(['bash', '-c', `/.strict/real/bridge fdb del ${MAC} dev eth0 master`]);
  const other = await host.bed.addNeighbour({ mac: '52:54:00:bb:00:07', address: `${ADDRESS}/24` });
  try {
    await expectRefusal(
      host.carry(tree(), 'domU-web1'),
      `address ${ADDRESS} is taken: 52:54:00:bb:00:07 answers to it on xenbr0`,
    );
  } finally {
    await other.close();
  }
}, 60_000);

test('a guest that hands over passes once its host has proven it down, though the bridge remembers its MAC', async () => {
  const original = await host.bed.addNeighbour({ mac: MAC, address: `${ADDRESS}/24` });
  await original.run(['ping', '-c', '1', '192.0.2.10']);
  await original.close();
  await expectRefusal(host.carry(tree(), 'domU-web1'), `MAC ${MAC} is in use: xenbr0 saw it`);
  const { output } = await host.carry(tree({}), 'domU-web1');
  expect(output).toContain('guest web1 is down on host xen02 and no longer starts there; taking its place');
  expect(output).toContain(PASSED);
}, 90_000);

test('a guest that hands over and still talks is not believed to be down', async () => {
  const original = await host.bed.addNeighbour({ mac: MAC, address: '192.0.2.99/24' });
  await original.run(['sysctl', '-q', '-w', 'net.ipv6.conf.all.disable_ipv6=1']);
  const talking = original.run(['ping', '-q', '-i', '0.5', '-c', '16', '192.0.2.10']);
  try {
    await expectRefusal(host.carry(tree({}), 'domU-web1'), `MAC ${MAC} is in use: xenbr0 saw it`);
  } finally {
    await talking;
    await original.close();
  }
}, 90_000);

test('a guest that hands over is refused while its host can not be asked, unless that is said to be gone', async () => {
  await host.bed.dom0(['bash', '-c', `/.strict/real/bridge fdb del ${MAC} dev eth0 master`]);
  await expectRefusal(
    host.carry(tree({}, 9), 'domU-web1'),
    'guest web1 hands over, and its host xen02 can not be asked whether it is down',
    'sourceHostIsGone: true',
  );
  const { output } = await host.carry(tree({ gone: true }, 9), 'domU-web1');
  expect(output).toContain('note: host xen02 is said to be gone and does not answer; only the wire is asked');
  expect(output).toContain(PASSED);
}, 90_000);

test('a running guest gets no vif whose MAC or address somebody else has', async () => {
  const wanted = tree(undefined, 9, ['192.0.2.31']);
  const [, second] = readFileSync(join(wanted, 'files/etc/xen/web1'), 'utf8').match(/00:16:3e(:[0-9a-f]{2}){3}/g) ?? [];
  domains(`5 web1 0 ${MAC} xenbr0`, `7 twin 0 ${second ?? ''} xenbr0`);
  await host.bed.addVif('vif7.0', 'xenbr0', { mac: '00:16:3e:00:00:02', address: '192.0.2.78/24' });
  await expectRefusal(
    host.carry(wanted, 'domU-web1'),
    `MAC ${second ?? ''} is in use: guest twin runs with it on this host (domain 7)`,
  );
  domains(`5 web1 0 ${MAC} xenbr0`);
  const other = await host.bed.addNeighbour({ mac: '52:54:00:bb:00:07', address: '192.0.2.31/24' });
  try {
    await expectRefusal(
      host.carry(wanted, 'domU-web1'),
      'address 192.0.2.31 is taken: 52:54:00:bb:00:07 answers to it on xenbr0',
    );
  } finally {
    await other.close();
  }
}, 60_000);

test.each([
  ['is paused', '--p---', 'let it go on (xl unpause web1), and deploy again'],
  ['has crashed', '----c-', 'let it go (xl destroy web1), and deploy again'],
])(
  'a guest that %s is not waited for',
  async (what, state, cure) => {
    domains(`5 web1 0 ${MAC} xenbr0 ${state}`);
    await expectRefusal(host.carry(tree(), 'domU-web1'), `the guest ${what}`, '(domain 5)', cure);
  },
  60_000,
);

test.each([
  ['another MAC', '192.0.2.66', '52:54:00:bb:00:08', 2],
  ['the same MAC', '192.0.2.67', '52:54:00:bb:00:07', 1],
])(
  'two machines with one address and %s are two answers to one probe',
  async (_, address, second, different) => {
    const machines = [
      await host.bed.addNeighbour({ mac: '52:54:00:bb:00:07', address: `${address}/24` }),
      await host.bed.addNeighbour({ mac: second, address: `${address}/24` }),
    ];
    const probe = readFileSync(join(__dirname, '../../../../lib/runtime/host/facts/wire.sh'), 'utf8');
    let answers: readonly string[] = [];
    // On a busy machine the second may answer when the probe has gone home.
    for (let attempt = 0; attempt < 5 && answers.length < 2; attempt += 1) {
      const { stdout } = await host.bed.dom0(['bash', '-c', `${probe}\nanswering_macs xenbr0 ${address} 1`]);
      answers = stdout.trim().split('\n');
    }
    await Promise.all(machines.map((machine) => machine.close()));
    expect(answers).toHaveLength(2);
    expect(new Set(answers).size).toBe(different);
  },
  30_000,
);
