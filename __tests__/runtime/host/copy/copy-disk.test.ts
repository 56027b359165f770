import { CHUNK, CopyEstate, RECORDS, UNIT, content, must } from '../../../helpers/copy-estate';

/* A guest's disk is copied whole, from host to host through where Terraform runs, or on one host. */

jest.setTimeout(60_000);

let estate: CopyEstate;

beforeAll(async () => {
  estate = await CopyEstate.open();
}, 60_000);

beforeEach(async () => {
  for (const bed of [estate.xen01, estate.xen02]) {
    bed.write('/usr/sbin/domains', '');
    await must(bed, `rm -rf /images ${RECORDS}; mkdir -p /images`);
  }
});

afterAll(async () => {
  await estate.close();
});

const sumOf = (bed: CopyEstate['xen01'], path: string) => must(bed, `sha256sum <${path}`);

test('a disk is copied from one host to another, zeros are not sent and become holes', async () => {
  estate.xen01.write('/images/web1.img', content(['a', CHUNK], ['', 3 * CHUNK], ['b', 2 * CHUNK]));
  const output = await estate.copy('xen01 web1 file /images/web1.img file /images/copy.img 0');
  expect(output).toMatch(
    new RegExp(
      `^xen02 ${UNIT}: disk /images/copy.img: copied 384.0 KiB from xen01:/images/web1.img in \\d+ s \\(192.0 KiB of zeros not sent\\), sha256 verified\nxen02 ${UNIT}: nothing to change\n$`,
    ),
  );
  expect(await sumOf(estate.xen02, '/images/copy.img')).toBe(await sumOf(estate.xen01, '/images/web1.img'));
  expect(Number(await must(estate.xen02, "stat -c '%b' /images/copy.img"))).toBeLessThanOrEqual((3 * CHUNK) / 512);
  expect(await must(estate.xen02, 'ls -A /images; ls /tmp; stat -c %a /images/copy.img')).toBe('copy.img\n600\n');
  // The runtime, which every host keeps that was worked on.
  expect(await must(estate.xen01, 'ls -A /images /tmp /dev/shm /var/lib/cdktf-xen')).toBe(
    '/dev/shm:\n\n/images:\nweb1.img\n\n/tmp:\n\n/var/lib/cdktf-xen:\nruntimes\n',
  );
});

test.each([
  ['one byte', 1],
  ['less than a sector', 511],
  ['no multiple of a sector', 2 * CHUNK + 1025],
  ['a byte less than two chunks', 2 * CHUNK - 1],
  ['just two chunks', 2 * CHUNK],
])('a disk of an odd size is copied: %s', async (_name, bytes) => {
  estate.xen01.write('/images/web1.img', content(['odd', bytes]));
  await estate.copy('xen01 web1 file /images/web1.img file /images/copy.img 0');
  expect(await sumOf(estate.xen02, '/images/copy.img')).toBe(await sumOf(estate.xen01, '/images/web1.img'));
});

test('a disk of nothing but zeros is copied without a byte of it', async () => {
  estate.xen01.write('/images/web1.img', content(['', 3 * CHUNK + 100]));
  const output = await estate.copy('xen01 web1 file /images/web1.img file /images/copy.img 0');
  expect(output).toContain('(192.1 KiB of zeros not sent)');
  expect(await sumOf(estate.xen02, '/images/copy.img')).toBe(await sumOf(estate.xen01, '/images/web1.img'));
  expect(await must(estate.xen02, 'stat -c %b /images/copy.img')).toBe('0\n');
});

test('a disk is copied on one host, and several disks one after the other', async () => {
  estate.xen02.write('/images/a.img', content(['a', 2 * CHUNK]));
  estate.xen02.write('/images/b.img', content(['', CHUNK], ['b', 100]));
  const output = await estate.copy(
    'xen02 web1 file /images/a.img file /images/copy-a.img 0',
    'xen02 web1 file /images/b.img file /images/copy-b.img 0',
  );
  expect(output).toContain('disk /images/copy-a.img: copied 128.0 KiB from xen02:/images/a.img in');
  for (const disk of ['a', 'b'])
    expect(await sumOf(estate.xen02, `/images/copy-${disk}.img`)).toBe(
      await sumOf(estate.xen02, `/images/${disk}.img`),
    );
  expect(await must(estate.xen02, 'ls /tmp')).toBe('');
});

test('a finished copy is not made again, whatever has become of both since, and needs no source', async () => {
  estate.xen01.write('/images/web1.img', content(['a', CHUNK]));
  await estate.copy('xen01 web1 file /images/web1.img file /images/copy.img 0');
  await must(estate.xen02, 'echo guest >/images/copy.img');
  estate.xen01.remove('/images/web1.img');
  await estate.xen01.dom0(['ip', 'link', 'set', 'eth0', 'down']);
  const output = await estate.copy('xen01 web1 file /images/web1.img file /images/copy.img 0');
  await estate.xen01.dom0(['ip', 'link', 'set', 'eth0', 'up']);
  expect(output).toBe(
    `xen02 ${UNIT}: disk /images/copy.img is already there, copied from xen01:/images/web1.img\nxen02 ${UNIT}: nothing to change\n`,
  );
  expect(await must(estate.xen02, 'cat /images/copy.img')).toBe('guest\n');
});

test('a finished copy that somebody has removed is not silently made anew', async () => {
  const line = 'xen01 web1 file /images/web1.img file /images/copy.img 0';
  estate.xen01.write('/images/web1.img', content(['a', CHUNK]));
  await estate.copy(line);
  estate.xen02.remove('/images/copy.img');
  expect(await estate.refusal(line)).toContain(
    `disk /images/copy.img was copied from xen01:/images/web1.img and is gone since: somebody has removed it\nxen02 ${UNIT}:   to have it copied anew: rm -r ${RECORDS}/images,copy.img on the host`,
  );
  await must(estate.xen02, `rm -r ${RECORDS}/images,copy.img`);
  expect(await estate.copy(line)).toContain('copied 64.0 KiB');
});

test('a disk that exists is left alone, before the source is asked', async () => {
  estate.xen02.write('/images/copy.img', 'precious');
  expect(await estate.refusal('xen01 web1 file /images/none.img file /images/copy.img 0')).toBe(
    `xen02 ${UNIT}: error: disk /images/copy.img exists and is not a copy of ours from xen01:/images/none.img: nothing is ever copied over it
xen02 ${UNIT}:   if nobody needs it, remove it or rename it yourself and deploy again; or name another path in the stack
xen02 ${UNIT}:   rename: mv /images/copy.img /images/copy.img.old
xen02 ${UNIT}:   nothing was changed\n`,
  );
  expect(estate.xen02.read('/images/copy.img')).toBe('precious');
  expect(estate.xen02.exists(`${RECORDS}/images,copy.img`)).toBe(false);
});

test('a copy of another source is left alone, and can be declared to be of this one', async () => {
  estate.xen01.write('/images/web1.img', content(['a', CHUNK]));
  await estate.copy('xen01 web1 file /images/web1.img file /images/copy.img 0');
  const line = 'xen01 web1 file /images/moved.img file /images/copy.img 0';
  const output = await estate.refusal(line);
  expect(output).toContain(
    "is a copy of 'xen01 web1 file /images/web1.img' (host, guest, kind, path), the stack wants one of 'xen01 web1 file /images/moved.img'",
  );
  const cure = /echo 'xen01 .*$/m.exec(output)?.[0] ?? '';
  await must(estate.xen02, cure);
  expect(await estate.copy(line)).toContain('is already there');
});

test('what lies in the place of an unfinished copy without a record is not ours', async () => {
  estate.xen02.write('/images/.copy.img.cdktf-xen-copy', 'whose?');
  expect(await estate.refusal('xen01 web1 file /images/web1.img file /images/copy.img 0')).toContain(
    '/images/.copy.img.cdktf-xen-copy, the place of an unfinished copy, exists and is not a copy of ours',
  );
  expect(estate.xen02.read('/images/.copy.img.cdktf-xen-copy')).toBe('whose?');
});

test('a folder that does not exist is not made', async () => {
  expect(await estate.refusal('xen01 web1 file /images/web1.img file /nowhere/copy.img 0')).toContain(
    'folder /nowhere for disk /nowhere/copy.img does not exist',
  );
});

test('room that is missing is named before anything is made', async () => {
  estate.xen01.write('/images/web1.img', content(['a', 3 * CHUNK]));
  await must(estate.xen02, 'mkdir /images/small && mount -t tmpfs -o size=128k,mode=755 small /images/small');
  const output = await estate.refusal('xen01 web1 file /images/web1.img file /images/small/copy.img 0');
  const left = await must(estate.xen02, 'ls -A /images/small; umount /images/small');
  expect(output).toContain(
    'the file system at /images/small has 128.0 KiB free, disk /images/small/copy.img needs 192.0 KiB: 64.0 KiB are missing',
  );
  expect(left).toBe('');
});

test('a disk that can not be made says so', async () => {
  expect(await estate.refusal('xen01 web1 file /images/web1.img phy /dev/sdz1 0')).toContain(
    'disk /dev/sdz1 can not be made, allowed for a copy: a logical volume (/dev/VG/LV) or a file',
  );
});

test('a line that no stack has written is not carried to a shell', async () => {
  expect(await estate.refusal("xen01 web1 file /images/web1.img file /images/x';reboot;' 0")).toContain(
    `copies/${UNIT} has the line 'xen01 web1 file`,
  );
});

test('a host whose tree is not there is named', async () => {
  expect(await estate.refusal('xen09 web1 file /images/web1.img file /images/copy.img 0')).toContain(
    "disk /images/copy.img is copied from host 'xen09', whose tree is not beside this one",
  );
});
