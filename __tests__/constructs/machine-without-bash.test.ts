import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, LocalBackend } from 'cdktf';
import { type Engine, resolveEngine } from '../../lab/engine/engine';
import { DEPLOYER_PROGRAMS } from '../../lab/userland/programs';
import { folderOf, programPath } from '../../lab/userland/userland';
import { HOST_KEY, synthTree, testHost } from '../helpers/estate';
import { buildProgram, run } from '../helpers/program';

/* What a person reads where Terraform runs on a machine without bash, as Alpine's images are: of the real engine. */

jest.setTimeout(180_000);

const SENTENCE =
  /xen01: error: the machine that runs Terraform has no bash on its PATH \(\S+\)\. Install .*apk add bash/;

let engine: Engine;
let folder: string;
let PATH: string;

beforeAll(async () => {
  engine = await resolveEngine();
  folder = mkdtempSync(join(tmpdir(), 'cdktf-xen-test-'));
  // The providers of the lab are programs of Node's.
  const names = [...Object.keys(DEPLOYER_PROGRAMS), 'env', 'node'];
  PATH = folderOf(join(folder, 'bin'), Object.fromEntries(names.map((name) => [name, programPath(name)])));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test.each([
  ['plan', 'on'],
  ['apply', 'off'],
])('%s says what is missing, and the cure (drift detection %s)', async (command, detection) => {
  process.env['CDKTF_XEN_DRIFT_DETECTION'] = detection;
  let stack: string;
  try {
    const app = new App({ outdir: join(folder, detection) });
    const ssh = { address: '127.0.0.1', port: 9, hostKeys: [HOST_KEY] };
    const described = testHost(app, { host: { ssh } });
    new LocalBackend(described.stack, { path: 'office.tfstate' });
    stack = join(synthTree(described.app), '../../..');
  } finally {
    delete process.env['CDKTF_XEN_DRIFT_DETECTION'];
  }
  const terraform = async (...args: readonly string[]) => {
    const { status, stdout, stderr } = await run([engine.binary, ...args, '-no-color'], stack, {
      ...engine.env,
      TMPDIR: folder,
      PATH,
    });
    return { status, text: `${stdout}${stderr}`.replace(/[\s│╷╵]+/g, ' ') };
  };
  expect(await terraform('init')).toMatchObject({ status: 0 });
  const { status, text } = await terraform(command, ...(command === 'apply' ? ['-auto-approve'] : []));
  expect(text).toMatch(SENTENCE);
  expect(status).toBe(1);
});

test('so do drift and show', async () => {
  const program = await buildProgram(folder);
  const ssh = { address: '127.0.0.1', port: 9, hostKeys: [HOST_KEY] };
  const outdir = join(folder, 'asked');
  testHost(new App({ outdir }), { host: { ssh } }).app.synth();
  for (const command of ['drift', 'show']) {
    const { status, stdout, stderr } = await run([process.execPath, program, command, outdir], folder, { PATH });
    expect(`${stdout}${stderr}`).toContain('the machine that runs Terraform has no bash on its PATH');
    expect(status).toBe(1);
  }
});
