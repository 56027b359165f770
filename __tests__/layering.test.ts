import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { circlesOf } from './helpers/circles';

const ROOT = join(__dirname, '..');

/** Which rooms a room may import from, beside itself. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  'lib/facts': [],
  'lib/model': [],
  'lib/render': ['lib/facts', 'lib/model'],
  'lib/adopt': ['lib/facts', 'lib/model'],
  'lib/runtime-copy.ts': ['lib/render'],
  'lib/constructs': ['lib/model', 'lib/render', 'lib/runtime-copy.ts'],
  'lib/review': ['lib/facts', 'lib/model', 'lib/render'],
  'lib/cli': ['lib/review', 'lib/facts', 'lib/model', 'lib/render', 'lib/runtime-copy.ts'],
  'lib/index.ts': ['lib/constructs'],
  'lib/testing.ts': ['lib/constructs', 'lib/model'],
  stacks: ['lib/index.ts'],
  'main.ts': ['lib/index.ts', 'stacks'],
};

/** Packages of a room; Node's own modules are named too, so that pure rooms stay pure. */
const MAY_USE: Record<string, readonly string[]> = {
  'lib/facts': [],
  'lib/model': ['node:crypto'],
  'lib/render': ['node:crypto'],
  'lib/adopt': [],
  'lib/runtime-copy.ts': ['node:fs', 'node:path'],
  'lib/constructs': ['constructs', 'node:fs', 'node:path'],
  'lib/review': [],
  'lib/cli': ['node:child_process', 'node:fs', 'node:os', 'node:path', 'node:util'],
  'lib/index.ts': [],
  'lib/testing.ts': ['constructs', 'node:fs', 'node:os', 'node:path'],
  stacks: ['cdktf', 'constructs'],
  'main.ts': ['cdktf'],
};

/** The engine and its provider are one module's, type imports included: a fork or a successor is a change of that file. */
const ENGINE = 'lib/constructs/private/engine.ts';
const ENGINE_PACKAGES = ['cdktf', '@cdktf/provider-null'];

interface Import {
  readonly file: string;
  readonly what: string;
}

function sources(directory: string): string[] {
  return readdirSync(join(ROOT, directory), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${directory}/${name}`);
}

function room(path: string): string {
  const found = Object.keys(MAY_IMPORT).find((name) => path === name || path.startsWith(`${name}/`));
  return found ?? path;
}

const ALL = [...sources('lib'), ...sources('stacks'), 'main.ts'];

function imports(file: string): Import[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const pattern = /\bfrom '([^']+)'|\bimport\('([^']+)'\)|\brequire\('([^']+)'\)|^import '([^']+)'/gm;
  return [...text.matchAll(pattern)].map((match) => ({ file, what: match.slice(1).join('') }));
}

function broken({ file, what }: Import): string | undefined {
  const from = room(file);
  if (!what.startsWith('.')) {
    const allowed = [...(MAY_USE[from] ?? []), ...(file === ENGINE ? ENGINE_PACKAGES : [])];
    return allowed.some((name) => what === name || what.startsWith(`${name}/`)) ? undefined : `${file} uses ${what}`;
  }
  let target = relative(ROOT, join(ROOT, dirname(file), what));
  if (target === 'lib') target = 'lib/index.ts';
  const to = room(ALL.includes(`${target}.ts`) ? `${target}.ts` : target);
  return to === from || (MAY_IMPORT[from] ?? []).includes(to) ? undefined : `${file} imports ${what} (${to})`;
}

test('every room imports only from the rooms below it', () => {
  expect(
    ALL.flatMap(imports)
      .map(broken)
      .filter((line) => line !== undefined),
  ).toEqual([]);
});

test('the table itself catches a wrong import', () => {
  expect(broken({ file: 'lib/model/lan.ts', what: '../render/ifcfg' })).toBeDefined();
  expect(broken({ file: 'lib/render/ifcfg.ts', what: 'node:fs' })).toBeDefined();
  expect(broken({ file: 'lib/render/ifcfg.ts', what: 'cdktf' })).toBeDefined();
  expect(broken({ file: 'lib/adopt/words.ts', what: '../render/words' })).toBeDefined();
  expect(broken({ file: 'lib/adopt/words.ts', what: 'node:buffer' })).toBeDefined();
  expect(broken({ file: 'lib/render/words.ts', what: '../adopt/words' })).toBeDefined();
  expect(broken({ file: 'lib/review/drift.ts', what: '../constructs/lan' })).toBeDefined();
  expect(broken({ file: 'lib/review/census.ts', what: 'node:fs' })).toBeDefined();
  expect(broken({ file: 'lib/review/census.ts', what: '../cli/command' })).toBeDefined();
  expect(broken({ file: 'lib/cli/census.ts', what: '../constructs/lan' })).toBeDefined();
  expect(broken({ file: 'lib/index.ts', what: './cli/dispatch' })).toBeDefined();
  expect(broken({ file: 'stacks/office.ts', what: '../lib/model/lan' })).toBeDefined();
  expect(broken({ file: 'lib/constructs/lan.ts', what: '../../main' })).toBeDefined();
});

/** Whether a path in the code, comments left out, goes through the runtime's folder. */
function namesRuntime(code: string): boolean {
  const bare = code.replace(/\/\*[^]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  return /['"`/]runtime['"`/]/.test(bare);
}

test('nothing in lib knows the lab or the packaging, and only one module knows where the runtime lies', () => {
  const text = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
  const lib = ALL.filter((file) => file.startsWith('lib/'));
  expect(lib.filter((file) => /\b(lab|packaging)\//.test(text(file)))).toEqual([]);
  expect(lib.filter((file) => namesRuntime(text(file)))).toEqual(['lib/render/runtime-paths.ts']);
  for (const code of [
    "join(tree, 'runtime')",
    '`${tree}/runtime/deployer/carry.sh`',
    "'bash /var/lib/x/runtime/net-undo.sh'",
  ])
    expect(namesRuntime(code)).toBe(true);
  expect(namesRuntime('// see runtime/host/run.sh\n/* and runtime/both */ const runtime = 1;')).toBe(false);
});

test('one module of lib imports the engine', () => {
  const theirs = ALL.flatMap(imports).filter(({ what }) => /^@?(cdktf|cdktn)\b/.test(what));
  const files = [...new Set(theirs.map(({ file }) => file))];
  expect(files.filter((file) => file.startsWith('lib/'))).toEqual([ENGINE]);
  expect(broken({ file: 'lib/constructs/domu.ts', what: 'cdktf' })).toBeDefined();
  expect(broken({ file: 'lib/constructs/domu.ts', what: '@cdktf/provider-null/lib/resource' })).toBeDefined();
  expect(broken({ file: 'lib/constructs/private/props.ts', what: 'cdktf/lib/tokens' })).toBeDefined();
});

test('main.ts is short and nobody imports it', () => {
  expect(readFileSync(join(ROOT, 'main.ts'), 'utf8').split('\n').length).toBeLessThan(30);
  expect(ALL.flatMap(imports).filter(({ what }) => /(^|\/)main$/.test(what))).toEqual([]);
});

test('no source file has more than 300 lines', () => {
  const shell = readdirSync(join(ROOT, 'lib/runtime'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.sh'))
    .map((name) => `lib/runtime/${name}`);
  expect(shell.length).toBeGreaterThan(50);
  const long = [...ALL, ...shell].filter((file) => readFileSync(join(ROOT, file), 'utf8').split('\n').length > 301);
  expect(long).toEqual([]);
});

/** Files of this project that a file imports, types too. */
function imported(file: string): readonly string[] {
  return imports(file)
    .filter(({ what }) => what.startsWith('.'))
    .map(({ what }) => relative(ROOT, join(ROOT, dirname(file), what)))
    .map((target) => (target === 'lib' ? 'lib/index.ts' : `${target}.ts`));
}

/** A host makes its own bridges and guests (`addBridge`, `addDomU`), and each of them takes its host: the public face. */
const PUBLIC_RING = ['bridge', 'domu', 'domu-copy', 'domu-options', 'xen-host']
  .map((name) => `lib/constructs/${name}.ts`)
  .sort();

test('no files import each other in a circle, but for a host and what is on it', () => {
  expect(circlesOf(ALL, imported)).toEqual([PUBLIC_RING]);
});

test('a circle is found, however long, and what leads to one is none', () => {
  const sample: Record<string, string[]> = { a: ['b'], b: ['c'], c: ['a'], d: ['a', 'e'], e: [], f: ['f'] };
  expect(circlesOf(Object.keys(sample), (file) => sample[file] ?? [])).toEqual([['a', 'b', 'c'], ['f']]);
});
