import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  CHUNK,
  CopyEstate,
  KILL_END,
  RECORDS,
  atCall,
  content,
  must,
  replaceXen,
  restore,
} from '../../../helpers/copy-estate';

/* What stops a copy with its reason: settings, records that can't be written or are damaged; and how that is said. */

jest.setTimeout(60_000);

const LINE = 'xen01 web1 file /images/web1.img file /images/copy.img 0';
const RECORD = `${RECORDS}/images,copy.img`;

let estate: CopyEstate;

beforeAll(async () => {
  estate = await CopyEstate.open();
}, 60_000);

beforeEach(async () => {
  for (const bed of [estate.xen01, estate.xen02]) await must(bed, `rm -rf /images ${RECORDS}/*; mkdir -p /images`);
  estate.xen01.write('/images/web1.img', content(['a', 4 * CHUNK]));
});

afterEach(async () => {
  replaceXen(estate.xen01);
  for (const program of ['timeout', 'ln']) await restore(estate.xen02, program);
});

afterAll(async () => {
  await estate.close();
});

test.each(['CHUNK', 'STALL', 'PATIENCE'])('what is set for a copy is a number and never code: %s', async (name) => {
  const canary = join(estate.xen02.scratch, 'canary');
  for (const value of [`UID[$(touch ${canary})]`, '0', '08', '99999999999999999999', '1; reboot'])
    expect(await estate.refusal(LINE, { [`CDKTF_XEN_COPY_${name}`]: value })).toContain(
      `error: CDKTF_XEN_COPY_${name} is '${value.slice(0, 60)}', allowed: `,
    );
  expect(existsSync(canary)).toBe(false);
});

test('what a host says reaches the terminal as printable text', async () => {
  await must(
    estate.xen01,
    `printf '#!/bin/bash\\nprintf "7\\\\033]0;owned\\\\007\\\\033[2J" >&2; exit 1\\n' >/usr/sbin/xl`,
  );
  const output = await estate.refusal(LINE);
  expect(output).toContain('xl list failed with exit status 1: 7]0;owned[2J\n');
  expect(output).toMatch(/^[\n -~]*$/);
});

const small = (size: string) =>
  must(estate.xen02, `mkdir -p ${RECORDS}; mount -t tmpfs -o size=${size} small ${RECORDS}`);
const fill = `cat /dev/zero >${RECORDS}/filler 2>/dev/null`;

test('a record that has no room stops the copy with the reason before the disk is made', async () => {
  await small('8k');
  const output = await estate.refusal(LINE);
  await must(estate.xen02, `umount ${RECORDS}`);
  expect(output).toMatch(
    /the record of disk \/images\/copy.img in \S+ on xen02 can not be written: .*No space left on device/,
  );
  expect(output).toContain('nothing was changed');
  expect(await must(estate.xen02, 'ls -A /images')).toBe('');
});

test('chunks that can not be noted stop the copy with the reason, and it goes on when there is room', async () => {
  await small('40k');
  try {
    atCall(estate.xen02, 'timeout', 2, fill);
    expect(await estate.refusal(LINE)).toMatch(/sums on xen02 can not be written: .*No space left on device/);
    await must(estate.xen02, `rm ${RECORDS}/filler`);
    await estate.copy(LINE);
  } finally {
    await must(estate.xen02, `umount ${RECORDS}`);
  }
});

test('a copy whose end can not be noted says so, and is found whole by the next deploy', async () => {
  await small('40k');
  try {
    atCall(estate.xen02, 'ln', 1, fill);
    expect(await estate.refusal(LINE)).toMatch(/the record of disk \S+ in \S+ on xen02 can not be written: /);
    await must(estate.xen02, `rm ${RECORDS}/filler`);
    expect(await estate.copy(LINE)).toContain('is already there');
    expect(await must(estate.xen02, 'ls -A /images')).toBe('copy.img\n');
  } finally {
    await must(estate.xen02, `umount ${RECORDS}`);
  }
});

test.each([
  ['id', '.*', '16 hexadecimal digits'],
  ['phase', 'half', 'begun, done'],
])('a record with a damaged %s is not gone on from', async (name, value, allowed) => {
  atCall(estate.xen02, 'timeout', 3, KILL_END);
  await estate.refusal(LINE);
  await must(estate.xen02, `echo '${value}' >${RECORD}/${name}`);
  expect(await estate.refusal(LINE)).toContain(
    `the record of disk /images/copy.img is damaged: ${RECORD}/${name} says '${value}', allowed: ${allowed}`,
  );
});
