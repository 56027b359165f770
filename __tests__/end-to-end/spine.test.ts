import { resolveEngine } from '../../lab/engine/engine';
import { type CommandResult, factsOf, LabProject } from '../../lab/project';
import { Lab } from '../../lab/xen/lab';
import type { LabHost } from '../../lab/xen/lab-host';
import { ChangePolicy } from '../../lib';
import type { LabFacts } from '../../stacks/lab';
import { HOST_KEY } from '../helpers/estate';
import { startSquatter } from '../helpers/squatter';

/*
 * The whole main job on real parts: real cdktf and terraform, real OpenSSH, real Xen. The tests tell one story and run
 * in this order; what breaks a host comes before the host is built.
 */

jest.setTimeout(600_000);

const WEB1 = { address: '192.0.2.21', mac: '00:16:3e:a6:05:8f' };

let lab: Lab;
let host: LabHost;
let facts: LabFacts;
let project: LabProject;

beforeAll(async () => {
  lab = await Lab.start({ hosts: ['xen01', 'xen02'] });
  host = lab.host('xen01');
  facts = await factsOf(host);
  project = LabProject.create(await resolveEngine(), { facts });
});

beforeEach(() => {
  // The whole takes minutes; a person who waits wants to see where it is.
  process.stderr.write(`      ${new Date().toTimeString().slice(0, 8)} ${expect.getState().currentTestName ?? ''}\n`);
});

afterAll(async () => {
  await lab.stop();
  project.remove();
});

/** What a refused deploy must leave as it was: everything that the stack could have touched. */
function untouched(): Promise<string> {
  return host.check(
    'cd /; find etc/sysconfig etc/xen etc/sysctl.conf -type f | sort | xargs sha256sum; ls /etc/xen/auto; xl list | wc -l; brctl show; ip -4 -o addr',
  );
}

async function deployWith(change: Partial<LabFacts>): Promise<CommandResult> {
  project.setFacts({ ...facts, ...change });
  const result = await project.deploy();
  project.setFacts(facts);
  return result;
}

/** Terraform wraps the host's lines; words are what counts. */
function words(result: CommandResult): string {
  return result.output.replace(/\s+/g, ' ');
}

async function expectRefusal(change: Partial<LabFacts>, ...phrases: string[]): Promise<void> {
  const before = await untouched();
  const result = await deployWith(change);
  for (const phrase of phrases) expect(words(result)).toContain(phrase);
  expect(result.status).not.toBe(0);
  expect(await untouched()).toBe(before);
}

test('a wrong host key is refused before anything is sent', async () => {
  await expectRefusal(
    { ssh: { ...facts.ssh, hostKeys: [HOST_KEY] } },
    'does not have the host keys that the stack names; nothing was sent to it',
  );
});

test('an unreachable host is named', async () => {
  await expectRefusal({ ssh: { ...facts.ssh, port: 1 } }, 'cannot reach 127.0.0.1 port 1: is the host up');
});

test('another Xen release than the stack says is refused', async () => {
  await expectRefusal({ xenVersion: '4.6' }, `the host runs Xen ${facts.xenVersion}, the stack says xenVersion '4.6'`);
});

test('a host without brctl is refused with the package to install', async () => {
  await host.check('mv "$(command -v brctl)" /root/brctl-away');
  try {
    await expectRefusal({}, 'missing on the host: brctl', 'yum install bridge-utils');
  } finally {
    await host.check('mv /root/brctl-away /usr/sbin/brctl');
  }
});

test('a full disk is refused', async () => {
  await host.check(`fallocate -l $(($(df -Pk / | awk 'NR == 2 { print $4 }') - 500))K /var/full`);
  try {
    await expectRefusal({}, 'KiB free, 2048 are needed; nothing was changed, make room and deploy again');
  } finally {
    await host.check('rm -f /var/full');
  }
});

test('a deploy builds the bridge under its own connection and starts guests that answer', async () => {
  const result = await deployWith({});
  expect(words(result)).toContain('done: xenbr0 is up on eth0 with 192.0.2.10/24');
  expect(result.status).toBe(0);
  const ports = await host.check('ls /sys/class/net/xenbr0/brif');
  expect(ports.trim().split('\n').sort()).toEqual([
    'eth0',
    expect.stringMatching(/^vif\d+\.0$/),
    expect.stringMatching(/^vif\d+\.0$/),
  ]);
});

test('the MAC is one and the same in stack, configuration, Xen, bridge, wire and guest', async () => {
  const configuration = /mac=([0-9a-f:]{17})/.exec(await host.check('cat /etc/xen/web1'))?.[1];
  const listed = await host.check(`xl network-list web1 | awk 'NR == 2 { print $3 }'`);
  const table = await host.check(`brctl showmacs xenbr0 | awk '$2 == "${WEB1.mac}" { print $3 }'`);
  const inside = /mac=([0-9a-f:]{17})/.exec(await host.check('cat /var/log/xen/console/guest-web1.log'))?.[1];
  const asked = await host.check(
    `wget -q -O - http://${WEB1.address}/ 2>/dev/null || busybox wget -q -O - http://${WEB1.address}/`,
  );
  expect(configuration).toBe(WEB1.mac);
  expect(listed.trim()).toBe(WEB1.mac);
  expect(table.trim()).toBe('no');
  expect(inside).toBe(WEB1.mac);
  expect(asked).toContain(WEB1.mac);
  expect(await lab.outside.arp(WEB1.address)).toEqual([WEB1.mac]);
});

test('a second deploy plans nothing', async () => {
  const { output, status } = await project.diff();
  expect(output).toContain('No changes.');
  expect(status).toBe(0);
});

/** Seconds since a guest was started: a restart would begin it anew. */
async function uptimeOf(guest: string): Promise<number> {
  const text = await host.check(`xl uptime ${guest}`);
  const [, days = '0', hours = '0', minutes = '0', seconds = '0'] =
    /(?:(\d+) days?, +)?(\d+):(\d+):(\d+)/.exec(text) ?? [];
  return ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
}

test('less memory is taken from a running guest at once, which runs on', async () => {
  const before = await uptimeOf('web1');
  const result = await deployWith({ web1: { memoryMiB: 80 } });
  expect(words(result)).toContain('while it runs: xl mem-set 80');
  expect(await host.check('xenstore-read /local/domain/$(xl domid web1)/memory/target')).toBe('81920\n');
  expect(await uptimeOf('web1')).toBeGreaterThan(before);
  expect((await deployWith({})).output).toContain('while it runs: xl mem-set 96');
});

test('more memory than a running guest can get waits for its next boot: that guest alone is changed, and nobody restarted', async () => {
  const ids = await host.check('xl list | awk "{ print \\$1, \\$2 }"');
  const result = await deployWith({ web1: { memoryMiB: 112 } });
  expect(result.output).toContain('Plan: 1 to add, 0 to change, 1 to destroy.');
  expect(words(result)).toContain('for its next reboot or start waits:');
  expect(words(result)).toContain('memory 96 -> 112 MiB: more than its maxmem of now, 96');
  expect(await host.check('grep ^memory /etc/xen/web1 /etc/xen/intern1')).toBe(
    '/etc/xen/web1:memory = 112\n/etc/xen/intern1:memory = 96\n',
  );
  expect(await host.check('xl list | awk "{ print \\$1, \\$2 }"')).toBe(ids);
});

test('a guest whose MAC is in use elsewhere on the LAN is not started', async () => {
  await host.check('xl destroy intern1; xl destroy web1');
  await startSquatter(lab.host('xen02'), `mac=${WEB1.mac},bridge=xenbr0`, '192.0.2.99');
  await lab.outside.awaitArp('192.0.2.99');
  const result = await deployWith({ web1: { memoryMiB: 104 } });
  expect(words(result)).toContain(`error: MAC ${WEB1.mac} is in use: xenbr0 saw it`);
  expect(words(result)).toContain('on port eth0, a machine on the LAN beyond eth0');
  expect(await host.check('grep ^memory /etc/xen/web1')).toBe('memory = 112\n');
});

test('a guest whose address is taken is not started, and the answer names who has it', async () => {
  // The deploy before has started it again, for it was down and should not be.
  await host.check('xl destroy intern1');
  await lab.host('xen02').check('xl destroy squatter');
  await startSquatter(lab.host('xen02'), 'mac=00:16:3e:80:00:77,bridge=xenbr0', '192.0.2.22');
  await lab.outside.awaitArp('192.0.2.22');
  const result = await deployWith({ intern1: { memoryMiB: 104 } });
  expect(words(result)).toContain('error: address 192.0.2.22 is taken: 00:16:3e:80:00:77 answers to it on xenbr0');
  expect(await host.check('grep ^memory /etc/xen/intern1')).toBe('memory = 96\n');
});

test('what failed converges with the next deploy, as soon as the cause is gone', async () => {
  await lab.host('xen02').check('xl destroy squatter');
  // The bridge forgets the other machine's MAC after five minutes; here it is made to forget at once.
  await host.check('PATH=/.strict/real:$PATH ip link set dev xenbr0 type bridge fdb_flush');
  expect((await deployWith({})).status).toBe(0);
  expect(await lab.outside.arp(WEB1.address)).toEqual([WEB1.mac]);
});

test('a guest whose ramdisk is missing on the host is not started, and nothing of it is written', async () => {
  await host.check('xl destroy intern1; mv /boot/guest/initrd.img /boot/guest/away');
  try {
    const result = await deployWith({ intern1: { memoryMiB: 120 } });
    expect(words(result)).toContain('error: missing on the host: /boot/guest/initrd.img');
    expect(words(result)).toContain('nothing was changed');
    expect(await host.check('grep ^memory /etc/xen/intern1')).toBe('memory = 96\n');
  } finally {
    await host.check('mv /boot/guest/away /boot/guest/initrd.img');
  }
});

test('a guest that somebody started with another MAC is not taken for the promised one', async () => {
  const other = '00:16:3e:80:00:99';
  await host.check(`sed 's/mac=[0-9a-f:]*/mac=${other}/' /etc/xen/intern1 > /root/other && xl create -q /root/other`, {
    timeoutSeconds: 300,
  });
  const result = await deployWith({});
  expect(words(result)).toContain(`runs with MAC ${other} on vif 0, promised: `);
  expect(result.status).not.toBe(0);
  await host.check('xl destroy intern1');
  expect((await deployWith({})).status).toBe(0);
});

test('a change that has to wait restarts the guest where its policy says so', async () => {
  const before = await host.check('xl domid web1');
  const result = await deployWith({ web1: { memoryMiB: 104, onChange: ChangePolicy.RESTART } });
  expect(words(result)).toContain('restarting the guest, as its policy says, for: memory 96 -> 104 MiB');
  expect(result.status).toBe(0);
  expect(await host.check('xl domid web1')).not.toBe(before);
  expect(await lab.outside.arp(WEB1.address)).toEqual([WEB1.mac]);
});

test('a guest that leaves the stack leaves the host, the plan names it, and the others run on', async () => {
  const before = await uptimeOf('web1');
  const change = { web1: { memoryMiB: 104, onChange: ChangePolicy.RESTART }, leaving: ['intern1'] };
  project.setFacts({ ...facts, ...change });
  expect((await project.diff()).output).toMatch(/"guests" += "intern1 web1" -> "web1"/);
  const result = await deployWith(change);
  expect(words(result)).toContain('guest intern1: retired, configuration set aside in /var/lib/cdktf-xen/retired/');
  expect(await host.check("xl list | awk 'NR > 1 { print $1 }'")).toBe('Domain-0\nweb1\n');
  expect(await uptimeOf('web1')).toBeGreaterThan(before);
});

test('disks and vifs come to a running guest and go, and nobody restarts it', async () => {
  await host.check('lab-volume-group vg0 96 && for name in plug1 data; do lvcreate -q -n $name -L 16M vg0; done');
  const stays = { web1: { memoryMiB: 104, onChange: ChangePolicy.RESTART }, leaving: ['intern1'] };
  const vif = { antiSpoofing: true, rate: '100Mb/s@20ms' };
  const first = { ...stays, plug1: { disks: ['vg0/plug1'], addresses: ['192.0.2.31'], vif } };
  const { status, output } = await deployWith(first);
  expect(output).toContain('answers to 192.0.2.31 on xenbr0');
  expect(status).toBe(0);
  const before = await uptimeOf('plug1');

  const more = { ...stays, plug1: { disks: ['vg0/plug1', 'vg0/data'], addresses: ['192.0.2.31', '192.0.2.32'], vif } };
  const plugged = words(await deployWith(more));
  expect(plugged).toMatch(/while it runs: xl block-attach \S*\/dev\/vg0\/data/);
  expect(plugged).toMatch(/while it runs: xl network-attach 00:16:3e:\S+ xenbr0 ip=192\.0\.2\.32 rate=100Mb\/s@20ms/);
  expect(plugged).toContain(
    'is plugged in; inside the guest its interface is not up yet: nobody answers to 192.0.2.32',
  );
  expect(await host.check("xl block-list plug1 | awk 'NR > 1 { print $4 }'")).toBe('4\n4\n');
  expect(await host.check("xl network-list plug1 | awk 'NR > 1 { print $5 }'")).toBe('4\n4\n');
  project.setFacts({ ...facts, ...more });
  expect((await project.diff()).output).toContain('No changes.');

  const less = words(await deployWith(first));
  expect(less).toContain('while it runs: xl block-detach xvdb');
  expect(less).toContain('while it runs: xl network-detach 1');
  expect(await host.check("xl block-list plug1 | awk 'NR > 1' | wc -l; xl network-list plug1 | wc -l")).toBe('1\n2\n');
  project.setFacts({ ...facts, ...first });
  expect((await project.diff()).output).toContain('No changes.');
  expect(await uptimeOf('plug1')).toBeGreaterThan(before);

  // The guest keeps the address, and only the stack no longer knows it.
  const untold = { ...stays, plug1: { disks: ['vg0/plug1'], addresses: ['192.0.2.31'], untold: true } };
  const heard = words(await deployWith(untold));
  expect(heard).toMatch(
    /vif 0: 00:16:3e:\S+ is heard on xenbr0, behind vif\d+\.0; it has an address that the stack does/,
  );
  expect(heard).toContain('vif 0: ip, script, rate, model or type');
  project.setFacts({ ...facts, ...untold });
  expect((await project.diff()).output).toContain('No changes.');
  expect(await uptimeOf('plug1')).toBeGreaterThan(before);
});

test('destroy shuts guests down, sets their files aside, and leaves the bridge and the way to the host', async () => {
  const { status, output } = await project.destroy();
  expect(output).toContain('guest web1: retired, configuration set aside in /var/lib/cdktf-xen/retired/');
  expect(status).toBe(0);
  expect((await host.check('xl list')).trim().split('\n')).toHaveLength(2);
  expect(await host.check('ls /etc/xen/auto')).toBe('');
  expect(await host.check('ls /var/lib/cdktf-xen/retired/*')).toContain('web1');
  expect((await host.check('ls /sys/class/net/xenbr0/brif')).trim()).toBe('eth0');
});
