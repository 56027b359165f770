import { type BedHost, openBedHost } from '../../../helpers/bed-host';
import { NET, SHORT, phaseOf, switchAndLeave, until, untilClosed } from '../../../helpers/switch-window';

const SCRIPTS = '/etc/sysconfig/network-scripts';

let host: BedHost;

beforeEach(async () => {
  host = await openBedHost();
}, 30_000);

afterEach(async () => {
  await host.bed.close();
}, 30_000);

/** Puts a program before the real one; it works on what its script calls "$text", its standard input. */
function before(program: string, script: string): void {
  host.bed.write(
    `/usr/sbin/${program}`,
    `#!/bin/bash\nread -r text\n${script}\nprintf '%-15s\\n' "$text" | /usr/bin/${program} "$@"\n`,
    0o755,
  );
}

test.each([
  ['text that bash would run', 'rollback-at a[$(touch /tmp/ran)]'],
  ['nothing', ''],
  ['a day that is far away', 'rollback-at 99999999999'],
])(
  'a switch whose timers are %s goes back at once, and waits for nobody',
  async (_, timers) => {
    before('dd', `case $text in armed) printf '%s' '${timers}' >timers ;; esac`);
    await switchAndLeave(host, {});
    await untilClosed(host, 'rolled-back', 70);
    expect(host.bed.read(`${NET}/rolled-back`)).toMatch(/^why \S+\/timers does not say any longer when to go back$/m);
    expect((await host.bed.state()).addresses).toEqual({ eth0: ['192.0.2.10/24'] });
    expect(host.bed.exists('/tmp/ran')).toBe(false);
  },
  120_000,
);

test('a switch that can not put all of its files in place goes back, and says which one', async () => {
  // Nothing can be renamed over a mount.
  await host.bed.dom0(['bash', '-c', 'mount --bind /etc/sysconfig/network /etc/sysconfig/network']);
  const file = host.bed.read(`${SCRIPTS}/ifcfg-eth0`);
  const { status, output } = await host.carry(host.tree(), 'bridge-xenbr0');
  expect(output).toContain('going back: /etc/sysconfig/network could not be written');
  expect(output).toContain('error: the network was put back as it was:');
  expect(status).toBe(1);
  expect(host.bed.read(`${SCRIPTS}/ifcfg-eth0`)).toBe(file);
  expect((await host.bed.state()).addresses).toEqual({ eth0: ['192.0.2.10/24'] });
}, 120_000);

test('a record that can not be written fails the deploy, and the next one writes it', async () => {
  const units = '/var/lib/cdktf-xen/units';
  const lock = `mkdir -p ${units}; mount --bind ${units} ${units}; mount -o remount,ro,bind ${units}`;
  await host.bed.dom0(['bash', '-c', lock]);
  const first = await host.carry(host.tree(), 'bridge-xenbr0');
  expect(first.output).toContain(`error: cannot write the record of bridge-xenbr0 below ${units}`);
  expect(first.output).toContain('error: the switch stays, but bridge-xenbr0 could not be recorded');
  expect(first.status).toBe(1);
  expect((await host.bed.state()).addresses).toEqual({ xenbr0: ['192.0.2.10/24'] });
  await host.bed.dom0(['umount', units]);
  const second = await host.carry(host.tree(), 'bridge-xenbr0');
  expect(second.status).toBe(0);
  expect(host.bed.exists(`${units}/bridge-xenbr0/sha256`)).toBe(true);
}, 120_000);

test('a switch whose beginning can not be written down does not begin', async () => {
  before('dd', 'case $text in switching) exit 1 ;; esac');
  const { status, output } = await host.carry(host.tree(), 'bridge-xenbr0');
  expect(output).toContain('error: the switch can not be begun');
  expect(output).toContain('the switch was given up before it began; nothing was changed, deploy again');
  expect(status).toBe(1);
  expect((await host.bed.state()).addresses).toEqual({ eth0: ['192.0.2.10/24'] });
}, 120_000);

test('a way back whose end can not be written down is walked once', async () => {
  before('dd', 'case $text in rolled-back) exit 1 ;; esac');
  await host.bed.dom0(['bash', '-c', 'mount --bind /etc/sysconfig/network /etc/sysconfig/network']);
  await switchAndLeave(host, {});
  const processes = async () =>
    (await host.bed.dom0(['bash', '-c', 'ps ax | grep "runtime/host/network/[sg]" || :'])).stdout;
  await until(async () => (await processes()) === '', 90);
  const log = host.bed.read(`${NET}/last/log`);
  expect(log.match(/: going back: /g)).toHaveLength(1);
  expect(log).toContain("it says 'rolling-back', not 'rolled-back'");
  expect((await host.bed.state()).addresses).toEqual({ eth0: ['192.0.2.10/24'] });
}, 150_000);

test('a way back that can not put all of its files back says so, for the next boot would read them', async () => {
  await switchAndLeave(host, { bridge: SHORT });
  await until(() => phaseOf(host) === 'awaiting');
  const network = '/etc/sysconfig/network';
  await host.bed.dom0(['bash', '-c', `mount --bind ${network} ${network}; mount -o remount,ro,bind ${network}`]);
  await untilClosed(host, 'rolled-back', 70);
  const record = host.bed.read(`${NET}/rolled-back`);
  expect(record).toMatch(
    /^why not all of the old files could be put back, see \S+\/log: put them back before the host boots/m,
  );
  expect((await host.bed.state()).addresses).toEqual({ eth0: ['192.0.2.10/24'] });
  expect(host.bed.exists('/var/log/reboot-asked')).toBe(false);
}, 120_000);
