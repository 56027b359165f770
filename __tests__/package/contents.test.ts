import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { filesBelow } from '../helpers/estate';
import { ROOT, run } from '../helpers/program';
import { pack, unpack } from './packed';

let tarball: string;
let folder: string;
let files: Map<string, string>;

beforeAll(async () => {
  tarball = await pack();
  folder = await unpack(tarball);
  files = filesBelow(folder);
}, 120_000);

const named = (end: string): string[] => [...files.keys()].filter((name) => name.endsWith(end));

test('the package has its shell files, all of them and none of an earlier build', () => {
  const runtime = (root: string): string[] =>
    readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.sh'))
      .sort();
  expect(runtime(join(folder, 'dist/lib/runtime'))).toEqual(runtime(join(ROOT, 'lib/runtime')));
  expect(named('.sh').length).toBeGreaterThan(50);
});

test('the package has what is published and nothing of the project around it', () => {
  const around = [...files.keys()].filter((name) => !name.startsWith('dist/lib/'));
  expect(around.sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json']);
  const kinds = new Set([...files.keys()].map((name) => /(\.d\.ts|\.js\.map|\.\w+)$/.exec(name)?.[0]));
  expect([...kinds].sort()).toEqual(['.d.ts', '.js', '.js.map', '.json', '.md', '.sh', undefined]);
});

test('every link of its pages leads to a file of the package', () => {
  for (const page of named('.md')) {
    const links = [...(files.get(page) ?? '').matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, to = '']) => to);
    const dead = links.filter((to) => !/^\w+:/.test(to) && !existsSync(join(folder, dirname(page), to)));
    expect([page, dead]).toEqual([page, []]);
  }
  expect(files.get('README.md')).toContain('](CHANGELOG.md)');
});

test('no hidden member and no type of the inside leaks into the declarations of the API', () => {
  const seen = new Set<string>();
  const look = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    const text = files.get(name);
    expect([name, text === undefined]).toEqual([name, false]);
    for (const [, to = ''] of (text ?? '').matchAll(/from '(\.[^']+)'/g)) look(`${join(dirname(name), to)}.d.ts`);
  };
  look('dist/lib/index.d.ts');
  look('dist/lib/testing.d.ts');
  const members = [...seen].flatMap((name) => (files.get(name) ?? '').match(/^ +.*\b_\w+[?:(].*$/gm) ?? []);
  expect(members).toEqual([]);
  // Nothing of the model is in the API.
  expect([...seen].filter((name) => /\/(model|render)\//.test(name))).toEqual([]);
  expect(seen.size).toBeGreaterThan(10);
});

test('every module has a source map that carries its source', () => {
  for (const name of named('.js')) {
    const map = JSON.parse(files.get(`${name}.map`) ?? '{}') as { sources?: string[]; sourcesContent?: string[] };
    expect([name, map.sources?.length, map.sourcesContent?.[0]?.length]).toEqual([name, 1, expect.any(Number)]);
    expect(files.get(name)).toContain('//# sourceMappingURL=');
  }
});

test('publint has nothing to say about the package', async () => {
  const publint = join(ROOT, 'lab/package/node_modules/.bin/publint');
  const { status, stdout, stderr } = await run([publint, 'run', tarball, '--strict'], ROOT);
  expect([status, stdout + stderr]).toEqual([0, expect.stringContaining('All good!')]);
}, 60_000);

test('are-the-types-wrong finds the types right for every module system that Node has', async () => {
  const attw = join(ROOT, 'lab/package/node_modules/.bin/attw');
  // What resolves as Node 10 did knows no exports map; we need Node 20.
  const { status, stdout, stderr } = await run([attw, tarball, '--profile', 'node16', '--no-color'], ROOT);
  expect([status, status === 0 ? '' : stdout + stderr]).toEqual([0, '']);
  expect(stdout).toContain('cdktf-xen/testing');
}, 60_000);
