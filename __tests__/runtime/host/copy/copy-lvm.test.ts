import {
  CHUNK,
  CopyEstate,
  KILL_END,
  RECORDS,
  UNIT,
  atCall,
  content,
  installLvm,
  must,
  removeVolumes,
  restore,
} from '../../../helpers/copy-estate';

/* Disks on logical volumes. LVM is a stand-in on loop devices here; the real one is asked in the lab. */

jest.setTimeout(60_000);

const LINE = 'xen01 web1 phy /dev/vg0/web1 phy /dev/vg0/copy';
const MIB = 1048576;
const RECORD = `${RECORDS}/dev,vg0,copy`;

let estate: CopyEstate;

beforeAll(async () => {
  estate = await CopyEstate.open();
  for (const bed of [estate.xen01, estate.xen02]) await installLvm(bed, 16);
}, 60_000);

beforeEach(async () => {
  for (const bed of [estate.xen01, estate.xen02]) {
    await removeVolumes(bed);
    await must(
      bed,
      `rm -rf /images ${RECORDS} /var/lib/lvm-stand-in/calls; mkdir /images; echo 16 >/var/lib/lvm-stand-in/size`,
    );
  }
  estate.xen01.write('/usr/sbin/domains', '');
  estate.xen01.write('/images/seed', content(['a', MIB], ['', 4 * CHUNK], ['b', MIB - 4 * CHUNK]));
  await must(estate.xen01, 'lvcreate -Zn -n web1 -L 2048k vg0; dd if=/images/seed of=/dev/vg0/web1 conv=notrunc,fsync');
});

afterEach(async () => {
  await restore(estate.xen02, 'timeout');
});

afterAll(async () => {
  for (const bed of [estate.xen01, estate.xen02]) await removeVolumes(bed);
  await estate.close();
});

const volumes = (bed: CopyEstate['xen01']) => must(bed, `cut -d '|' -f 1 /var/lib/lvm-stand-in/volumes`);

async function expectWhole(): Promise<void> {
  expect(await must(estate.xen02, 'sha256sum </dev/vg0/copy')).toBe(
    await must(estate.xen01, 'sha256sum </images/seed'),
  );
  expect(await volumes(estate.xen02)).toBe('copy\n');
  expect(await volumes(estate.xen01)).toBe('web1\n');
}

const running = (): void => {
  estate.xen01.write('/usr/sbin/domains', '3 web1\n');
};

test('a volume is copied to a volume, where zeros are really written', async () => {
  const output = await estate.copy(`${LINE} 0`);
  expect(output).toMatch(
    /disk \/dev\/vg0\/copy: copied 2.0 MiB from xen01:\/dev\/vg0\/web1 in \d+ s \(256.0 KiB of zeros not sent\)/,
  );
  await expectWhole();
  expect(await must(estate.xen02, 'grep lvcreate /var/lib/lvm-stand-in/calls')).toMatch(
    /^lvcreate -Zn --addtag cdktf-xen-copy-[0-9a-f]{16} -n copy.copying -L 2048k vg0\n$/,
  );
  expect(await estate.copy(`${LINE} 0`)).toContain('is already there');
});

test('a file is copied to a volume of whole extents, and what was behind its end is gone', async () => {
  estate.xen01.write('/images/web1.img', content(['a', MIB + 1001]));
  await estate.copy('xen01 web1 file /images/web1.img phy /dev/vg0/copy 0');
  expect(await must(estate.xen02, `head -c ${MIB + 1001} /dev/vg0/copy | sha256sum`)).toBe(
    await must(estate.xen01, 'sha256sum </images/web1.img'),
  );
  expect(await must(estate.xen02, `tail -c +${MIB + 1002} /dev/vg0/copy | tr -d '\\0' | wc -c`)).toBe('0\n');
});

test('a volume is copied to a file', async () => {
  await estate.copy('xen01 web1 phy /dev/vg0/web1 file /images/copy.img 0');
  expect(await must(estate.xen02, 'sha256sum </images/copy.img')).toBe(
    await must(estate.xen01, 'sha256sum </images/seed'),
  );
});

test('a group without room, or none at all, is named before anything is made', async () => {
  await must(estate.xen02, 'echo 1 >/var/lib/lvm-stand-in/size');
  expect(await estate.refusal(`${LINE} 0`)).toContain(
    'volume group vg0 on xen02 has 1.0 MiB free, disk /dev/vg0/copy needs 2.0 MiB: 1.0 MiB are missing',
  );
  expect(await estate.refusal('xen01 web1 phy /dev/vg0/web1 phy /dev/vg9/copy 0')).toContain(
    `xen02 has no volume group vg9 (Volume group "vg9" not found)\nxen02 ${UNIT}:   it has:   vg0`,
  );
  expect(await volumes(estate.xen02)).toBe('');
  expect(await must(estate.xen02, `ls ${RECORDS}`)).toBe('');
});

test('a volume that exists is left alone, active or not', async () => {
  await must(estate.xen02, 'lvcreate -Zn -n copy -L 1024k vg0');
  const refusal = 'disk /dev/vg0/copy exists and is not a copy of ours from xen01:/dev/vg0/web1';
  expect(await estate.refusal(`${LINE} 0`)).toContain(refusal);
  await must(estate.xen02, 'mv /dev/vg0/copy /run/hidden');
  const inactive = await estate.refusal(`${LINE} 0`);
  await must(estate.xen02, 'mv /run/hidden /dev/vg0/copy');
  expect(inactive).toContain(refusal);
  expect(inactive).toContain('rename: lvrename vg0 copy copy.old');
  expect(await must(estate.xen02, 'head -c 20 /dev/vg0/copy')).toBe('somebody else was he');
});

test('what has the name of an unfinished copy without its tag is not ours', async () => {
  await must(estate.xen02, 'lvcreate -Zn -n copy.copying -L 1024k vg0');
  expect(await estate.refusal(`${LINE} 0`)).toContain('/dev/vg0/copy.copying, the place of an unfinished copy, exists');
});

test('a copy to a volume goes on after a crash, also between its name and its record', async () => {
  atCall(estate.xen02, 'timeout', 20, KILL_END);
  await estate.refusal(`${LINE} 0`);
  expect(await volumes(estate.xen02)).toBe('copy.copying\n');
  expect(await estate.copy(`${LINE} 0`)).toContain('were there already');
  await expectWhole();
  await must(estate.xen02, `echo begun >${RECORD}/phase`);
  expect(await estate.copy(`${LINE} 0`)).toContain('is already there');
});

test('a crash before the volume was made leaves a record that the next deploy goes on from', async () => {
  await estate.copy(`${LINE} 0`);
  await must(estate.xen02, `lvremove -f vg0/copy; echo begun >${RECORD}/phase`);
  await estate.copy(`${LINE} 0`);
  await expectWhole();
});

test('an unfinished copy is made anew when the original has grown meanwhile', async () => {
  atCall(estate.xen02, 'timeout', 20, KILL_END);
  await estate.refusal(`${LINE} 0`);
  estate.xen01.write('/images/seed', content(['c', 3 * MIB]));
  await must(
    estate.xen01,
    'lvremove -f vg0/web1; lvcreate -Zn -n web1 -L 3072k vg0; dd if=/images/seed of=/dev/vg0/web1 conv=notrunc,fsync',
  );
  await estate.copy(`${LINE} 0`);
  await expectWhole();
});

test('a running original is copied from a snapshot, which goes afterwards', async () => {
  running();
  const output = await estate.copy(`${LINE} 4`);
  expect(output).toContain(
    'note: guest web1 runs (domain 3): its disk is copied from a snapshot, as a power cut at this moment would leave it',
  );
  await expectWhole();
  expect(await must(estate.xen01, 'grep "lv[a-z]* -[sf]" /var/lib/lvm-stand-in/calls')).toMatch(
    /^lvcreate -s --addtag cdktf-xen-copy --addtag cdktf-xen-copy-[0-9a-f]{16} -n (web1.cdktf-xen-copy-[0-9a-f]{8}) -L 4m vg0\/web1\nlvremove -f vg0\/\1\n$/,
  );
  expect(await must(estate.xen02, `ls ${RECORD}`)).not.toContain('source-open');
});

test('a running original without leave for a snapshot is refused with that cure', async () => {
  running();
  expect(await estate.refusal(`${LINE} 0`)).toContain(
    'or leave it running: set snapshotMiB, and it is copied from a snapshot',
  );
});

test('a snapshot has to have room', async () => {
  running();
  expect(await estate.refusal(`${LINE} 100`)).toContain(
    "volume group vg0 on xen01 has 14.0 MiB free, the snapshot of a running guest's disk shall have 100.0 MiB",
  );
});

test('a copy goes on with its snapshot when the guest is down by then and no new one is allowed', async () => {
  running();
  atCall(estate.xen02, 'timeout', 20, KILL_END);
  await estate.refusal(`${LINE} 4`);
  estate.xen01.write('/usr/sbin/domains', '');
  expect(await estate.copy(`${LINE} 0`)).toContain('goes on with the snapshot');
  await expectWhole();
});

test('a copy that was cut off goes on with the snapshot of its first moment', async () => {
  running();
  atCall(estate.xen02, 'timeout', 20, KILL_END);
  await estate.refusal(`${LINE} 4`);
  expect(await volumes(estate.xen01)).toMatch(/^web1\nweb1.cdktf-xen-copy-[0-9a-f]{8}\n$/);
  await must(estate.xen01, 'printf later | dd of=/dev/vg0/web1 conv=notrunc,fsync');
  expect(await estate.copy(`${LINE} 4`)).toContain('goes on with the snapshot vg0/web1.cdktf-xen-copy-');
  await expectWhole();
});

test('a snapshot of a copy that was given up is not gone on with', async () => {
  running();
  atCall(estate.xen02, 'timeout', 20, KILL_END);
  await estate.refusal(`${LINE} 4`);
  await must(estate.xen02, `lvremove -f vg0/copy.copying; rm -r ${RECORD}`);
  estate.xen01.write('/images/seed', content(['later', 2 * MIB]));
  await must(estate.xen01, 'dd if=/images/seed of=/dev/vg0/web1 conv=notrunc,fsync');
  expect(await estate.copy(`${LINE} 4`)).toContain('is of a copy that was given up, it is taken away');
  await expectWhole();
});

test('a snapshot that has overflowed is taken away and said, the next deploy begins a new one', async () => {
  running();
  await must(
    estate.xen01,
    'cp /.strict/real/lvs /run/lvs; sed -i "s/^    case/    [ ! -e \\/run\\/full ] || sed -i \'s,|1.00|,|100.00|,\' volumes\\n    case/" /.strict/real/lvs',
  );
  atCall(estate.xen02, 'timeout', 20, KILL_END);
  await estate.refusal(`${LINE} 4`);
  await must(estate.xen01, 'touch /run/full');
  const output = await estate.refusal(`${LINE} 4`);
  await must(estate.xen01, 'rm /run/full; cp /run/lvs /.strict/real/lvs');
  expect(output).toMatch(
    /the snapshot vg0\/web1.cdktf-xen-copy-\w+ on xen01 has overflowed: guest web1 has written more meanwhile than it had room for/,
  );
  expect(await volumes(estate.xen01)).toBe('web1\n');
  await estate.copy(`${LINE} 4`);
  await expectWhole();
});

test('a snapshot that outlived its copy is closed by the next deploy', async () => {
  running();
  await must(
    estate.xen01,
    `cp /.strict/real/lvremove /run/lvremove; printf '#!/bin/bash\\nexit 5\\n' >/.strict/real/lvremove`,
  );
  const output = await estate.copy(`${LINE} 4`);
  await must(estate.xen01, 'cp /run/lvremove /.strict/real/lvremove');
  expect(output).toMatch(
    /note: the snapshot vg0\/web1.cdktf-xen-copy-\w+ on xen01 can not be removed .*; the next deploy tries again/,
  );
  expect(await estate.copy(`${LINE} 4`)).toContain('is already there');
  await expectWhole();
});
