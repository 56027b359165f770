import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { LocalBackend } from 'cdktf';
import { type Engine, resolveEngine } from '../../../../lab/engine/engine';
import { GuestsAtShutdown } from '../../../../lib';
import { type BedHost, openBedHost } from '../../../helpers/bed-host';
import { synthTree, testApp, testHost } from '../../../helpers/estate';

/*
 * Plans of a real engine, made on one host that is as its last deploy left it. Two people whose states are not shared
 * have one each; Terraform itself refuses the second plan only where they are.
 */

jest.setTimeout(300_000);

const ROSTER = 'null_resource.xen01_roster';

let engine: Engine;
let host: BedHost;
/** Where people's copies of the stack lie. */
let desk: string;
let stack: string;

beforeAll(async () => {
  engine = await resolveEngine();
  host = await openBedHost();
  host.bed.hide('xl');
  host.bed.write('/usr/sbin/xl', readFileSync(join(__dirname, '../../../../lab/bed/xl-stand-in.sh')), 0o755);
  desk = mkdtempSync(join(tmpdir(), 'cdktf-xen-plans-'));
  const { address, port, hostKeys, identityFile } = host.bed.sshd;
  const app = testApp();
  const { stack: office } = testHost(app, {
    host: {
      ssh: { address, port, hostKeys: [...hostKeys], identityFile },
      guestsAtShutdown: GuestsAtShutdown.UNMANAGED,
    },
  });
  new LocalBackend(office, { path: 'office.tfstate' });
  stack = join(desk, 'first');
  cpSync(dirname(dirname(dirname(synthTree(app)))), stack, { recursive: true });
  await must(stack, 'init');
  await must(stack, 'apply', '-auto-approve');
});

afterAll(async () => {
  await host.bed.close();
  rmSync(desk, { recursive: true, force: true });
});

async function run(directory: string, ...words: readonly string[]) {
  const [command = '', ...more] = words;
  const options = { env: { ...engine.env, TMPDIR: desk }, timeoutSeconds: 240 };
  const argv = [engine.binary, `-chdir=${directory}`, command, '-input=false', '-no-color', ...more];
  const { status, stdout, stderr } = await host.bed.lan(argv, options);
  return { status, output: `${stdout}${stderr}`.replace(/[\s│]+/g, ' ') };
}

async function must(directory: string, ...words: readonly string[]): Promise<string> {
  const { status, output } = await run(directory, ...words);
  if (status !== 0) throw new Error(`${words.join(' ')}: ${output}`);
  return output;
}

/** Somebody else's copy of the stack, with the same state, and a plan of theirs that is to run a step once more. */
async function planOf(person: string): Promise<string> {
  const directory = join(desk, person);
  cpSync(stack, directory, { recursive: true, force: false });
  expect(await must(directory, 'plan', `-replace=${ROSTER}`, '-out=saved')).toContain(
    '1 to add, 0 to change, 1 to destroy',
  );
  return directory;
}

const generation = (): string => host.bed.read('/var/lib/cdktf-xen/generation/roster');
const REFUSED =
  'somebody else has applied to this unit since the plan was made; nothing was changed, plan and apply again';

test('an idle plan is empty, although every apply moves the generation', async () => {
  expect((await run(stack, 'plan', '-detailed-exitcode')).output).toContain('No changes');
  const before = generation();
  await must(stack, 'apply', '-auto-approve', `-replace=${ROSTER}`);
  expect(generation()).not.toBe(before);
  const { status, output } = await run(stack, 'plan', '-detailed-exitcode');
  expect(output).toContain('No changes');
  expect(status).toBe(0);
  // Once deployed, a unit is not a change for whoever looks only at the state either.
  expect((await run(stack, 'plan', '-refresh=false', '-detailed-exitcode')).status).toBe(0);
});

test('of two saved plans on one clean host the first is applied, and the second is refused with nothing changed', async () => {
  const [first, second] = [await planOf('anna'), await planOf('berta')];
  await must(first, 'apply', 'saved');
  const left = [generation(), await host.etc()];
  const { status, output } = await run(second, 'apply', 'saved');
  expect(output).toContain(REFUSED);
  expect(status).toBe(1);
  expect([generation(), await host.etc()]).toEqual(left);
  // Whoever plans again gets on.
  await must(second, 'apply', '-auto-approve');
  expect((await run(second, 'plan', '-detailed-exitcode')).status).toBe(0);
});

test('of two that are applied at the same time one is refused', async () => {
  const plans = [await planOf('carla'), await planOf('doris')];
  const ended = await Promise.all(plans.map((directory) => run(directory, 'apply', 'saved')));
  expect(ended.map(({ status }) => status).sort()).toEqual([0, 1]);
  expect(ended.find(({ status }) => status === 1)?.output).toContain(REFUSED);
});
