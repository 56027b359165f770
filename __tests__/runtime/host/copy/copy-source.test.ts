import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CHUNK, CopyEstate, RECORDS, UNIT, content, must } from '../../../helpers/copy-estate';
import { HOST_KEY } from '../../../helpers/estate';

/* Nothing is copied that somebody may be writing to, nor from anybody but the host that the stack names. */

jest.setTimeout(60_000);

const LINE = 'xen01 web1 file /images/web1.img file /images/copy.img 0';

let estate: CopyEstate;

beforeAll(async () => {
  estate = await CopyEstate.open();
}, 60_000);

beforeEach(async () => {
  for (const bed of [estate.xen01, estate.xen02]) await must(bed, `rm -rf /images ${RECORDS}; mkdir -p /images`);
  estate.xen01.write('/images/web1.img', content(['a', 2 * CHUNK]));
  estate.xen01.write('/usr/sbin/domains', '');
  estate.xen01.write('/usr/sbin/xenstore', '');
});

afterAll(async () => {
  await estate.close();
});

async function refused(): Promise<string> {
  const output = await estate.refusal(LINE);
  expect(await must(estate.xen02, `ls -A /images ${RECORDS}; ls /tmp`)).toBe(`/images:\n\n${RECORDS}:\n`);
  expect(output).toContain(`xen02 ${UNIT}:   nothing was changed\n`);
  return output;
}

test('an original that runs is not copied', async () => {
  estate.xen01.write('/usr/sbin/domains', '3 web1\n');
  expect(await refused()).toBe(
    `xen02 ${UNIT}: error: disk /images/web1.img: guest web1 on xen01 runs (domain 3), what is read under a running guest is no file system
xen02 ${UNIT}:   shut it down first: xl shutdown web1
xen02 ${UNIT}:   or leave it running: give the original's disk on LVM, and the copy snapshotMiB
xen02 ${UNIT}:   nothing was changed\n`,
  );
});

test('an original that is saved is not copied', async () => {
  await must(estate.xen01, 'mkdir -p /var/lib/xen/save && touch /var/lib/xen/save/web1');
  const output = await refused();
  await must(estate.xen01, 'rm -r /var/lib/xen');
  expect(output).toContain(
    'disk /images/web1.img of guest web1 on xen01: the guest is saved in /var/lib/xen/save/web1',
  );
});

test('a disk that another guest has is not copied', async () => {
  estate.xen01.write('/usr/sbin/domains', '4 other\n');
  estate.xen01.write('/usr/sbin/xenstore', '/local/domain/0/backend/vbd/4/51712/params = "/images/web1.img"\n');
  expect(await refused()).toContain('guest other (domain 4) has it attached');
});

test('a disk that a process has open is not copied', async () => {
  const reader = estate.xen01.spawnDom0(['bash', '-c', 'exec 5<>/images/web1.img; echo; exec sleep 60']);
  await new Promise((done) => reader.stdout?.once('data', done));
  const output = await refused();
  await estate.xen01.end(reader);
  expect(output).toMatch(/process \d+ has it open \(sleep 60\)/);
});

test('a guest that is started while its disk is copied spoils the copy', async () => {
  // The stand-in for xl says so from its third question on.
  await must(
    estate.xen01,
    `mv /usr/sbin/xl /usr/sbin/xl.real; printf '%s\\n' '#!/bin/bash' 'echo x >>/run/asked' '[ $(wc -l </run/asked) -lt 3 ] || echo 7 web1 >/usr/sbin/domains' 'exec /usr/sbin/xl.real "$@"' >/usr/sbin/xl; chmod 755 /usr/sbin/xl`,
  );
  const output = await estate.refusal(LINE);
  await must(estate.xen01, 'mv /usr/sbin/xl.real /usr/sbin/xl; : >/usr/sbin/domains');
  expect(output).toContain('disk /images/web1.img of guest web1 on xen01: the guest runs (domain 7)');
  expect(output).not.toContain('nothing was changed');
  expect(await must(estate.xen02, 'ls -A /images')).toBe('.copy.img.cdktf-xen-copy\n');
  expect(await estate.copy(LINE)).toContain('(128.0 KiB were there already)');
});

test('several copies of one original do not exclude each other', async () => {
  // A copy that reads, as far as others can see it.
  const reader = estate.xen01.spawnDom0([
    'env',
    'CDKTF_XEN_COPY=00112233445566aa',
    'bash',
    '-c',
    'exec 5</images/web1.img; echo; exec sleep 60',
  ]);
  await new Promise((done) => reader.stdout?.once('data', done));
  expect(await estate.copy(LINE)).toContain('copied 128.0 KiB');
  await estate.xen01.end(reader);
});

test('a disk that is not there is named', async () => {
  estate.xen01.remove('/images/web1.img');
  expect(await refused()).toContain('disk /images/web1.img of guest web1 is no file on xen01');
});

test('an empty disk is no disk', async () => {
  estate.xen01.write('/images/web1.img', '');
  expect(await refused()).toContain('disk /images/web1.img of guest web1 on xen01 is empty');
});

test('a source with another key than the stack names is told nothing', async () => {
  const base = mkdtempSync(join(tmpdir(), 'copy-test-'));
  cpSync(resolve(estate.tree, '../../../../..'), base, { recursive: true });
  const tree = join(base, 'stacks/lab/assets/xen02/tree');
  const source = join(base, 'stacks/office/assets/xen01/tree');
  writeFileSync(join(source, 'known_hosts'), `xen01 ${HOST_KEY}\n`);
  writeFileSync(join(source, 'connection'), `${readFileSync(join(source, 'connection'), 'utf8').trim().slice(1)}0\n`);
  estate.want(LINE);
  cpSync(join(estate.tree, 'copies'), join(tree, 'copies'), { recursive: true });
  const { status, output } = await estate.deploy({ CDKTF_XEN_TREE: tree });
  rmSync(base, { recursive: true, force: true });
  expect(output).toContain(
    'xen01: error: the machine at 192.0.2.10 port 22 does not have the host keys that the stack names; nothing was sent to it.',
  );
  expect(status).toBe(1);
  expect(await must(estate.xen02, `ls -A /images ${RECORDS}`)).toBe(`/images:\n\n${RECORDS}:\n`);
});
