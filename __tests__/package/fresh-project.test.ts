import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow } from '../helpers/estate';
import { run } from '../helpers/program';
import { emptyProject, pack, readmeBlocks, readmeLine, succeed } from './packed';

/*
 * README.md, done word by word in an empty project, with the packed package: once with cdktf, once with its fork.
 */

const [INSTALL = '', SYNTH = ''] = readmeBlocks('## A stack', 'sh');
const [MAIN = '', UNIT_TEST = ''] = readmeBlocks('## A stack', 'ts');
const [FORK = ''] = readmeBlocks('### The fork', 'sh');
const [CONFIG = ''] = readmeBlocks('## A stack', 'json');
/** For an install with a cold cache, on a busy machine. */
const MINUTES = 5 * 60 * 1000;

let tarball: string;
/** A project with the engine of that name. */
const projects = { cdktf: '', fork: '' };

async function install(...lines: readonly string[]): Promise<string> {
  const project = emptyProject();
  for (const line of lines) {
    const { status, stderr } = await readmeLine(line, tarball, project);
    expect([line, status, status === 0 ? '' : stderr]).toEqual([line, 0, '']);
  }
  writeFileSync(join(project, 'main.ts'), MAIN);
  writeFileSync(join(project, 'cdktf.json'), CONFIG);
  return project;
}

/** Every file that a project's synth has written, the JSON as JSON, without the engine's version and the place. */
function synthesized(project: string): Record<string, unknown> {
  const files = [...filesBelow(join(project, 'cdktf.out'))].map(([name, content]): [string, unknown] => {
    if (!name.endsWith('.json')) return [name, content];
    const value = JSON.parse(content.replaceAll(project, '/srv/office')) as Record<string, unknown>;
    // Of the engine itself: its version, which stands in the manifest and in the comment of each stack.
    const metadata = (value['//'] as { metadata?: { version?: string } } | undefined)?.metadata;
    delete value['version'];
    delete metadata?.version;
    return [name, value];
  });
  return Object.fromEntries(files);
}

beforeAll(async () => {
  tarball = await pack();
  const [first = '', second = ''] = INSTALL.trim().split('\n');
  projects.cdktf = await install(first, second);
  projects.fork = await install(...FORK.trim().split('\n'), second);
}, MINUTES);

test.each(['cdktf', 'fork'] as const)(
  "README's example synthesizes as it stands, with %s",
  async (engine) => {
    const project = projects[engine];
    const { app } = JSON.parse(CONFIG) as { app: string };
    expect(await succeed(['bash', '-c', app], project)).toBe('00:16:3e:a6:05:8f\n');
    const files = filesBelow(join(project, 'cdktf.out/stacks/office'));
    expect(files.get('assets/xen01/tree/files/etc/xen/web1')).toContain('mac=00:16:3e:a6:05:8f');
    expect([...files.keys()].filter((name) => name.endsWith('/carry.sh'))).toHaveLength(1);
  },
  MINUTES,
);

test('cdktf and its fork synthesize the same, file by file', () => {
  const [one, other] = [synthesized(projects.cdktf), synthesized(projects.fork)];
  expect(Object.keys(one).filter((name) => name.endsWith('cdk.tf.json'))).toEqual(['stacks/office/cdk.tf.json']);
  expect(other).toEqual(one);
});

test.each(['cdktf', 'fork'] as const)('the engine in the project is the one that was asked for: %s', async (engine) => {
  const script = "console.log(require('cdktf').TerraformStack[Symbol.for('jsii.rtti')].fqn)";
  const fqn = { cdktf: 'cdktf.TerraformStack\n', fork: 'cdktn.TerraformStack\n' }[engine];
  expect(await succeed(['node', '-e', script], projects[engine])).toBe(fqn);
  await succeed(['npm', 'ls', '--all'], projects[engine]);
});

test.each(['cdktf', 'fork'] as const)(
  'the declarations are sound for a strict compiler, with %s',
  async (engine) => {
    const options = [
      '--strict',
      '--module',
      'node16',
      '--target',
      'es2022',
      '--types',
      'node',
      '--skipLibCheck',
      'false',
    ];
    writeFileSync(join(projects[engine], 'unit-test.ts'), unitTest());
    const tsc = join('node_modules', '.bin', 'tsc');
    await succeed([tsc, '--noEmit', '--ignoreConfig', ...options, 'main.ts', 'unit-test.ts'], projects[engine]);
  },
  MINUTES,
);

/** README's example and its unit test in one file, with a stand-in for what a test runner gives. */
function unitTest(): string {
  const expectation =
    "import assert from 'node:assert';\nconst expect = (text?: string) => ({ toContain: (part: string) => assert(text?.includes(part)) });\n";
  return expectation + MAIN.replace('app.synth();\n', UNIT_TEST);
}

test("README's unit test passes as it stands, and can fail", async () => {
  const file = join(projects.cdktf, 'unit-test.ts');
  writeFileSync(file, unitTest());
  await succeed(['node_modules/.bin/tsx', file], projects.cdktf);
  writeFileSync(file, unitTest().replace("toContain('mac=00:16:3e:a6:05:8f')", "toContain('mac=00:16:3e:00:00:00')"));
  expect((await run(['node_modules/.bin/tsx', file], projects.cdktf)).status).not.toBe(0);
});

test(
  "without README's first line for the fork npm stops with the error that README names",
  async () => {
    const [, line = ''] = FORK.trim().split('\n');
    const { status, stderr } = await readmeLine(line, tarball, emptyProject());
    expect([status, stderr]).toEqual([1, expect.stringContaining('ERESOLVE')]);
  },
  MINUTES,
);

test("README's commands are those of the engine's program", () => {
  const commands = SYNTH.trim()
    .split('\n')
    .map((line) => line.split(' ').slice(0, 3).join(' '));
  expect(commands).toEqual(['npx cdktf synth', 'npx cdktf diff', 'npx cdktf deploy']);
});

test('what is inside cannot be imported, what is outside can, also from an ES module', async () => {
  const inside = (what: string) => ['node', '-e', `require('cdktf-xen/${what}')`];
  for (const what of ['dist/lib/index', 'dist/lib/model/lan', 'lib/model/lan.js']) {
    expect((await run(inside(what), projects.cdktf)).stderr).toContain('ERR_PACKAGE_PATH_NOT_EXPORTED');
  }
  const outside =
    "import { Lan } from 'cdktf-xen'; import { hostFiles } from 'cdktf-xen/testing'; console.log(typeof Lan, typeof hostFiles);";
  expect(await succeed(['node', '--input-type=module', '-e', outside], projects.cdktf)).toBe('function function\n');
});

test('no file of the package needs a right to be executed', async () => {
  const installed = join(projects.cdktf, 'node_modules/cdktf-xen');
  await succeed(['find', installed, '-type', 'f', '-exec', 'chmod', 'a-x', '{}', '+'], projects.cdktf);
  await succeed(['rm', '-rf', 'cdktf.out'], projects.cdktf);
  await succeed(['node_modules/.bin/tsx', 'main.ts'], projects.cdktf);
  const stack = readFileSync(join(projects.cdktf, 'cdktf.out/stacks/office/cdk.tf.json'), 'utf8');
  const commands = [...stack.matchAll(/"command": "(.*)",?$/gm)].map(([, command = '']) =>
    command.split(' ').slice(0, 2),
  );
  expect([...new Set(commands.map((words) => words.join(' ')))]).toEqual(['exec /bin/sh']);
  const main = join(installed, 'dist/lib/cli/main.js');
  expect(await succeed(['node', main, 'census'], projects.cdktf)).toContain('00:16:3e:a6:05:8f  derived');
});

test('cdktf-xen --version says the version that is installed', async () => {
  const { version } = JSON.parse(readFileSync(join(projects.fork, 'node_modules/cdktf-xen/package.json'), 'utf8')) as {
    version: string;
  };
  expect(await succeed(['npx', 'cdktf-xen', '--version'], projects.fork)).toBe(`${version}\n`);
});
