import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, linkSync, openSync } from 'node:fs';
import { type DiskBed } from '../../../../lab/guest-images/disk-bed';
import type { GuestImage } from '../../../../lab/guest-images/image';
import { SCRIPTS } from '../../../../lab/guest-images/root-tree';
import { DiskCases } from '../../../helpers/guest-disk';

/* Two writers on one file system destroy it: whoever has the disk is found. xl and xenstore-ls are stand-ins here. */

jest.setTimeout(60_000);

let bed: DiskBed;
let cases: DiskCases;
let image: GuestImage;

beforeAll(async () => {
  cases = await DiskCases.open({ deviceMapper: 'absent' });
  bed = cases.bed;
});

beforeEach(() => {
  image = bed.disk('el6', 'partitioned');
  bed.domains('');
});

afterAll(async () => {
  await bed.close();
});

/** What xenstore has of a disk that dom0 serves to a domain. */
function backend(kind: string, id: number, params: string, device = ''): string {
  const base = `/local/domain/0/backend/${kind}/${id}/51712`;
  return `${base}/frontend = "/local/domain/${id}/device/vbd/51712"\n${base}/params = "${params}"\n${base}/physical-device = "${device}"\n`;
}

/** Attaches the image as a block device of dom0. */
function asBlockDevice<T>(use: (device: string) => T): T {
  const device = bed.check(`losetup -f --show '${image.path}'`).trim();
  try {
    return use(device);
  } finally {
    bed.check(`losetup -d ${device}`);
  }
}

/** What is mounted, as Xen's script `block` sees it. */
function sources(): string[] {
  return bed.check("cut -d ' ' -f 1 /proc/mounts").split('\n');
}

test('a running guest is left alone', () => {
  bed.domains('7 web1\n');
  expect(cases.refusal({ image })).toContain('the guest runs (domain 7)\n  shut it down first: xl shutdown web1');
});

test('a guest that is saved is left alone, since it will go on with the disk as it remembers it', () => {
  bed.check('mkdir -p /var/lib/xen/save && touch /var/lib/xen/save/web1');
  try {
    expect(cases.refusal({ image })).toContain('the guest is saved in /var/lib/xen/save/web1, with this disk mounted');
  } finally {
    bed.check('rm /var/lib/xen/save/web1');
  }
});

test.each([
  ['by path', 'vbd', (path: string) => path],
  ['with the format in front', 'qdisk', (path: string) => `aio:${path}`],
  ['by tapdisk', 'tap', (path: string) => `tapdisk:aio:${path}`],
])('a disk that another guest has, %s, is left alone', (_name, kind, params) => {
  bed.domains('3 other\n', backend(kind, 3, params(image.path)));
  expect(cases.refusal({ image })).toContain('guest other (domain 3) has it attached');
});

test('a disk that another guest has under a second name of the file is left alone', () => {
  linkSync(image.path, `${image.path}.other`);
  bed.domains('3 other\n', backend('vbd', 3, `${image.path}.other`));
  expect(cases.refusal({ image })).toContain('guest other (domain 3) has it attached');
});

test('what a domain that is gone has left in xenstore is no hindrance, nor are the disks of others', () => {
  bed.domains('3 other\n', backend('vbd', 2, image.path) + backend('vbd', 3, '/dev/vg0/other', 'fd:7'));
  expect(cases.write({ image }).changed).toHaveLength(3);
});

test('xenstore that does not answer is no permission', () => {
  bed.domains('3 other\n', backend('vbd', 3, '/images/other.img'));
  bed.program('xenstore-ls', 'echo "xs_open: Permission denied" >&2; exit 1');
  try {
    expect(cases.refusal({ image })).toContain(
      'it is not known what the guests on this host have attached\n  xenstore-ls -f /local/domain/0/backend failed with exit status 1: xs_open: Permission denied\n',
    );
  } finally {
    bed.standIn('xenstore-ls');
  }
});

test.each([
  ['a xenstored that is dead', ['xenstore-ls', 'xenstore-list'], 'what the guests on this host have attached'],
  ['an xl that fails', ['xl'], 'which guests run'],
])('%s is not taken for a host without guests', (_name, programs, what) => {
  for (const name of programs) bed.program(name, 'echo "xs_open: No such file or directory" >&2; exit 1');
  try {
    const said = cases.refusal({ image });
    expect(said).toContain(`it is not known ${what}\n`);
    expect(said).toContain('xs_open: No such file or directory');
    expect(said).toContain('is xencommons running?');
  } finally {
    for (const name of programs) bed.standIn(name as 'xl');
  }
});

test('an xl that prints what nobody understands is not believed', () => {
  bed.program(
    'xl',
    'echo "Name ID Mem VCPUs State Time(s)"; echo "Domain-0 0 1024 2 r----- 1.0"; printf "web1\\n 3\\033[2J 64"',
  );
  try {
    expect(cases.refusal({ image })).toContain('xl list says something that is not understood: web1\n');
  } finally {
    bed.standIn('xl');
  }
});

test('an image that the host has mounted is left alone', () => {
  bed.check(
    `mkdir -p ${bed.directory}/there && mount -o loop,ro,offset=${image.offset} '${image.path}' ${bed.directory}/there`,
  );
  const { output, status } = bed.run(image);
  bed.check(`umount ${bed.directory}/there`);
  expect(output).toMatch(/the host has it attached to \/dev\/loop\d+\n {2}which is mounted on .*\/there\n/);
  expect(output).toContain('nothing was changed');
  expect(status).toBe(1);
});

test('an image that is attached to a loop device is left alone', () => {
  asBlockDevice((device) => {
    const { output, status } = bed.run(image);
    expect(output).toContain(
      `the host has it attached to ${device}\n  if no guest uses it: umount it, then losetup -d ${device}`,
    );
    expect(status).toBe(1);
  });
});

test('an image that a process has open is left alone, and the process is named', async () => {
  const file = openSync(image.path, 'r');
  const reader = spawn('sleep', ['60'], { stdio: [file, 'ignore', 'ignore'] });
  closeSync(file);
  try {
    expect(cases.refusal({ image })).toContain(`process ${reader.pid} has it open (sleep 60)`);
  } finally {
    reader.kill();
    await once(reader, 'exit');
  }
});

test('a block device is written like an image', () => {
  asBlockDevice((device) => {
    const { status, output } = bed.run(image, { disk: `phy,${device}` });
    expect(output).toContain('identity on the disk: eth0');
    expect(status).toBe(0);
    expect(bed.run(image, { disk: `phy,${device}` }).output).toContain('identity on the disk is right already');
  });
  expect(bed.read(image, `${SCRIPTS}/ifcfg-eth0`)).toContain('HWADDR=00:16:3E:A6:05:8F\n');
  expect(bed.faults(image)).toBe('');
  expect(bed.leftOpen(image)).toEqual([]);
});

test('a block device that another guest has is known by its number', () => {
  asBlockDevice((device) => {
    const number = bed.check(`stat -c %t:%T ${device}`).trim();
    bed.domains('3 other\n', backend('vbd', 3, '/dev/disk/by-id/whatever', number));
    expect(bed.run(image, { disk: `phy,${device}` }).output).toContain('guest other (domain 3) has it attached');
  });
});

test('a block device that the host has mounted is left alone', () => {
  image = bed.disk('el6', 'whole');
  asBlockDevice((device) => {
    bed.check(`mkdir -p ${bed.directory}/there && mount -o ro ${device} ${bed.directory}/there`);
    const { output, status } = bed.run(image, { disk: `phy,${device}` });
    bed.check(`umount ${bed.directory}/there`);
    expect(output).toContain(`the host has it mounted on ${bed.directory}/there`);
    expect(output).toContain('nothing was changed');
    expect(status).toBe(1);
  });
});

test('Xen finds a block device that a killed run has left open in /proc/mounts, and so does the deploy of another guest', () => {
  asBlockDevice((device) => {
    const disk = `phy,${device}`;
    expect(bed.run(image, { disk, killAt: 'mv' }).status).toBeNull();
    expect(sources()).toContain(device);
    const { output, status } = bed.run(image, { disk, domu: 'web2' });
    expect(output).toContain(
      'an earlier run ended while guest web1 had it open\n  deploy guest web1 again, that closes it',
    );
    expect(status).toBe(1);
    expect(bed.run(image, { disk }).status).toBe(0);
    expect(sources()).not.toContain(device);
  });
  expect(bed.leftOpen(image)).toEqual([]);
});

test('Xen finds an image that a killed run has left open by a loop device on the whole of it in /proc/mounts', () => {
  bed.run(image, { killAt: 'mv' });
  const whole = bed.check(`losetup -n -O NAME,OFFSET -j '${image.path}' | awk '$2 == 0 { print $1 }'`).trim();
  expect(whole).toMatch(/^\/dev\/loop\d+$/);
  expect(sources()).toContain(whole);
  expect(bed.run(image).status).toBe(0);
  expect(bed.leftOpen(image)).toEqual([]);
});

test('two deploys of one disk wait for each other', async () => {
  const both = await Promise.all([bed.start(image, { domu: 'web1' }), bed.start(image, { domu: 'web1-old' })]);
  expect(both.map((one) => one.status)).toEqual([0, 0]);
  const words = both.map((one) => (one.output.includes('is right already') ? 'right already' : 'written'));
  expect(words.sort()).toEqual(['right already', 'written']);
  expect(bed.faults(image)).toBe('');
  expect(bed.leftOpen(image)).toEqual([]);
});

test('a loop device that another program takes first is no reason to give up, until all are taken for ever', () => {
  const busy = (times: number): string => `case "$*" in
  *' '/dev/loop*' '*|/dev/loop*' '*)
    echo x >>"\${0%/*}/tries"
    [ "$(wc -l <"\${0%/*}/tries")" -gt ${times} ] || { echo "losetup: \${*: -1}: failed to set up loop device: Device or resource busy" >&2; exit 1; } ;;
esac
PATH=\${PATH#*:} exec losetup "$@"`;
  bed.program('losetup', busy(2));
  cases.write({ image });
  bed.program('losetup', busy(1000));
  expect(cases.refusal({ image: bed.disk('el6', 'partitioned') })).toContain('Device or resource busy');
});
