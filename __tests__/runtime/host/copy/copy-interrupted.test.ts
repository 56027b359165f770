import { CHUNK, CopyEstate, KILL_END, RECORDS, atCall, content, must, restore } from '../../../helpers/copy-estate';

/* A copy that is cut off anywhere goes on with what stands on the disk, and what is damaged is never taken for whole. */

jest.setTimeout(60_000);

const LINE = 'xen01 web1 file /images/web1.img file /images/copy.img 0';
const COPY = '/images/copy.img';
const WORK = '/images/.copy.img.cdktf-xen-copy';
// Six chunks and a bit.
const DISK = [
  ['a', 2 * CHUNK],
  ['', CHUNK],
  ['b', 3 * CHUNK + 700],
] as const;

// In the host's own namespace of processes.
const CUT = 'pkill -KILL -x sshd -P "$(pgrep -o -x sshd)"';

let estate: CopyEstate;

beforeAll(async () => {
  estate = await CopyEstate.open();
}, 60_000);

beforeEach(async () => {
  for (const bed of [estate.xen01, estate.xen02]) await must(bed, `rm -rf /images ${RECORDS}; mkdir -p /images`);
  estate.xen01.write('/images/web1.img', content(...DISK));
});

afterEach(async () => {
  for (const bed of [estate.xen01, estate.xen02])
    for (const program of ['dd', 'timeout', 'ln']) await restore(bed, program);
});

afterAll(async () => {
  await estate.close();
});

async function expectWhole(source = estate.xen01): Promise<void> {
  expect(await must(estate.xen02, `sha256sum <${COPY}`)).toBe(await must(source, 'sha256sum </images/web1.img'));
  expect(await must(estate.xen02, 'ls -A /images | grep -v web1; ls /var/lib/cdktf-xen/copies')).toBe(
    'copy.img\nimages,copy.img\n',
  );
}

/** A deploy that is cut off: no disk under its name, an error. */
async function expectCutOff(words: string): Promise<void> {
  expect(await estate.refusal(LINE)).toContain(words);
  expect(estate.xen02.exists(COPY)).toBe(false);
}

test.each([1, 2, 4, 6])('the target is killed at write %i', async (call) => {
  atCall(estate.xen02, 'timeout', call, KILL_END);
  await expectCutOff(
    `disk ${COPY}: the connection was lost, or the work there was killed (xen02); what was copied is kept, deploy again`,
  );
  const output = await estate.copy(LINE);
  // What was read back before is not sent again; the last chunk that was written may be neither.
  if (call > 2) expect(output).toContain('were there already');
  await expectWhole();
});

test.each(['0', '1', '3', '5'])('the source is killed while it reads chunk %s', async (chunk) => {
  atCall(estate.xen01, 'dd', `[ "$skip" = ${chunk} ]`, KILL_END);
  await expectCutOff('what was copied is kept, deploy again');
  await estate.copy(LINE);
  await expectWhole();
});

test('the connection to the target is lost', async () => {
  atCall(estate.xen02, 'timeout', 4, CUT);
  expect(await estate.refusal(LINE)).toContain('the connection was lost, or the work there was killed (xen02)');
  expect(await estate.copy(LINE)).toContain('were there already');
  await expectWhole();
});

test('the connection to the source is lost', async () => {
  atCall(estate.xen01, 'dd', '[ "$skip" = 5 ]', CUT);
  expect(await estate.refusal(LINE)).toContain('the connection was lost, or the work there was killed (xen01)');
  expect(await estate.copy(LINE)).toContain('were there already');
  await expectWhole();
});

test('both ends are killed on one host', async () => {
  estate.xen02.write('/images/web1.img', content(...DISK));
  const here = LINE.replace('xen01', 'xen02');
  atCall(estate.xen02, 'timeout', 12, KILL_END);
  expect(await estate.refusal(here)).toContain('the work there was killed (xen02)');
  expect(await estate.copy(here)).toContain('were there already');
  await expectWhole(estate.xen02);
});

test('a crash between the name and the record is a finished copy', async () => {
  await estate.copy(LINE);
  await must(estate.xen02, `ln ${COPY} ${WORK}; echo begun >${RECORDS}/images,copy.img/phase`);
  expect(await estate.copy(LINE)).toContain('is already there');
  await expectWhole();
});

test('a name that somebody else has taken meanwhile is left to them', async () => {
  atCall(estate.xen02, 'ln', 1, `echo theirs >${COPY}`);
  const output = await estate.refusal(LINE);
  expect(output).toContain(`${WORK} can not become ${COPY}: `);
  expect(await estate.refusal(LINE)).toContain(`disk ${COPY} exists and is not a copy of ours`);
  expect(estate.xen02.read(COPY)).toBe('theirs\n');
});

test('a source that has changed between two attempts is copied as it is now', async () => {
  atCall(estate.xen02, 'timeout', 6, KILL_END);
  await expectCutOff('was killed');
  // Noise where noise was, zeros where noise was, noise where zeros were; and longer.
  estate.xen01.write('/images/web1.img', content(['', CHUNK], ['a', CHUNK], ['c', CHUNK], ['b', 4 * CHUNK]));
  await estate.copy(LINE);
  await expectWhole();
});

test('a source that has become shorter is copied as it is now', async () => {
  atCall(estate.xen02, 'timeout', 6, KILL_END);
  await expectCutOff('was killed');
  estate.xen01.write('/images/web1.img', content(['a', CHUNK + 5]));
  await estate.copy(LINE);
  await expectWhole();
});

test('what was spoilt on the disk between two attempts is sent again', async () => {
  atCall(estate.xen02, 'timeout', 5, KILL_END);
  await expectCutOff('was killed');
  await must(estate.xen02, `printf spoilt | dd of=${WORK} bs=1 seek=100 conv=notrunc`);
  await estate.copy(LINE);
  await expectWhole();
});

test('a byte that flips on the way is found, and the chunk is sent again', async () => {
  // A chunk is read for its sum first; what is read the second time is what is sent.
  const flip = `/.host/usr/bin/dd "$@" | { head -c 1000; head -c 1 >/dev/null; printf X; cat; }; exit 0`;
  atCall(estate.xen01, 'dd', `[ "$skip" = 4 ] && ! mkdir /run/summed 2>/dev/null`, flip);
  expect(await estate.refusal(LINE)).toMatch(
    /disk \/images\/copy.img: chunk 4 reads as sha256 [0-9a-f]{64}, sent was [0-9a-f]{64}\n.*it was damaged on the way, or the disk does not keep what it is given; deploy again, it is sent anew/,
  );
  expect(estate.xen02.exists(COPY)).toBe(false);
  expect(await estate.copy(LINE)).toContain('(256.0 KiB were there already');
  await expectWhole();
});

test('a source that ends early is never taken for whole', async () => {
  atCall(
    estate.xen01,
    'dd',
    '[ "$skip" = 5 ] && ! mkdir /run/summed-5 2>/dev/null',
    '/.host/usr/bin/dd "$@" | head -c 20000; exit 0',
  );
  await estate.refusal(LINE, { CDKTF_XEN_COPY_STALL: '1' });
  expect(estate.xen02.exists(COPY)).toBe(false);
  await estate.copy(LINE);
  await expectWhole();
});

test('a sender that stands still is given up', async () => {
  atCall(estate.xen01, 'dd', '[ "$skip" = 3 ] && ! mkdir /run/summed-3 2>/dev/null', 'sleep 5');
  expect(await estate.refusal(LINE, { CDKTF_XEN_COPY_STALL: '1' })).toContain(
    `disk ${COPY}: nothing has arrived for 1 s`,
  );
  await estate.copy(LINE);
  await expectWhole();
});

test('a disk that fills up is named, and the copy goes on when there is room', async () => {
  await must(estate.xen02, 'mount -t tmpfs -o size=1m,mode=755 small /images');
  try {
    atCall(estate.xen02, 'timeout', 4, 'cat /dev/zero >/images/filler 2>/dev/null');
    const output = await estate.refusal(LINE);
    expect(output).toMatch(
      /disk \/images\/copy.img can not be written: .*No space left on device.*; what was written is kept/,
    );
    await must(estate.xen02, 'rm /images/filler');
    expect(await estate.copy(LINE)).toContain('were there already');
    await expectWhole();
  } finally {
    await must(estate.xen02, 'umount /images');
  }
});

test('two deploys of one disk make it once', async () => {
  atCall(estate.xen02, 'timeout', 2, 'sleep 2');
  estate.want(LINE);
  const both = await Promise.all([estate.deploy(), estate.deploy()]);
  expect(both.map((one) => one.status)).toEqual([0, 0]);
  const words = both.map((one) => one.output.replace(/xen02 domU-web1-test: /g, '')).sort();
  expect(words[0]).toMatch(/^another deploy copies to disk \S+, waiting for it\ndisk \S+ is already there/);
  expect(words[1]).toMatch(/^disk \S+: copied/);
  await expectWhole();
});

test('a deploy does not wait for another one for ever', async () => {
  atCall(estate.xen02, 'timeout', 2, 'sleep 4');
  estate.want(LINE);
  const first = estate.deploy();
  await new Promise((done) => setTimeout(done, 1500));
  const { status, output } = await estate.deploy({ CDKTF_XEN_COPY_PATIENCE: '1' });
  expect(output).toContain(`error: another deploy has held disk ${COPY} for 1 s`);
  expect(status).toBe(1);
  expect((await first).status).toBe(0);
});

test('a deployer that is killed leaves nothing that the next one has to know of', async () => {
  atCall(estate.xen02, 'timeout', 3, 'sleep 3');
  estate.want(LINE);
  const first = estate.start();
  await new Promise((done) => setTimeout(done, 1500));
  await estate.xen02.end(first);
  await estate.copy(LINE);
  await expectWhole();
});

test('whoever watches sees how far it is', async () => {
  atCall(estate.xen02, 'timeout', 3, 'sleep 6');
  expect(await estate.copy(LINE)).toMatch(
    /xen02 domU-web1-test: disk \/images\/copy.img: [0-9.]+ of 384.7 KiB \(\d+ %\), \d+ MiB\/s, \d+ s left\n/,
  );
});
