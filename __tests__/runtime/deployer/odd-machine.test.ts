import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HOST_KEY, synthTree, testApp, testHost } from '../../helpers/estate';
import { run } from '../../helpers/program';

/* Environments that a person or a build server may have where Terraform runs. Nobody listens at the host's address. */

let folder: string;
let tree: string;

beforeAll(() => {
  const ssh = { address: '127.0.0.1', port: 9, hostKeys: [HOST_KEY] };
  tree = synthTree(testHost(testApp(), { host: { ssh } }).app);
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'odd-machine-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const stack = (): string => join(tree, '../../..');
const UNREACHABLE = 'xen01: error: cannot reach 127.0.0.1 port 9: is the host up, and is the address right?';

/** As Terraform does, in the stack's folder and with `./` before all paths. */
const start = (args: readonly string[], env: Record<string, string | undefined>) =>
  run(['/bin/sh', './runtime/deployer/start.sh', ...args], stack(), {
    HOME: folder,
    TMPDIR: folder,
    CDKTF_XEN_TREE: undefined,
    ...env,
  });

const SHOW = ['carry', 'show', 'xen01', 'host'];
const OBSERVE = ['observe', 'xen01'];
const TREE = './assets/xen01/tree';

test('a TMPDIR that is not there is told, and how to go on', () => {
  const script = `host=xen01; . runtime/deployer/connection.sh; . runtime/deployer/send.sh; make_work_folder; echo on`;
  const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-euc', script], {
    cwd: stack(),
    env: { ...process.env, TMPDIR: join(folder, 'gone') },
    encoding: 'utf8',
  });
  expect(stderr).toContain(
    `xen01: error: cannot make a folder in ${folder}/gone, see above: set TMPDIR to one that may be written to.`,
  );
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
});

/** A folder of that name where Terraform runs. */
const OWN = 'own-tmp';

beforeEach(() => {
  // For whoever takes CDPATH for more than a person's.
  mkdirSync(join(stack(), OWN, TREE), { recursive: true });
});

afterEach(() => {
  rmSync(join(stack(), OWN), { recursive: true, force: true });
});

test.each<[string, Record<string, string | undefined>]>([
  ['a CDPATH that leads elsewhere', { CDPATH: OWN }],
  ['a language of which nobody has the words', { LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8' }],
  ["grep's and tar's own options", { GREP_OPTIONS: '-v', TAR_OPTIONS: '--exclude=*', POSIXLY_CORRECT: '1' }],
  ['neither HOME nor TMPDIR', { HOME: undefined, TMPDIR: undefined }],
])('%s is no hindrance', async (_, env) => {
  for (const args of [OBSERVE, [...OBSERVE, 'report'], SHOW]) {
    const { status, stdout, stderr } = await start(args, {
      ...env,
      ...(args === SHOW ? { CDKTF_XEN_TREE: TREE } : {}),
    });
    expect(stderr).toMatch(/^ {4}ssh: connect to host 127\.0\.0\.1 port 9: Connection refused\s+xen01: error: /);
    expect(stderr).toContain(UNREACHABLE);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  }
});

test('a TMPDIR that is named from where Terraform runs is there, and not in the tree', async () => {
  const { stderr } = await start(SHOW, { TMPDIR: OWN, CDKTF_XEN_TREE: TREE });
  expect(stderr).toContain(UNREACHABLE);
});

test('without a home of its own, a machine has no last words of a host, for anybody may write to /tmp', async () => {
  const env = { HOME: undefined, XDG_CACHE_HOME: undefined, CDKTF_XEN_UNREACHABLE: 'skip' };
  const { status, stdout, stderr } = await start(OBSERVE, env);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(new Set(Object.values(JSON.parse(stdout) as Record<string, string>))).toEqual(
    new Set(['not known: the host could not be reached', '']),
  );
});
