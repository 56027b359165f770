import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, bin, buildProgram, failed, run, scripts } from '../helpers/program';

// Each test starts a TypeScript program or two.
jest.setTimeout(60_000);

const TSX = join(ROOT, 'node_modules', '.bin', 'tsx');

/** The package as it is published, and an app that has been synthesized; made once for all tests. */
let made: string;
/** A person's project folder with a copy of the app, for one test. */
let project: string;

let program: string;

const cdktfXen = (...args: readonly string[]) => run([process.execPath, program, ...args], project);

beforeAll(async () => {
  made = mkdtempSync(join(tmpdir(), 'cdktf-xen-test-'));
  const synth = await run([TSX, 'main.ts'], ROOT, { CDKTF_OUTDIR: join(made, 'cdktf.out') });
  expect(synth).toMatchObject({ status: 0, stderr: '' });
  program = await buildProgram(made);
}, 120_000);

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'cdktf-xen-test-'));
  cpSync(join(made, 'cdktf.out'), join(project, 'cdktf.out'), { recursive: true });
});

afterEach(() => {
  rmSync(project, { recursive: true, force: true });
});

afterAll(() => {
  rmSync(made, { recursive: true, force: true });
});

test('the census of the example is the one that the README shows', async () => {
  const { status, stdout, stderr } = await cdktfXen('census');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain('192.0.2.21  00:16:3e:a6:05:8f  derived      domU web1 vif 0     xen01  office\n');
  expect(readFileSync(join(ROOT, 'README.md'), 'utf8')).toContain(`\n\`\`\`\n${stdout}\`\`\`\n`);
});

test('a folder can be named, and JSON says the same', async () => {
  const { status, stdout } = await run(
    [process.execPath, program, 'census', '--json', join(project, 'cdktf.out')],
    tmpdir(),
  );
  expect(status).toBe(0);
  const { lans } = JSON.parse(stdout) as { lans: { name: string; members: { name: string | null }[] }[] };
  expect(lans.map(({ name, members }) => [name, ...members.map((member) => member.name)])).toEqual([
    ['lan0', null, 'xenbr0', 'web1', 'intern1'],
  ]);
});

test('one Lan can be asked for, and one that is not there is told with those that are', async () => {
  expect(await cdktfXen('census', '--lan', 'lan0')).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^lan lan0, 4 members\n/) as string,
  });
  expect(await cdktfXen('census', '--lan', 'lan9')).toEqual(
    failed("no host is on a lan 'lan9', the lans in 'cdktf.out' are: lan0"),
  );
});

test('a folder without a synthesized app is refused, with what to do', async () => {
  rmSync(join(project, 'cdktf.out'), { recursive: true, force: true });
  expect(await cdktfXen('census')).toEqual(
    failed(
      "'cdktf.out' is no output of synth, it has no manifest.json: run cdktf synth first, or name the folder that it wrote",
    ),
  );
});

const tree = (): string => join(project, 'cdktf.out/stacks/office/assets/xen01/tree');

test('a tree of a version that wrote no census is refused, with what to do', async () => {
  rmSync(join(tree(), 'census'));
  expect(await cdktfXen('census')).toEqual(
    failed(
      "'cdktf.out/stacks/office/assets/xen01/tree/census' is missing, an older version wrote this tree: run cdktf synth again",
    ),
  );
});

test('a damaged census is refused, with the line', async () => {
  writeFileSync(join(tree(), 'census'), 'lan0 - 192.0.2.1 gateway - -\nlan0 web1\n');
  expect(await cdktfXen('census')).toEqual(
    failed("line 2 of 'cdktf.out/stacks/office/assets/xen01/tree/census' is none of a census: run cdktf synth again"),
  );
});

test('a damaged manifest.json is refused, with what to do', async () => {
  writeFileSync(join(project, 'cdktf.out', 'manifest.json'), '{');
  expect(await cdktfXen('census')).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(
      /^cdktf-xen: error: 'cdktf.out\/manifest.json' can't be read \(.*\): run cdktf synth again\n$/,
    ) as string,
  });
});

test('a stack and a host that have left the code are not counted, and named', async () => {
  const before = await cdktfXen('census');
  const stacks = join(project, 'cdktf.out', 'stacks');
  cpSync(join(stacks, 'office'), join(stacks, 'home'), { recursive: true });
  cpSync(join(stacks, 'office/assets/xen01'), join(stacks, 'office/assets/xen02'), { recursive: true });
  const after = await cdktfXen('census');
  expect(after).toMatchObject({ status: 0, stdout: before.stdout });
  const clash =
    'its members (3) are not counted, 3 of them with a MAC or an address that a counted one has: ' +
    "bridge 'xenbr0', domU 'intern1' vif 0 and domU 'web1' vif 0; see whether any of them still runs, then remove that folder";
  expect(after.stderr.split('\n')).toEqual([
    `cdktf-xen: note: cdktf.out/stacks/home/assets/xen01/tree is left over from an older synth: the app has no stack 'home' now; ${clash}`,
    `cdktf-xen: note: cdktf.out/stacks/office/assets/xen02/tree is left over from an older synth: stack 'office' has no host 'xen02' now; ${clash}`,
    '',
  ]);
});

test('one MAC twice in the files is an error, and the table is printed all the same', async () => {
  const file = join(tree(), 'census');
  writeFileSync(
    file,
    `${readFileSync(file, 'utf8')}lan0 00:16:3e:a6:05:8f 192.0.2.50 guest-vif xen01 web2 vif 0 pinned\n`,
  );
  const { status, stdout, stderr } = await cdktfXen('census');
  expect({ status, stdout }).toEqual({ status: 1, stdout: expect.stringContaining('domU web2 vif 0') as string });
  expect(stderr).toMatch(/^cdktf-xen: error: MAC 00:16:3e:a6:05:8f on lan 'lan0' is there more than once: /);
});

test('an app whose hosts are on no Lan has an empty census, and that is said', async () => {
  writeFileSync(join(tree(), 'census'), '');
  expect(await cdktfXen('census')).toEqual({
    status: 0,
    stdout: '',
    stderr: "cdktf-xen: note: no host in 'cdktf.out' is on any lan\n",
  });
});

test.each([
  [['--jsn'], "unknown option '--jsn'; allowed are --json, --lan LAN"],
  [['--lan'], "option '--lan <value>' argument missing; allowed are --json, --lan LAN"],
  [['one', 'two'], 'one DIRECTORY is enough, got one, two'],
])('census %j is refused', async (args, message) => {
  expect(await cdktfXen('census', ...args)).toEqual(failed(message));
});

test('a reader that has seen enough is no error', async () => {
  const many = Array.from(
    { length: 50_000 },
    (_, n) => `lan0 - 10.${n >> 16}.${(n >> 8) & 255}.${n & 255} reserved - -\n`,
  );
  writeFileSync(join(tree(), 'census'), many.join(''));
  expect(await run([process.execPath, program, 'census'], project, {}, false)).toEqual({
    status: 0,
    stdout: '',
    stderr: '',
  });
  const { stdout } = await cdktfXen('census');
  expect(stdout.split('\n')).toHaveLength(50_003);
});

test('the package installs it as a program that runs by itself', () => {
  expect(readFileSync(program, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  expect(scripts['build']).toContain(`chmod +x ${bin['cdktf-xen'] ?? ''}`);
});

test('npm run census takes the census of a checkout', async () => {
  const [runner = '', ...args] = (scripts['census'] ?? '').split(' ');
  const command = [join(ROOT, 'node_modules', '.bin', runner), ...args, join(project, 'cdktf.out')];
  expect(await run(command, ROOT)).toEqual(await cdktfXen('census'));
}, 20_000);
