import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, LocalBackend } from 'cdktf';
import { type Engine, resolveEngine } from '../../lab/engine/engine';
import { HOST_KEY, synthTree, testHost } from '../helpers/estate';
import { type Ended, run } from '../helpers/program';

/*
 * What a plan makes of a host that can not be reached, with the real engine and the real deployer/observe.sh. The host was
 * deployed before, by stand-ins of both scripts; nobody listens at its address now.
 */

jest.setTimeout(180_000);

const SKIP = { CDKTF_XEN_UNREACHABLE: 'skip' };

let engine: Engine;
/** Holds the app and the cache of the machine that plans. */
let outdir: string;
let tree: string;
let cache: string;
/** What the host said at its last deploy, unit by unit. */
let words: ReadonlyMap<string, string>;

const stack = (): string => join(tree, '../../..');

async function terraform(env: Record<string, string>, ...args: readonly string[]): Promise<Ended & { text: string }> {
  const [command = '', ...rest] = args;
  const home = { XDG_CACHE_HOME: cache, TMPDIR: outdir };
  const ended = await run([engine.binary, command, '-no-color', ...rest], stack(), { ...engine.env, ...home, ...env });
  return { ...ended, text: `${ended.stdout}${ended.stderr}`.replace(/[\s│╷╵]+/g, ' ') };
}

function synth(): void {
  const app = new App({ outdir });
  const { stack: office } = testHost(app, {
    host: { ssh: { address: '127.0.0.1', port: 9, hostKeys: [HOST_KEY] } },
  });
  // Of itself the state lies where the tests are started, for all of them.
  new LocalBackend(office, { path: 'office.tfstate' });
  tree = synthTree(app);
}

/** Runs something while stand-ins of the tree's scripts are in the place of them. */
async function whileReachable(what: () => Promise<unknown>): Promise<void> {
  const answer = JSON.stringify(Object.fromEntries(words));
  const scripts = new Map([
    ['deployer/observe.sh', `cat <<'EOT'\n${answer}\nEOT\n`],
    ['deployer/carry.sh', 'exit 0\n'],
  ]);
  const files = [...scripts.keys()].map((name) => [join(tree, '../../../runtime', name), name] as const);
  const before = new Map(files.map(([file]) => [file, readFileSync(file, 'utf8')]));
  for (const [file, name] of files) writeFileSync(file, scripts.get(name) ?? '');
  await what();
  for (const [file, text] of before) writeFileSync(file, text);
}

beforeAll(async () => {
  engine = await resolveEngine();
});

beforeEach(async () => {
  outdir = mkdtempSync(join(tmpdir(), 'cdktf-xen-test-'));
  cache = join(outdir, 'cache');
  synth();
  const asked = readFileSync(join(stack(), 'cdk.tf.json'), 'utf8').matchAll(/result\[\\"([^"\\]+)\\"\]/g);
  words = new Map([...asked].map(([, key = '']) => [key, `[${key}]`]));
  expect([...words.keys()]).toEqual(expect.arrayContaining(['bridge-xenbr0', 'host', 'roster']));
  expect(await terraform({}, 'init')).toMatchObject({ status: 0 });
  await whileReachable(async () => {
    expect(await terraform({}, 'apply', '-auto-approve')).toMatchObject({ status: 0 });
    expect(await terraform({}, 'plan', '-detailed-exitcode')).toMatchObject({ status: 0 });
  });
});

afterEach(() => {
  rmSync(outdir, { recursive: true, force: true });
});

test('a plan stops, and names both ways to go on', async () => {
  const { status, text } = await terraform({}, 'plan');
  expect(text).toContain('cannot reach 127.0.0.1 port 9: is the host up, and is the address right?');
  expect(text).toContain('CDKTF_XEN_UNREACHABLE=skip');
  expect(text).toContain('CDKTF_XEN_DRIFT_DETECTION=off at synth');
  expect(status).toBe(1);
});

test('a machine that never heard of the host plans nothing and stops, and can still destroy', async () => {
  const { status, text } = await terraform(SKIP, 'plan');
  expect(text).toMatch(
    /host 'xen01' can not be reached, and this machine does not know .*: bridge-xenbr0, host, roster/,
  );
  expect(text).toContain('CDKTF_XEN_DRIFT_DETECTION=off');
  expect(text).not.toContain('must be replaced');
  expect(status).toBe(1);
  const destroyed = await terraform(SKIP, 'destroy', '-auto-approve');
  expect(destroyed.text).toContain('is forgotten (CDKTF_XEN_UNREACHABLE=skip)');
  expect(destroyed.status).toBe(0);
});

test('a machine that knows the last words plans nothing', async () => {
  mkdirSync(join(cache, 'cdktf-xen'), { recursive: true });
  const name = readFileSync(join(tree, 'connection'), 'utf8').trim();
  const units = [...words].filter(([unit]) => words.has(`${unit} generation`));
  const lines = units.map(([unit, word]) => `unit ${unit}\nword ${word}\n`);
  writeFileSync(join(cache, 'cdktf-xen', `${name}.words`), lines.join(''));
  expect(await terraform(SKIP, 'plan', '-detailed-exitcode')).toMatchObject({ status: 0 });
});

test('a stack that was synthesized without drift detection plans nothing for a host that nobody reaches', async () => {
  process.env['CDKTF_XEN_DRIFT_DETECTION'] = 'off';
  try {
    synth();
  } finally {
    delete process.env['CDKTF_XEN_DRIFT_DETECTION'];
  }
  expect(await terraform({}, 'plan', '-detailed-exitcode')).toMatchObject({ status: 0 });
});
