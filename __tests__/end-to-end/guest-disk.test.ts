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

let lab: Lab;
let host: LabHost;
let runs = 0;

beforeAll(async () => {
  lab = await Lab.start({ hosts: ['xen01'] });
  host = lab.host('xen01');
  const runtime = execFileSync('tar', ['cz', '-C', ROOT, 'lib/runtime', 'lab/guest-images/apply.sh']).toString(
    'base64',
  );
  await host.check('mkdir -p /root/runtime && base64 -d | tar xz -C /root/runtime', { stdin: runtime });
  await host.check('brctl addbr br9 && ip link set br9 up');
  await host.check('lab-volume-group vg0 256 && lvcreate -q -n web1 -L 64M vg0');
  await host.check(`lab-guest-disk /dev/vg0/web1 192.0.2.99 ${OLD_MAC} web1`);
});

beforeEach(() => {
  process.stderr.write(`      ${new Date().toTimeString().slice(0, 8)} ${expect.getState().currentTestName ?? ''}\n`);
});

afterAll(async () => {
  await lab.stop();
});

interface Run {
  readonly domu?: string;
  readonly disk?: string;
  readonly root?: string;
  readonly os?: string;
  readonly killAt?: number;
}

/** Writes the identity as a deploy would. */
function write({
  domu = 'web1',
  disk = 'phy,/dev/vg0/web1',
  root = 'whole',
  os = 'el6',
  killAt,
}: Run = {}): Promise<CommandResult> {
  runs += 1;
  const folder = `/root/run${runs}`;
  const options = `--guest-os ${os} --root-disk ${disk} --root ${root} --guest-hostname ${domu} --guest-nic ${NIC}`;
  const kill = killAt === undefined ? '' : `KILL_AT=${killAt} `;
  return host.run(
    `mkdir ${folder} && ln -s /root/runtime/lib/runtime ${folder}/runtime && cd ${folder} && ${kill}bash /root/runtime/lab/guest-images/apply.sh write r${runs} ${domu} ${options}`,
  );
}

async function start(mac: string): Promise<CommandResult> {
  const lines = [
    'name = "web1"',
    'memory = 96',
    'kernel = "/boot/guest/vmlinux"',
    'ramdisk = "/boot/guest/initrd.img"',
    'extra = "root=/dev/xvda console=hvc0 mitigations=off quiet"',
    'disk = [ "phy:/dev/vg0/web1,xvda,w" ]',
    `vif = [ "mac=${mac},bridge=br9" ]`,
  ];
  await host.check(`printf '%s\\n' '${lines.join("' '")}' > /root/web1; : > /var/log/xen/console/guest-web1.log`);
  return host.run('xl create -q /root/web1', { timeoutSeconds: 300 });
}

/** What the guest says on its console once it is up. */
async function said(words: string): Promise<string> {
  return host.check(
    `for i in $(seq 120); do grep -a 'GUEST: ${words}' /var/log/xen/console/guest-web1.log && exit; sleep 1; done; tail /var/log/xen/console/guest-web1.log; exit 1`,
  );
}

/** What is left of an opening: mappings of ours, loop devices on the disk, mounts, notes. */
function leftOpen(): Promise<string> {
  return host.check(
    'dmsetup ls | grep cdktf-xen || :; losetup -a | grep -v /var/lib/lab || :; grep guest-disk /proc/mounts || :; ls /var/lib/cdktf-xen/guest-disk 2>/dev/null || :; ls /dev/mapper | grep cdktf-xen || :',
  );
}

test('a copied guest comes up with the promised MAC once its disk has it', async () => {
  const { stdout, status } = await write();
  expect(stdout).toContain(`identity on the disk: eth0 ${MAC} 192.0.2.21/24, host name web1`);
  expect(status).toBe(0);
  expect(await leftOpen()).toBe('');
  expect((await start(MAC)).status).toBe(0);
  expect(await said('up name=')).toContain(`up name=web1 ip=192.0.2.21 mac=${MAC}`);
});

test('the disk of a running guest is left alone, under its own name and under another', async () => {
  expect((await write()).stdout).toMatch(/error: .*the guest runs \(domain \d+\)/);
  expect((await write({ domu: 'web2' })).stdout).toMatch(/error: .*guest web1 \(domain \d+\) has it attached/);
  expect(await leftOpen()).toBe('');
});

test('a saved guest is left alone', async () => {
  await host.check('xl save web1 /var/lib/xen/save/web1', { timeoutSeconds: 300 });
  expect((await write()).stdout).toContain('the guest is saved in /var/lib/xen/save/web1');
  await host.check('rm /var/lib/xen/save/web1');
});

test('after a guest that was destroyed the file system is put in order, and nothing is to be written', async () => {
  expect((await start(MAC)).status).toBe(0);
  await said('up name=');
  await host.check('xl destroy web1; sleep 2');
  const { stdout, status } = await write();
  expect(stdout).toContain('identity on the disk is right already');
  expect(status).toBe(0);
  expect(await host.check('e2fsck -fn /dev/vg0/web1 >/dev/null 2>&1 && echo whole')).toBe('whole\n');
});

test('a guest whose vif has another MAC than its disk stays off the network', async () => {
  expect((await start('00:16:3e:80:00:99')).status).toBe(0);
  expect(await said('Device eth0 has different MAC')).toContain('ignoring');
  await host.check('xl destroy web1; sleep 2');
});

test('Xen does not start a guest on a disk that a killed run has left open for writing, and the next run closes it', async () => {
  await host.check(`lab-guest-disk /dev/vg0/web1 192.0.2.99 ${OLD_MAC} web1`);
  // The mapping for writing is open from some step on; the run is ended at the first one where it is.
  for (let step = 8; !(await host.check('dmsetup ls')).includes('cdktf-xen-web1'); step += 1) {
    const { stdout, status } = await write({ killAt: step });
    if (status === 0) throw new Error(`no step left the mapping open: ${stdout}`);
  }
  expect((await start(MAC)).status).not.toBe(0);
  await host.check('xl destroy web1 2>/dev/null || :');
  const { stdout, status } = await write();
  expect(stdout).toContain('an earlier run ended while the disk of guest web1 was open; closing it');
  expect(status).toBe(0);
  expect(await leftOpen()).toBe('');
  expect((await start(MAC)).status).toBe(0);
  expect(await said('up name=')).toContain(`ip=192.0.2.21 mac=${MAC}`);
  await host.check('xl destroy web1; sleep 2');
});

test.each(['lvm', 'lvm-in-pieces'] as const)(
  "an EL5 root in a volume group of dom0's own name, on a disk of the form %s, is written",
  async (layout) => {
    const bed = await DiskBed.open();
    const image = bed.disk('el5', layout);
    const content = gzipSync(readFileSync(image.path)).toString('base64');
    await bed.close();
    await host.check(
      '[ -d /dev/VolGroup00 ] || lab-volume-group VolGroup00 200; lvremove -q -f VolGroup00/web5 2>/dev/null; lvcreate -q -y -n web5 -L 80M VolGroup00',
    );
    await host.check('base64 -d | gunzip | dd of=/dev/VolGroup00/web5 bs=1M conv=fsync', { stdin: content });
    const run = { domu: 'web5', disk: 'phy,/dev/VolGroup00/web5', root: 'lv,VolGroup00/LogVol00', os: 'el5' };
    const first = await write(run);
    expect(first.stdout).toContain("wrote /etc/sysconfig/hwconf on the guest's disk");
    expect(first.status).toBe(0);
    expect((await write(run)).stdout).toContain('identity on the disk is right already');
    expect(await leftOpen()).toBe('');
    expect(await host.check('lvs --noheadings -o lv_name VolGroup00')).toMatch(/^ *web5 *\n$/);
  },
);
