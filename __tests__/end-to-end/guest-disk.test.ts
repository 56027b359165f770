import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DiskBed, NIC } from '../../lab/guest-images/disk-bed';
import type { CommandResult } from '../../lab/xen/ssh';
import { Lab } from '../../lab/xen/lab';
import type { LabHost } from '../../lab/xen/lab-host';

/*
 * A guest's disk in a real dom0: real device-mapper and LVM, real domains and xenstore, and a guest that looks at the
 * HWADDR on its disk. The tests tell one story and run in this order.
 */

jest.setTimeout(600_000);

const ROOT = join(__dirname, '../..');
const MAC = '00:16:3e:a6:05:8f';
const OLD_MAC = '00:16:3e:11:22:33';
const OTHER_MAC = '00:16:3e:80:00:99';

let lab: Lab;
let host: LabHost;
let runs = 0;

beforeAll(async () => {
  lab = await Lab.start({ hosts: ['xen01'] });
  host = lab.host('xen01');
  const runtime = execFileSync('tar', ['cz', '-C', ROOT, 'lib/runtime', 'lab/guest-images/apply.sh']);
  await send(runtime, 'mkdir /root/parts && tar xz -C /root/parts');
  await host.check('brctl addbr br9 && ip link set br9 up');
  await host.check('lab-volume-group vg0 128 && lvcreate -q -n web1 -L 64M vg0');
  await host.check(`lab-guest-disk /dev/vg0/web1 192.0.2.99 ${OLD_MAC} web1 && tune2fs -j /dev/vg0/web1`);
});

beforeEach(() => {
  process.stderr.write(`      ${new Date().toTimeString().slice(0, 8)} ${expect.getState().currentTestName ?? ''}\n`);
});

afterAll(async () => {
  await lab.stop();
});

async function send(content: Buffer, command: string): Promise<void> {
  await host.check(`set -o pipefail; base64 -d | { ${command}; }`, { stdin: content.toString('base64') });
}

interface Run {
  readonly domu?: string;
  readonly disk?: string;
  readonly root?: string;
  readonly os?: string;
  readonly killAt?: string;
}

/** Writes the identity as a deploy would. */
function write({
  domu = 'web1',
  disk = 'phy,/dev/vg0/web1',
  root = 'whole',
  os = 'el6',
  killAt = '',
}: Run = {}): Promise<CommandResult> {
  runs += 1;
  const folder = `/root/run${runs}`;
  const options = `guest-os ${os} root-disk ${disk} root ${root} guest-hostname ${domu} guest-nic ${NIC}`;
  return host.run(
    `mkdir ${folder} && ln -s /root/parts/lib/runtime ${folder}/ && cd ${folder} && KILL_AT=${killAt} bash /root/parts/lab/guest-images/apply.sh write r${runs} ${domu} ${options}; exit $?`,
  );
}

function start(mac: string): Promise<CommandResult> {
  const lines = [
    'name = "web1"',
    'memory = 96',
    'kernel = "/boot/guest/vmlinux"',
    'ramdisk = "/boot/guest/initrd.img"',
    'extra = "root=/dev/xvda console=hvc0 mitigations=off quiet"',
    'disk = [ "phy:/dev/vg0/web1,xvda,w" ]',
    `vif = [ "mac=${mac},bridge=br9" ]`,
  ];
  return host.run(
    `printf '%s\\n' '${lines.join("' '")}' > /root/web1; : > /var/log/xen/console/guest-web1.log; xl create -q /root/web1`,
  );
}

/** What the guest says on its console until it is up. */
function saidByGuest(): Promise<string> {
  return host.check(
    `cd /var/log/xen/console; for i in $(seq 240); do grep -aq 'GUEST: up .*mac=.\\{17\\}' guest-web1.log && break; sleep 1; done; tr -d '\\r' < guest-web1.log`,
  );
}

/** What is left of an opening: mappings of ours, loop devices, mounts, notes. */
function leftOpen(): Promise<string> {
  return host.check(
    '{ dmsetup ls; ls /dev/mapper; } | grep cdktf-xen; losetup -a | grep -v /var/lib/lab; grep guest-disk /proc/mounts; ls /var/lib/cdktf-xen/guest-disk; :',
  );
}

test('a run that is killed leaves the disk open, and Xen starts no guest on it', async () => {
  expect((await write({ killAt: 'mv' })).status).toBe(137);
  expect(await leftOpen()).toContain('cdktf-xen-web1');
  const { status, stderr } = await start(MAC);
  expect(stderr).toContain('/dev/mapper/vg0-web1 is mounted in the privileged domain');
  expect(status).not.toBe(0);
});

test('the next run closes what the killed one has left open, and writes', async () => {
  const { stdout, status } = await write();
  expect(stdout).toContain('an earlier run ended while the disk of guest web1 was open; closing it');
  expect(stdout).toContain(`identity on the disk: eth0 ${MAC} 192.0.2.21/24, host name web1`);
  expect(status).toBe(0);
  expect(await leftOpen()).toBe('');
});

test('a copied guest comes up with the promised MAC once its disk has it', async () => {
  expect((await start(MAC)).status).toBe(0);
  expect(await saidByGuest()).toContain(`GUEST: up name=web1 ip=192.0.2.21 mac=${MAC}\n`);
  expect(await host.check('brctl showmacs br9')).toContain(MAC);
});

test('the disk of a running guest is left alone, under its own name and under another', async () => {
  expect((await write()).stdout).toMatch(/error: .*the guest runs \(domain \d+\)/);
  expect((await write({ domu: 'web2' })).stdout).toMatch(/error: .*guest web1 \(domain \d+\) has it attached/);
});

test('a saved guest is left alone', async () => {
  await host.check('xl save web1 /var/lib/xen/save/web1');
  expect((await write()).stdout).toContain('the guest is saved in /var/lib/xen/save/web1');
  await host.check('rm /var/lib/xen/save/web1');
});

test('a guest whose vif has another MAC than its disk stays off the network', async () => {
  expect((await start(OTHER_MAC)).status).toBe(0);
  expect(await saidByGuest()).toContain(`ip= mac=${OTHER_MAC}\n`);
  expect(await host.check('brctl showmacs br9')).not.toContain(OTHER_MAC);
});

test('after a guest that was destroyed the journal is replayed, and nothing is to be written', async () => {
  await host.check('xl destroy web1');
  expect(await host.check('dumpe2fs -h /dev/vg0/web1 2>/dev/null | grep features')).toContain('needs_recovery');
  const { stdout, status } = await write();
  expect(stdout).toContain('the guest was not shut down cleanly: putting its ext4 in order (e2fsck -p)');
  expect(stdout).toContain('identity on the disk is right already');
  expect(status).toBe(0);
  await host.check('e2fsck -fn /dev/vg0/web1');
  expect(await leftOpen()).toBe('');
});

test.each(['lvm', 'lvm-in-pieces'] as const)(
  "an EL5 root in a volume group of dom0's own name, on a disk of the form %s, is written",
  async (layout) => {
    const bed = await DiskBed.open();
    const content = readFileSync(bed.disk('el5', layout).path);
    await bed.close();
    let used = content.length;
    while (content[used - 1] === 0) used -= 1;
    await host.check(
      '[ -d /dev/VolGroup00 ] || { lab-volume-group VolGroup00 100 && lvcreate -q -n web5 -L 80M VolGroup00; }',
    );
    await send(
      gzipSync(content.subarray(0, used)),
      'gunzip | dd of=/dev/VolGroup00/web5 bs=1M iflag=fullblock conv=fsync',
    );
    const { stdout, status } = await write({
      domu: 'web5',
      disk: 'phy,/dev/VolGroup00/web5',
      root: 'lv,VolGroup00/LogVol00',
      os: 'el5',
    });
    expect(stdout).toContain("wrote /etc/sysconfig/hwconf on the guest's disk");
    expect(status).toBe(0);
    await host.check(`grep -aq 'HWADDR=${MAC.toUpperCase()}' /dev/VolGroup00/web5`);
    expect(await leftOpen()).toBe('');
    expect(await host.check('lvs --noheadings -o lv_name VolGroup00')).toMatch(/^ *web5 *\n$/);
  },
);
