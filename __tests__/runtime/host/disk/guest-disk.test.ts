import { type DiskBed, NIC } from '../../../../lab/guest-images/disk-bed';
import { type Layout, cutShort } from '../../../../lab/guest-images/image';
import { type GuestOs, RULES, SCRIPTS } from '../../../../lab/guest-images/root-tree';
import { DiskCases, hashOf } from '../../../helpers/guest-disk';

/* Where a guest's root lies, in what state it may be, and what is on the disk where it is not. */

jest.setTimeout(60_000);

const ETH0 = `${SCRIPTS}/ifcfg-eth0`;

let bed: DiskBed;
let cases: DiskCases;

beforeAll(async () => {
  cases = await DiskCases.open({ deviceMapper: 'absent' });
  bed = cases.bed;
});

afterAll(async () => {
  await bed.close();
});

test.each<[GuestOs, Layout]>([
  ['el6', 'whole'],
  ['el6', 'partitioned'],
  ['el6', 'logical'],
  ['el6', 'gpt'],
  ['el6', 'lvm'],
  ['el5', 'partitioned'],
  ['el5', 'lvm'],
  ['el5', 'lvm-whole'],
])('an %s guest on a disk of the form %s is written, and nothing else on the disk', (os, layout) => {
  const { read, changed } = cases.write({ os, layout });
  expect(read(ETH0)).toContain('HWADDR=00:16:3E:A6:05:8F\n');
  expect(changed).toHaveLength(os === 'el6' ? 3 : 4);
});

test('outside the root file system no byte of the disk changes', () => {
  const image = bed.disk('el5', 'lvm');
  const outside = () =>
    bed.check(
      `head -c ${image.offset} '${image.path}' | sha256sum; tail -c +${image.offset + 1 + 24 * 1024 * 1024} '${image.path}' | sha256sum`,
    );
  const before = outside();
  cases.write({ os: 'el5', image });
  expect(outside()).toBe(before);
});

test('a look and a dry run change no byte, and show what would change', () => {
  const image = bed.disk('el6', 'partitioned');
  const before = hashOf(image.path);
  expect(bed.run(image, { action: 'plan' })).toMatchObject({ status: 0, output: 'changed: no\n' });
  const { output } = bed.run(image, { action: 'show' });
  expect(output).toContain(`--- a/${ETH0}\n+++ b/${ETH0}\n`);
  expect(output).toContain('\n-HWADDR=00:16:3E:11:22:33\n+HWADDR=00:16:3E:A6:05:8F\n');
  expect(output).toContain(`+++ b/${RULES}\n`);
  expect(output).toContain('changed: no\n');
  expect(hashOf(image.path)).toBe(before);
  expect(bed.leftOpen(image)).toEqual([]);
});

test("a guest's volume group may have the name and the very UUIDs of one that dom0 sees", () => {
  const twin = bed.disk('el5', 'lvm');
  const image = bed.disk('el5', 'lvm');
  const before = hashOf(twin.path);
  const seen = bed.check(`losetup -f --show -o ${5 * 1024 * 1024} '${twin.path}'`).trim();
  try {
    const listed = bed.check(
      `LVM_SUPPRESS_FD_WARNINGS=1 pvs --driverloaded n --config 'devices{obtain_device_list_from_udev=0}' -o pv_name,vg_name --noheadings 2>/dev/null`,
    );
    expect(listed).toMatch(new RegExp(`${seen} +VolGroup00`));
    expect(cases.write({ os: 'el5', image }).read(ETH0)).toContain('HWADDR=00:16:3E:A6:05:8F\n');
  } finally {
    bed.check(`losetup -d ${seen}`);
  }
  expect(hashOf(twin.path)).toBe(before);
});

test('the journal of a guest that was cut off is replayed, and it is said', () => {
  const image = bed.cutOff(bed.disk('el6', 'partitioned'));
  const dry = hashOf(image.path);
  expect(bed.run(image, { action: 'show' }).output).toContain(
    'note: the guest was not shut down cleanly; before a change',
  );
  expect(hashOf(image.path)).toBe(dry);
  const { status, output } = bed.run(image);
  expect(output).toContain('the guest was not shut down cleanly: putting its ext4 in order (e2fsck -p)');
  expect(status).toBe(0);
  expect(bed.read(image, 'written')).toBe('lost\n');
  expect(bed.read(image, ETH0)).toContain('HWADDR=00:16:3E:A6:05:8F\n');
  expect(bed.faults(image)).toBe('');
  expect(bed.leftOpen(image)).toEqual([]);
});

test.each(['ext2', 'ext4 -O ^has_journal'])(
  '%s, which has no journal, is checked after a crash and written',
  (kind) => {
    const clean = bed.disk('el6', 'whole');
    bed.inGuest(clean, `tar c . > '${clean.path}.tar'`, 'ro');
    bed.check(
      `mkdir '${clean.path}.d'; tar x -C '${clean.path}.d' -f '${clean.path}.tar'; rm '${clean.path}'; mke2fs -q -F -b 1024 -t ${kind} -d '${clean.path}.d' '${clean.path}' 24M`,
    );
    const image = bed.cutOff(clean);
    const { status, output, log } = bed.run(image);
    expect(output).toContain('the guest was not shut down cleanly');
    expect(log).toContain('was not cleanly unmounted, check forced');
    expect(status).toBe(0);
    expect(bed.run(image).output).toContain('identity on the disk is right already');
    expect(bed.check(`e2fsck -fn '${image.path}' 2>/dev/null && echo whole`)).toContain('whole');
    expect(bed.leftOpen(image)).toEqual([]);
  },
);

test('a file system that e2fsck will not mend by itself is left to a person', () => {
  const image = bed.disk('el6', 'whole');
  bed.check(
    `debugfs -w -R 'clri /var/lib/data' '${image.path}' 2>&1; debugfs -w -R 'ssv state 0' '${image.path}' 2>&1`,
  );
  const { status, output } = bed.run(image);
  expect(output).toMatch(
    /error: disk .* of guest web1: e2fsck -p ended with exit status 4: .*UNEXPECTED INCONSISTENCY/,
  );
  expect(output).toContain(`check it, then deploy again; on the host: e2fsck -f ${image.path}`);
  expect(output).toContain('the identity was not written');
  expect(status).toBe(1);
  expect(bed.leftOpen(image)).toEqual([]);
});

test('a file system with noted errors is refused with the command to run', () => {
  const image = bed.disk('el6', 'partitioned');
  const loop = bed.check(`losetup -f --show -o ${image.offset} '${image.path}'`).trim();
  bed.check(`debugfs -w -R 'ssv state 3' ${loop} 2>&1; losetup -d ${loop}`);
  const said = cases.refusal({ image });
  expect(said).toContain("the state of its ext4 is 'clean with errors'");
  expect(said).toContain(
    `on the host: LOOP=$(losetup -f); losetup -o ${image.offset} --sizelimit ${24 * 1024 * 1024} $LOOP ${image.path}; e2fsck -f $LOOP; losetup -d $LOOP`,
  );
});

test('a file system that would have dom0 panic over its errors does not get its way', () => {
  const image = bed.disk('el6', 'whole');
  bed.check(`tune2fs -e panic '${image.path}'`);
  bed.program('mv', `grep guest-disk /proc/mounts > '${bed.directory}/options'; exec /bin/mv "$@"`);
  cases.write({ image });
  bed.check(`rm '${bed.directory}/bin/mv'`);
  expect(bed.check(`cat '${bed.directory}/options'`)).toMatch(/ rw,nosuid,nodev,noexec,noatime,errors=remount-ro/);
});

test.each([
  ['xfs', 'mkfs.xfs -q -f "$DISK"', '300M', 'whole holds xfs, only ext2, ext3 and ext4 are written'],
  ['swap', 'mkswap -q "$DISK"', '20M', 'whole holds swap, only ext2'],
  ['nothing', ':', '20M', 'whole holds no file system that blkid knows'],
  [
    'a journal elsewhere',
    'truncate -s 8M "$DISK.j"; J=$(losetup -f --show "$DISK.j"); mke2fs -q -F -b 1024 -O journal_dev $J; mke2fs -q -F -b 1024 -t ext4 -J device=$J "$DISK"; losetup -d $J',
    '20M',
    'its ext4 keeps its journal on another device, which is not followed',
  ],
  [
    'a file system from the future',
    'mke2fs -q -F -t ext4 "$DISK" && debugfs -w -R "ssv feature_incompat 0x80000002" "$DISK"',
    '20M',
    "the host's dumpe2fs can not read its ext4",
  ],
])('a disk with %s is refused by name', (_name, make, size, words) => {
  const image = bed.disk('el6', 'whole');
  bed.check(
    `rm '${image.path}'; truncate -s ${size} '${image.path}'; DISK='${image.path}'; { ${make}; } >/dev/null 2>&1`,
  );
  expect(cases.refusal({ image })).toContain(words);
});

test.each<[string, Layout, string, string]>([
  [
    'a wrong partition number',
    'partitioned',
    'partition,4',
    'it has no partition 4\n  the disk has: partition 1 (4 MiB, unknown), partition 2 (24 MiB, ext4), partition 3 (4 MiB, unknown)',
  ],
  [
    'a partition where there is no table',
    'whole',
    'partition,1',
    'it has no partition 1\n  the disk has: no partition table, ext4 on the whole disk',
  ],
  ['the whole disk where there is a table', 'gpt', 'whole', "it has a partition table, the stack says root 'whole'"],
  ['a partition that is a physical volume', 'lvm', 'partition,2', 'partition,2 is an LVM physical volume'],
  [
    'a partition without a file system',
    'partitioned',
    'partition,1',
    'partition,1 holds no file system that blkid knows',
  ],
  [
    'a volume where there is no LVM',
    'partitioned',
    'lv,VolGroup00/LogVol00',
    "there is no LVM physical volume on it, the stack says root 'lv,VolGroup00/LogVol00'",
  ],
  [
    'a volume that does not exist',
    'lvm',
    'lv,VolGroup00/root',
    'it has no logical volume VolGroup00/root\n  it has: VolGroup00/LogVol00 VolGroup00/LogVol01',
  ],
  ['a volume without a file system', 'lvm', 'lv,VolGroup00/LogVol01', 'lv,VolGroup00/LogVol01 holds no file system'],
  [
    'a volume in pieces, without device-mapper',
    'lvm-in-pieces',
    'lv,VolGroup00/LogVol00',
    'lies on it in 2 pieces, and the host has no device-mapper to join them',
  ],
])('%s is refused, with what the disk has', (_name, layout, root, words) => {
  expect(cases.refusal({ layout, root })).toContain(words);
});

test('a copy that was not finished is refused', () => {
  const image = bed.disk('el6', 'partitioned');
  cutShort(image.path, 60 * 1024 * 1024);
  const said = cases.refusal({ image });
  expect(said).toContain('partition 2 of');
  expect(said).toContain('reaches beyond its end');
  expect(said).toContain('it has no partition 2');
});

test('a damaged GPT, and a chain of logical partitions that is a ring, end in a refusal', () => {
  const gpt = bed.disk('el6', 'gpt');
  bed.check(`printf BROKEN | dd of='${gpt.path}' bs=1 seek=512 conv=notrunc 2>/dev/null`);
  expect(cases.refusal({ image: gpt })).toContain('its GPT is damaged\n  repair it with gdisk');
  const ring = bed.disk('el6', 'logical');
  const first = Number(/\S+2 : start= *(\d+)/.exec(bed.check(`sfdisk -d '${ring.path}' 2>/dev/null`))?.[1]);
  bed.check(`printf '\\001' | dd of='${ring.path}' bs=1 seek=${first * 512 + 470} conv=notrunc 2>/dev/null`);
  expect(cases.refusal({ image: ring, root: 'partition,99' })).toContain('it has no partition 99');
});

test('damaged LVM metadata is refused', () => {
  const image = bed.disk('el6', 'lvm');
  bed.check(`dd if=/dev/zero of='${image.path}' bs=1k seek=$((5 * 1024 + 4)) count=200 conv=notrunc 2>/dev/null`);
  expect(cases.refusal({ image })).toMatch(/its LVM metadata can not be read|it has no logical volume/);
});

test('an image that can not be written is refused', () => {
  const image = bed.disk('el6', 'whole');
  bed.check(`mount --bind '${image.path}' '${image.path}' && mount -o remount,bind,ro '${image.path}'`);
  const before = hashOf(image.path);
  const { output, status } = bed.run(image);
  bed.check(`umount '${image.path}'`);
  expect(output).toMatch(/is read-only|can not be attached: .*(Read-only|denied)/);
  expect(output).toContain('nothing was changed');
  expect(status).toBe(1);
  expect(bed.leftOpen(image)).toEqual([]);
  expect(hashOf(image.path)).toBe(before);
});

test.each([
  ['another release', { os: 'el7' as GuestOs }, "the word guest-os is 'el7', allowed: el5, el6"],
  ['qcow2', { disk: 'qcow2,/x.img' }, "the word root-disk is 'qcow2,/x.img', allowed: phy,PATH and file,PATH"],
  [
    'a disk that is not there',
    { disk: 'file,/nowhere/x.img' },
    'disk /nowhere/x.img of guest web1 is no file on the host',
  ],
  [
    'a file as a block device',
    { disk: 'phy,/etc/passwd' },
    'disk /etc/passwd of guest web1 is no block device on the host',
  ],
  ['a partition 0', { root: 'partition,0' }, "the word root is 'partition,0', allowed: whole, partition,N, lv,VG/LV"],
  ['a MAC in capitals', { nics: [NIC.toUpperCase()] }, 'the word guest-nic is'],
  ['an address that is none', { nics: [NIC.replace('192.0.2.21', '192.0.2.256')] }, 'the word guest-nic is'],
  ['a host name with a blank', { hostname: 'web 1' }, "the word guest-hostname is 'web 1'"],
])('%s is refused before anything is opened', (_name, wish, words) => {
  expect(cases.refusal(wish)).toContain(words);
});
