import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GuestsAtShutdown } from '../../../lib';
import { type BedHost, type Carried, openBedHost } from '../../helpers/bed-host';
import { synthTree, testApp, testHost } from '../../helpers/estate';
import { intercept, letThrough } from '../../helpers/run-folder';

/* The folders that work is done in on the host: whose they are, and that a full disk keeps no word back. */

jest.setTimeout(120_000);

const RUNS = '/var/lib/cdktf-xen/run';
const FILL = 'dd if=/dev/zero of=/var/lib/full bs=4k >/dev/null 2>&1';

let host: BedHost;
let tree: string;

beforeAll(async () => {
  host = await openBedHost({ varSizeKiB: 8192 });
  installXl();
  const { address, port, hostKeys, identityFile } = host.bed.sshd;
  const ssh = { address, port, hostKeys: [...hostKeys], identityFile };
  tree = synthTree(testHost(testApp(), { host: { ssh, guestsAtShutdown: GuestsAtShutdown.UNMANAGED } }).app);
});

afterAll(async () => {
  await host.bed.close();
});

/** Xen's stand-in, changed as told. */
function installXl(change: (text: string) => string = (text) => text): void {
  host.bed.hide('xl');
  const text = readFileSync(join(__dirname, '../../../lab/bed/xl-stand-in.sh'), 'utf8');
  host.bed.write('/usr/sbin/xl', change(text), 0o755);
}

async function inDom0(script: string): Promise<string> {
  return (await host.bed.dom0(['bash', '-c', script])).stdout;
}

/** What the last run has for somebody who lost the connection. */
const result = (): Promise<string> => inDom0(`cat "$(ls -dt ${RUNS}/*/ | head -n 1)/result"`);

test('a run that still goes on keeps its folder, however old, and whoever only looks takes none away', async () => {
  await inDom0(`mkdir -p ${RUNS}/{works,is-over}/runtime/host; echo 'sleep 300; :' >${RUNS}/works/runtime/host/run.sh`);
  const works = host.bed.spawnDom0(['bash', '-c', `cd ${RUNS}/works && exec bash runtime/host/run.sh`]);
  await inDom0(`sleep 0.5; touch -d '2 hours ago' ${RUNS}/*`);
  expect((await host.show(tree, 'host')).status).toBe(0);
  expect((await inDom0(`ls ${RUNS}`)).split('\n')).toEqual(expect.arrayContaining(['is-over', 'works']));
  expect((await host.carry(tree, 'host')).status).toBe(0);
  const left = (await inDom0(`ls ${RUNS}`)).split('\n');
  expect(left).toContain('works');
  expect(left).not.toContain('is-over');
  await host.bed.end(works);
  await inDom0(`touch -d '2 hours ago' ${RUNS}/*`);
  expect((await host.carry(tree, 'host')).status).toBe(0);
  expect((await inDom0(`ls ${RUNS}`)).split('\n')).not.toContain('works');
});

describe('a disk that is full before the work is done', () => {
  /** The disk fills up when the lock is taken. */
  async function whenFull(act: () => Promise<Carried>): Promise<Carried> {
    intercept(host.bed, 'flock', FILL);
    const carried = await act();
    const free = await inDom0("df -Pk /var/lib | awk 'NR == 2 { print $4 }'");
    letThrough(host.bed, 'flock');
    await inDom0('rm -f /var/lib/full');
    expect(Number(free)).toBeLessThan(600);
    return carried;
  }

  test('work that comes to its end says so, and is not taken for killed', async () => {
    const { output, status } = await whenFull(() => host.show(tree, 'roster'));
    expect(output).toContain('xen01 roster: the files on the host are as they shall be');
    expect(status).toBe(0);
    expect(await result()).toBe('0\n\n\n');
  });

  test('work that can not go on says what it could not write', async () => {
    await inDom0('rm -rf /var/lib/cdktf-xen/generation; echo changed=1 >>/etc/sysctl.conf');
    const { output, status } = await whenFull(() => host.carry(tree, 'host'));
    expect(output).toMatch(/xen01 host: error: .*(No space left on device|differing)/);
    expect(status).toBe(1);
    expect(await result()).toBe('1\n\n\n');
  });
});

test.each([
  [
    'xl info does not say the memory',
    's/total_memory 16384//',
    "total_memory (xl info) is '', expected: a whole number",
  ],
  [
    'xl info says words for it',
    's/total_memory 16384/total_memory a[0]/',
    "total_memory (xl info) is 'a[0]', expected: a whole number",
  ],
])('%s: an error, and nothing is changed', async (_, edit, message) => {
  installXl();
  await inDom0(`sed -i '${edit}' /usr/sbin/xl`);
  const { output, status } = await host.carry(tree, 'host');
  installXl();
  expect(output).toContain(message);
  expect(output).toContain('nothing was changed');
  expect(output).not.toContain('integer');
  expect(status).toBe(1);
});

test.each([
  ['fails', 'echo "libxl: no such domain" >&2; exit 1', 'xl list failed with exit status 1: libxl: no such domain'],
  ['says no number', 'printf "Name ID Mem\\\\nDomain-0 0 many\\\\n"; exit', 'is not understood: Domain-0 0 many'],
])('where xl list %s, the memory of dom0 is not known, and that stops the step', async (_, act, words) => {
  installXl((text) => text.replace('\n  list)\n', `\n  list)\n    ${act}\n`));
  const { output, status } = await host.carry(tree, 'host');
  installXl();
  expect(output).toContain('error: it is not known which guests run');
  expect(output).toContain(words);
  expect(status).toBe(1);
});

test('a host that can not say how much room it has is not changed', async () => {
  intercept(host.bed, 'stat', 'case "$1" in -f) echo "- 4096"; exit ;; esac');
  const { output, status } = await host.carry(tree, 'host');
  letThrough(host.bed, 'stat');
  expect(output).toContain(
    "error: cannot ask how much room there is at /var/lib/cdktf-xen: stat says '- 4096'; nothing was changed",
  );
  expect(status).toBe(1);
});
