import { Bed } from '../../../../lab/bed/bed';
import { RunFolder, intercept, letThrough } from '../../../helpers/run-folder';

/* What can't be written, moved or removed is an error with the file's name and the reason, and never said to be done. */

jest.setTimeout(120_000);

let bed: Bed;
let folder: RunFolder;

beforeAll(async () => {
  bed = await Bed.open();
  folder = RunFolder.make(bed);
});

afterAll(async () => {
  await bed.close();
});

beforeEach(() => {
  for (const path of ['/var/lib/cdktf-xen/backup', '/var/lib/cdktf-xen/units', '/etc/xen', `${folder.path}/files`])
    bed.remove(path);
  for (const name of ['staged', 'dropped', 'differing', 'foreign', 'manifest', 'recorded', 'merged', 'keys'])
    bed.remove(`${folder.path}/${name}`);
});

/** Files of the unit, and what the host has in their places. */
function unit(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) bed.write(`${folder.path}/files/etc/xen/${name}`, text, 0o600);
  const lines = Object.keys(files).map((name) => `domU-web1 files/etc/xen/${name} 0600 root:root 0\n`);
  bed.write(`${folder.path}/manifest`, lines.join(''));
}

const INSTALL = 'differing_files >differing; backup_files; install_files; say done';

test('a rename that fails is an error, what comes behind it is left alone, and nothing is done', async () => {
  unit({ one: '1', three: '3', two: '2' });
  bed.write('/etc/xen/three', 'old', 0o600);
  intercept(bed, 'mv', 'case "$*" in *three) echo "mv: cannot move it: Input/output error" >&2; exit 1;; esac');
  const { status, said } = await folder.run(INSTALL);
  letThrough(bed, 'mv');
  expect(said.split('\n')).toEqual([
    'xen01 domU-web1: wrote /etc/xen/one',
    'xen01 domU-web1: error: cannot write /etc/xen/three: mv: cannot move it: Input/output error',
    'xen01 domU-web1:   what was written before that stays, and is in /var/lib/cdktf-xen/backup/test as it was; deploy again once the cause is gone',
    '',
  ]);
  expect(status).toBe(1);
  expect(bed.read('/etc/xen/three')).toBe('old');
  expect((await bed.dom0(['ls', '-A', '/etc/xen'])).stdout).toBe('one\nthree\n');
});

test('a process of the switch hears of a file that could not be put in place', async () => {
  unit({ one: '1' });
  const { said } = await folder.run(
    `differing_files >differing; backup_files; stage_files; rm -f /etc/xen/.cdktf-xen.*; commit_files; say "status $?"`,
    'switch',
  );
  expect(said).toMatch(/^xen01 domU-web1: error: cannot write \/etc\/xen\/one: mv: .*No such file/);
  expect(said).toContain('status 1');
  expect(said).not.toContain('wrote');
});

test.each([
  ['a folder', 'mkdir -p /etc/xen/one', 'directory'],
  ['a pipe', 'mkdir -p /etc/xen; mkfifo /etc/xen/one', 'fifo'],
])('%s in the place of a file is refused before anything is written', async (_, make, kind) => {
  await bed.dom0(['bash', '-c', make]);
  unit({ another: '0', one: '1' });
  const { status, said } = await folder.run(INSTALL);
  expect(said).toBe(
    `xen01 domU-web1: error: /etc/xen/one is no file, but ${kind}\nxen01 domU-web1:   somebody has made it; move it away and deploy again\nxen01 domU-web1:   nothing was changed\n`,
  );
  expect(status).toBe(1);
  expect((await bed.dom0(['ls', '-A', '/etc/xen'])).stdout).toBe('one\n');
});

test('a file system that can only be read is named, and nothing is left lying around', async () => {
  unit({ one: '1' });
  await bed.dom0([
    'bash',
    '-c',
    'mkdir -p /etc/xen && mount --bind /etc/xen /etc/xen && mount -o remount,bind,ro /etc/xen',
  ]);
  const { status, said } = await folder.run(INSTALL);
  await bed.dom0(['umount', '/etc/xen']);
  expect(said).toContain('error: cannot write /etc/xen/one: install: cannot create regular file');
  expect(said).toContain('Read-only file system');
  expect(said).toContain('nothing was changed');
  expect(status).toBe(1);
});

test('a copy that can not be kept stops the step before the file is touched', async () => {
  unit({ one: '1' });
  bed.write('/etc/xen/one', 'old', 0o600);
  bed.write('/var/lib/cdktf-xen/backup', 'in the way');
  const { status, said } = await folder.run(INSTALL);
  expect(said).toContain(
    'error: cannot keep a copy of /etc/xen/one in /var/lib/cdktf-xen/backup/test: mkdir: cannot create',
  );
  expect(said).toContain('nothing was changed');
  expect(status).toBe(1);
  expect(bed.read('/etc/xen/one')).toBe('old');
});

test('keys that could not be put together are not installed', async () => {
  bed.write('/etc/xen/settings', 'A=1\nB=2\n');
  bed.write(`${folder.path}/keys/domU-web1/etc/xen/settings`, 'B=3\n');
  bed.write(`${folder.path}/manifest`, 'domU-web1 keys/domU-web1/etc/xen/settings 0644 root:root 0\n');
  intercept(bed, 'awk', 'printf "A=1\\n"; echo "awk: write failure (No space left on device)" >&2; exit 2');
  const { status, said } = await folder.run(INSTALL);
  letThrough(bed, 'awk');
  expect(said).toContain(
    'error: cannot set the keys of /etc/xen/settings: awk: write failure (No space left on device)',
  );
  expect(status).toBe(1);
  expect(bed.read('/etc/xen/settings')).toBe('A=1\nB=2\n');
});

test('the way back restores all that it can, and says what it could not', async () => {
  unit({ a: '1', b: '1', c: '1', d: '1' });
  for (const name of ['a', 'b', 'c']) bed.write(`/etc/xen/${name}`, 'old', 0o640);
  const taken = 'rm /etc/xen/b /etc/xen/.*old.b; mkdir -p /etc/xen/b/full';
  const { said } = await folder.run(
    `differing_files >differing; backup_files; stage_files; keep_old_files; commit_files; ${taken}
restore_files; say "status $?"; unstage; say "status $?"`,
    'switch',
  );
  expect(said.split('\n').slice(4, -1)).toEqual([
    ...Array<unknown>(3).fill(expect.stringMatching(/: (error: cannot restore \/etc\/xen\/b: |restored \/)/)),
    'xen01 domU-web1: removed /etc/xen/d',
    'xen01 domU-web1: status 1',
    'xen01 domU-web1: status 0',
  ]);
  expect(said).toContain('cannot restore /etc/xen/b: mv: cannot overwrite directory');
  const { stdout } = await bed.dom0(['bash', '-c', 'cd /etc/xen; ls -A; stat -c %a a c; cat a c']);
  expect(stdout).toBe('a\nb\nc\n640\n640\noldold');
});

test('a mode that was changed alone goes back too, and a link as the link that it was', async () => {
  unit({ a: 'same', b: '1' });
  bed.write('/etc/xen/a', 'same', 0o644);
  bed.write('/srv/real', 'real');
  await bed.dom0(['ln', '-s', '/srv/real', '/etc/xen/b']);
  await folder.run('differing_files >differing; backup_files; stage_files; commit_files; restore_files', 'switch');
  const { stdout } = await bed.dom0(['bash', '-c', 'stat -c %a /etc/xen/a; readlink /etc/xen/b; cat /srv/real']);
  expect(stdout).toBe('644\n/srv/real\nreal');
});

test('what lies beside the files is taken away as far as it can be', async () => {
  unit({ a: '1', b: '1', c: '1' });
  const { said } = await folder.run(
    `differing_files >differing; stage_files; cd /etc/xen; for f in .*.b; do rm $f; mkdir $f; done; cd - >/dev/null
unstage; say "status $?"`,
    'switch',
  );
  expect(said).toMatch(
    /^xen01 domU-web1: error: cannot take away \/etc\/xen\/\S+\.b: rm: cannot remove .*Is a directory\n/,
  );
  expect(said).toContain('status 1');
  expect((await bed.dom0(['bash', '-c', 'ls -d /etc/xen/.cdktf*'])).stdout).toMatch(/^\S+\.b\n$/);
});

test('a record that can not be written or put in place is an error, and the old one stays', async () => {
  bed.write(`${folder.path}/words/domU-web1`, 'new');
  bed.write(`${folder.path}/manifest`, 'new\n');
  bed.write('/var/lib/cdktf-xen/units/domU-web1/words/domU-web1', 'old');
  bed.write(`${folder.path}/recorded`, 'in the way');
  intercept(bed, 'mv', 'case "$*" in */units/*) echo "mv: failed" >&2; exit 1 ;; esac');
  intercept(bed, 'mkdir', '[ ! -e /root/fail ] || { echo "mkdir: No space left on device" >&2; exit 1; }');
  bed.write('/root/fail', '');
  const unprepared = await folder.run('record; say done');
  letThrough(bed, 'mkdir');
  const unplaced = await folder.run('record; say done');
  const inSwitch = await folder.run('prepare_record; commit_record; say "status $?"', 'switch');
  letThrough(bed, 'mv');
  expect(unprepared.said).toContain('error: cannot prepare the record of domU-web1: mkdir: No space left on device');
  expect(unplaced.said).toContain('error: cannot record domU-web1: mv: failed');
  expect([unprepared.status, unplaced.status]).toEqual([1, 1]);
  expect(unprepared.said + unplaced.said).not.toContain('done');
  expect(inSwitch.said).toContain('status 1');
  expect(bed.read('/var/lib/cdktf-xen/units/domU-web1/words/domU-web1')).toBe('old');
});
