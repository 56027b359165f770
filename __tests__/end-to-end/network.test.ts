import { resolveEngine } from '../../lab/engine/engine';
import { type CommandResult, factsOf, LabProject } from '../../lab/project';
import { Lab } from '../../lab/xen/lab';
import type { LabHost } from '../../lab/xen/lab-host';
import type { LabFacts } from '../../stacks/lab';

/*
 * What a change of a host's network does to a real host and its running guests, when it goes well and when it does not.
 * The tests tell one story and run in this order.
 */

jest.setTimeout(1_500_000);

const GUESTS = { web1: '192.0.2.21', intern1: '192.0.2.22' };

let lab: Lab;
let host: LabHost;
let plain: LabFacts;
let project: LabProject;
/** What is deployed to the host now. */
let facts: LabFacts;

beforeAll(async () => {
  lab = await Lab.start({ hosts: ['xen01'] });
  host = lab.host('xen01');
  plain = await factsOf(host);
  facts = plain;
  project = LabProject.create(await resolveEngine(), { facts: plain });
});

beforeEach(() => {
  // The whole takes minutes; a person who waits wants to see where it is.
  process.stderr.write(`      ${new Date().toTimeString().slice(0, 8)} ${expect.getState().currentTestName ?? ''}\n`);
});

afterAll(async () => {
  await lab.stop();
  project.remove();
});

function deploy(change: LabFacts): Promise<CommandResult> {
  project.setFacts(change);
  return project.deploy();
}

/** A deploy that has to go well; from now on this is what the host has. */
async function deployed(change: LabFacts): Promise<string> {
  const result = await deploy(change);
  if (result.status !== 0) throw new Error(`the deploy ended with status ${result.status}:\n${result.output}`);
  facts = change;
  return words(result);
}

/** Terraform wraps the host's lines; words are what counts. */
function words({ output }: CommandResult): string {
  return output.replace(/[\s│╷╵]+/g, ' ');
}

/** Waits for something that the host's console says from now on. */
function awaitConsole(phrase: string, seconds = 300): Promise<void> {
  const before = host.consoleLog().length;
  return until(`the console says '${phrase}'`, seconds, () => host.consoleLog().slice(before).includes(phrase));
}

async function until(what: string, seconds: number, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`not within ${seconds} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** The network's files and where the addresses are: what a way back has to restore to the byte. */
function network(): Promise<string> {
  return host.check(
    'cd /etc/sysconfig; find . -type f | sort | xargs sha256sum; find . -type f | sort | xargs stat -c "%n %a %U:%G"; ip -4 -o addr; ip route; brctl show | grep -v vif',
  );
}

/** Name and id of each running guest: a guest that was restarted has another id. */
function domains(): Promise<string> {
  return host.check(`xl list | awk 'NR > 2 { print $1, $2 }' | sort`);
}

async function expectGuestsAnswer(): Promise<void> {
  for (const address of Object.values(GUESTS)) expect(await lab.outside.awaitArp(address)).toHaveLength(1);
}

/** Reboots a guest from inside the Xen host, as its own `reboot` does, and waits until it answers again. */
async function rebootGuest(name: keyof typeof GUESTS): Promise<void> {
  const id = (await host.check(`xl domid ${name}`)).trim();
  await host.check(`xl reboot ${name}`);
  await until(`${name} has rebooted`, 180, async () => {
    const { status, stdout } = await host.run(`xl domid ${name}`);
    return status === 0 && stdout.trim() !== id;
  });
  expect(await lab.outside.awaitArp(GUESTS[name])).toHaveLength(1);
}

async function idOfRollback(): Promise<string> {
  return (await host.check(`sed -n 's/^id //p' /var/lib/cdktf-xen/net/rolled-back`)).trim();
}

test('the bridge is made under the very connection, two guests start on it, and the console tells of it', async () => {
  expect(await deployed(plain)).toContain('done: xenbr0 is up on eth0 with 192.0.2.10/24, confirmed from outside');
  await expectGuestsAnswer();
  expect((await domains()).match(/^(intern1|web1) \d+$/gm)).toHaveLength(2);
  expect(host.consoleLog()).toContain('cdktf-xen: xen01 bridge-xenbr0: switching eth0 under xenbr0');
  expect(host.consoleLog()).toContain('cdktf-xen: xen01 bridge-xenbr0: done: xenbr0 is up on eth0');
  expect(await host.check('ls /etc/rc.d/rc3.d')).toContain('S09cdktf-xen-net');
});

test('another MTU and delay replace the bridge alone, say what it may cost, and the guests stay', async () => {
  const before = await domains();
  const timeouts = { verifySeconds: 94, confirmSeconds: 154, rollbackSeconds: 208 };
  const change = { ...plain, xenbr0: { mtu: 1400, delaySeconds: 2, timeouts } };
  project.setFacts(change);
  const plan = await project.diff();
  expect(plan.output).toMatch(/worst_case_outage_seconds"?\s*=\s*"245" -> "253"/);
  expect(plan.output).toContain('Plan: 1 to add, 0 to change, 1 to destroy.');
  expect(plan.output).toMatch(/bridge_xenbr0[^\n]* must be replaced/);
  await deployed(change);
  expect(await domains()).toBe(before);
  expect((await host.check('cat /sys/class/net/{eth0,xenbr0,vif*}/mtu')).trim().split('\n')).toEqual(
    Array(4).fill('1400'),
  );
  await expectGuestsAnswer();
});

test('a switch that nobody confirms goes back to the byte, and the deploy says why', async () => {
  const [files, running] = [await network(), await domains()];
  const timeouts = { verifySeconds: 25, confirmSeconds: 35, rollbackSeconds: 50 };
  facts = { ...plain, xenbr0: { mtu: 1300, timeouts } };
  const cut = awaitConsole('switching eth0 under xenbr0').then(() => lab.network.drop('xen01'));
  const back = awaitConsole('the old network is back', 900).finally(() => lab.network.restore('xen01'));
  const result = await deploy(facts);
  await Promise.all([cut, back]);
  expect(words(result)).toContain('error: the network was put back as it was:');
  expect(words(result)).toContain(`acknowledgeRollback: '${await idOfRollback()}' in the stack`);
  expect(result.status).not.toBe(0);
  expect(await network()).toBe(files);
  expect(await domains()).toBe(running);
  await expectGuestsAnswer();
});

test('the next plan shows the rollback, the next deploy refuses until it is acknowledged, then all is clean', async () => {
  const id = await idOfRollback();
  const plan = await project.diff();
  expect(plan.output).toContain(`rollback ${id}, `);
  expect(words(plan)).toMatch(
    /rolled back: (gateway 192\.0\.2\.1 does not answer|nobody confirmed|the new state did not)/,
  );
  const running = await network();
  const refused = await deploy(facts);
  expect(words(refused)).toContain(`mend the cause, then say so: acknowledgeRollback: '${id}'`);
  expect(refused.status).not.toBe(0);
  expect(await network()).toBe(running);
  const said = await deployed({ ...plain, xenbr0: { mtu: 1300, acknowledgeRollback: id } });
  expect(said).toContain(`rollback ${id} is acknowledged`);
  expect((await project.diff()).output).toContain('No changes.');
  await expectGuestsAnswer();
});

test('a power cut in the window leads back to the old files', async () => {
  const before = await network();
  const cut = awaitConsole('switching eth0 under xenbr0').then(() => host.powerCut());
  // The deploy asks on until the host is there again, and learns what has become of its change.
  const timeouts = { verifySeconds: 10, confirmSeconds: 15, rollbackSeconds: 25 };
  const abandoned = deploy({ ...plain, xenbr0: { mtu: 1200, timeouts } });
  await cut;
  await host.boot();
  expect((await abandoned).status).not.toBe(0);
  expect(await network()).toBe(before);
  expect(await host.check('cat /var/lib/cdktf-xen/net/rolled-back')).toContain('the host went down before the switch');
  await deployed({ ...facts, xenbr0: { mtu: 1300, acknowledgeRollback: await idOfRollback() } });
  expect((await project.diff()).output).toContain('No changes.');
  await expectGuestsAnswer();
});

test('a bridge gets another name under running guests, and they find it when they reboot', async () => {
  const before = await domains();
  await deployed({ ...plain, xenbr0: { mtu: 1300, name: 'br0', renamedFrom: 'xenbr0' } });
  expect(await domains()).toBe(before);
  expect((await host.check('ls /sys/class/net/br0/brif')).trim().split('\n')).toHaveLength(3);
  expect(await host.run('test -e /sys/class/net/xenbr0')).toMatchObject({ status: 1 });
  await expectGuestsAnswer();
  await rebootGuest('web1');
  const vif = `vif${(await host.check('xl domid web1')).trim()}.0`;
  expect(await host.check('ls /sys/class/net/br0/brif')).toContain(vif);
  await deployed({ ...plain, xenbr0: { mtu: 1300, name: 'br0' } });
  expect((await project.diff()).output).toContain('No changes.');
});

test('a guest on a renamed bridge comes back from a saved image, too', async () => {
  await host.check(
    'xl save intern1 /root/intern1.save && xl restore /root/intern1.save </dev/null && rm /root/intern1.save',
    {
      timeoutSeconds: 300,
    },
  );
  expect(await lab.outside.awaitArp(GUESTS.intern1)).toHaveLength(1);
});

test('a running guest reboots from inside into what was deployed since', async () => {
  const before = await domains();
  const said = await deployed({ ...facts, web1: { memoryMiB: 104 } });
  expect(said).toContain('for its next reboot or start waits:');
  expect(await domains()).toBe(before);
  await rebootGuest('web1');
  expect((await host.check(`xl list web1 | awk 'NR == 2 { print $3 }'`)).trim()).toBe('104');
});

test('a second bridge without a way out is added beside the first', async () => {
  const before = await domains();
  const said = await deployed({ ...facts, hostOnlyBridge: 'xenbr1' });
  expect(said).toContain('done: xenbr1 is up');
  expect(await host.check('ls /sys/class/net/xenbr1/brif')).not.toContain('eth0');
  expect(await domains()).toBe(before);
  await expectGuestsAnswer();
});

test('a bridge is dissolved only when no guest is on it, and can be made again', async () => {
  const dissolve = { ...facts, guests: false, xenbr0: { name: 'br0', dissolve: true } };
  // The described guests leave first; somebody else's is on the bridge.
  const lines = [
    'name = "stranger"',
    'memory = 96',
    'kernel = "/boot/guest/vmlinux"',
    'ramdisk = "/boot/guest/initrd.img"',
    'extra = "console=hvc0 mitigations=off quiet guest.name=stranger guest.ip=192.0.2.77/24 guest.gw=192.0.2.1"',
    'vif = [ "mac=00:16:3e:80:00:77,bridge=br0" ]',
  ];
  await host.check(`printf '%s\\n' '${lines.join("' '")}' >/root/stranger && xl create -q /root/stranger`, {
    timeoutSeconds: 300,
  });
  const before = await network();
  const refused = await deploy(dissolve);
  expect(words(refused)).toMatch(/error: bridge br0 is in use by: vif\d+\.0 \(guest stranger\)/);
  expect(refused.status).not.toBe(0);
  expect(await network()).toBe(before);

  await host.check('xl destroy stranger; rm /root/stranger');
  await deployed(dissolve);
  expect(await host.check('ip -4 -o addr show dev eth0')).toContain('192.0.2.10/24');
  expect(await host.run('test -e /sys/class/net/br0')).toMatchObject({ status: 1 });

  await deployed(plain);
  await expectGuestsAnswer();
  expect((await project.diff()).output).toContain('No changes.');
});
