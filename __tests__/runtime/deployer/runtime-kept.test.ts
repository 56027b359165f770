import { appendFileSync, cpSync, mkdtempSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BedHost, openBedHost } from '../../helpers/bed-host';
import { intercept, letThrough } from '../../helpers/run-folder';

/* A host keeps the runtime under its hash, so that a step sends only what is its own. */

jest.setTimeout(120_000);

const STATE = '/var/lib/cdktf-xen';
const KEPT = `${STATE}/runtimes`;

let host: BedHost;
let tree: string;
let hash: string;

beforeAll(async () => {
  host = await openBedHost({ varSizeKiB: 8192 });
  tree = host.tree();
  hash = readFileSync(join(tree, 'runtime'), 'utf8').trim();
});

beforeEach(async () => {
  await onHost(`rm -rf ${STATE}`);
});

afterAll(() => host.bed.close());

async function onHost(script: string): Promise<string> {
  const { stdout, stderr, status } = await host.bed.dom0(['bash', '-c', script]);
  if (status !== 0) throw new Error(`on the host: ${script}: ${stderr}`);
  return stdout;
}

const observe = (of = tree) =>
  host.bed.lan(['bash', join(of, '../../../runtime/deployer/observe.sh'), 'xen01', 'report']);

/** How often the whole runtime was unpacked. */
async function broughtWhile(act: () => Promise<unknown>): Promise<number> {
  intercept(host.bed, 'tar', 'case "$*" in *runtimes/.new*) echo x >>/root/brought ;; esac');
  await onHost(': >/root/brought');
  await act();
  letThrough(host.bed, 'tar');
  return (await onHost('wc -l </root/brought')).trim() === '' ? 0 : Number(await onHost('wc -l </root/brought'));
}

/** The same stack with another version of the runtime. */
function otherVersion(): string {
  const stack = join(mkdtempSync(join(tmpdir(), 'cdktf-xen-test-')), 'stack');
  cpSync(join(tree, '../../..'), stack, { recursive: true });
  const [list, base] = [join(stack, 'runtime/list'), join(stack, 'runtime/host/base/common.sh')];
  appendFileSync(base, '# another version\n');
  const sha = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');
  writeFileSync(
    list,
    readFileSync(list, 'utf8').replace(/^\S+( {2}runtime\/host\/base\/common\.sh)$/m, `${sha(base)}$1`),
  );
  const other = join(realpathSync(stack), 'assets/xen01/tree');
  writeFileSync(join(other, 'runtime'), `${sha(list)}\n`);
  return other;
}

test('the first step brings the runtime, and no other one does', async () => {
  expect(await broughtWhile(() => host.carry(tree, 'roster'))).toBe(1);
  expect(await onHost(`ls -A ${KEPT}`)).toBe(`${hash}\n`);
  expect(
    await broughtWhile(async () => {
      expect(await host.carry(tree, 'roster')).toMatchObject({ status: 0 });
      expect(await host.show(tree, 'bridge-xenbr0')).toMatchObject({ status: 0 });
      expect(await observe()).toMatchObject({ status: 0 });
    }),
  ).toBe(0);
});

test('a plan leaves nothing on a host that keeps no runtime', async () => {
  const places = `ls -A /var/lib /dev/shm /tmp /root`;
  const before = await onHost(places);
  expect(await observe()).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('unit bridge-xenbr0\n') as string,
  });
  expect(await onHost(places)).toBe(before);
});

test('a plan of a host without memory for files, or with a full disk, goes on', async () => {
  await host.carry(tree, 'roster');
  await onHost('dd if=/dev/zero of=/var/lib/full bs=4k >/dev/null 2>&1 || :');
  expect(await observe()).toMatchObject({ status: 0 });
  await onHost('rm /var/lib/full');
  intercept(host.bed, 'mkdir', 'case "$*" in *cdktf-xen.*) exit 1 ;; esac');
  expect(await observe()).toMatchObject({ status: 0 });
  await onHost(`rm -rf ${STATE}`);
  const { status, stderr } = await observe();
  letThrough(host.bed, 'mkdir');
  expect(stderr).toContain('xen01: error: cannot make a folder in /dev/shm or /tmp on the host');
  expect(status).toBe(1);
});

test.each([
  ['that a crash has cut off', (file: string) => `: >${file}`],
  ['that is gone', (file: string) => `rm ${file}`],
  ['that somebody has edited', (file: string) => `echo 'touch /root/was-run' >>${file}`],
])('a kept file %s is found before it runs, and the runtime is brought anew', async (_, damage) => {
  await host.carry(tree, 'roster');
  for (const file of ['host/run.sh', 'host/base/files.sh', 'both/paths.sh', 'list']) {
    await onHost(damage(`${KEPT}/${hash}/runtime/${file}`));
    const carried = await host.carry(tree, 'roster');
    expect(carried).toEqual({ status: 0, output: 'xen01 roster: nothing to change\n' });
    expect(await onHost(`[ ! -e /root/was-run ] && ls ${KEPT}`)).toBe(`${hash}\n`);
  }
});

test('a host that does not keep what it is given is told from one that works', async () => {
  intercept(host.bed, 'mv', 'case "$*" in *.new.*) exit 0 ;; esac');
  const { status, output } = await host.carry(tree, 'roster');
  letThrough(host.bed, 'mv');
  expect(output).toContain(`xen01: error: the host does not keep what is sent to it: ${KEPT}/${hash} is not there`);
  expect(status).toBe(1);
});

test('a full disk is told before anything is changed', async () => {
  const before = await host.etc();
  await onHost('dd if=/dev/zero of=/var/lib/full bs=4k >/dev/null 2>&1 || :');
  const { status, output } = await host.carry(tree, 'roster');
  await onHost('rm /var/lib/full');
  expect(output).toMatch(/No space left on device[^]*xen01: error: cannot (make|unpack into) \S+ on the host/);
  expect(status).toBe(73);
  expect(await host.etc()).toBe(before);
  expect(await host.carry(tree, 'roster')).toMatchObject({ status: 0 });
});

test('steps that begin at the same moment on a new host all work', async () => {
  const all = await Promise.all(['roster', 'roster', 'roster', 'roster'].map((unit) => host.carry(tree, unit)));
  expect(all.map(({ status }) => status)).toEqual([0, 0, 0, 0]);
  expect(await onHost(`ls -A ${KEPT}`)).toBe(`${hash}\n`);
});

test('another version takes the place of one that nothing works with, and leaves one that something does', async () => {
  const other = otherVersion();
  const second = readFileSync(join(other, 'runtime'), 'utf8').trim();
  await host.carry(tree, 'roster');
  await onHost(`mkdir ${STATE}/run/at-work && ln -s ../../runtimes/${hash}/runtime ${STATE}/run/at-work/runtime`);
  expect(await host.carry(other, 'roster')).toMatchObject({ status: 0 });
  expect((await onHost(`ls -A ${KEPT}`)).trim().split('\n')).toEqual([hash, second].sort());
  await onHost(`rm -rf ${STATE}/run/at-work ${KEPT}/${second}`);
  expect(await host.carry(other, 'roster')).toMatchObject({ status: 0 });
  expect(await onHost(`ls -A ${KEPT}`)).toBe(`${second}\n`);
});

test('what was cut off on its way goes with the next that arrives, an hour later', async () => {
  await onHost(`mkdir -p ${KEPT}/.new.{old,young} && touch -d '2 hours ago' ${KEPT}/.new.old`);
  await host.carry(tree, 'roster');
  expect((await onHost(`ls -A ${KEPT}`)).trim().split('\n')).toEqual(['.new.young', hash]);
});
