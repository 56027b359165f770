import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cliConfig } from '../../../lab/providers/cli-config';
import { buildStandInMirror, HOSTS, labCache, providerDirectory, PROVIDERS } from '../../../lab/providers/mirror';

let cache: string;

beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), "cdktf-xen mirror's-"));
});

afterEach(() => {
  rmSync(cache, { recursive: true, force: true });
});

function executables(mirror: string): string[] {
  return Object.values(HOSTS).flatMap((host) =>
    PROVIDERS.map((p) => join(providerDirectory(mirror, host, p), `terraform-provider-${p.name}_v${p.version}`)),
  );
}

test('the mirror holds both providers for terraform and for OpenTofu, and says that they are a stand-in', async () => {
  const { directory, cliConfigFile } = await buildStandInMirror(cache);
  for (const file of executables(directory)) {
    expect(statSync(file).mode & 0o777).toBe(0o755);
    expect(readFileSync(file, 'utf8')).toContain('stand-in');
    const run = spawnSync(file, { encoding: 'utf8' });
    expect([run.status, run.stdout, run.stderr]).toEqual([1, '', expect.stringContaining("lab's stand-in")]);
  }
  expect(readFileSync(cliConfigFile, 'utf8')).toBe(cliConfig(directory));
}, 180_000);

test('options for Node in the environment neither slow the stand-in down nor stop it', async () => {
  const { directory } = await buildStandInMirror(cache);
  const env = { ...process.env, NODE_OPTIONS: '--require=/no/such/module' };
  for (const file of executables(directory)) {
    expect(spawnSync(file, { encoding: 'utf8', env }).stderr).toContain("lab's stand-in");
  }
}, 180_000);

test('a second build changes nothing, and several at once agree', async () => {
  const [first] = await Promise.all([1, 2, 3].map(() => buildStandInMirror(cache)));
  const list = (): string => execFileSync('find', [cache, '-printf', '%p %l %T@ %i\n'], { encoding: 'utf8' });
  const before = list();
  expect(await buildStandInMirror(cache)).toEqual(first);
  expect(list()).toBe(before);
  expect(before).not.toContain('.new');
}, 180_000);

test('the cache is where the user wants caches to be', () => {
  expect(labCache({ XDG_CACHE_HOME: '/elsewhere' })).toBe('/elsewhere/cdktf-xen-lab');
  expect(labCache({})).toMatch(/\/\.cache\/cdktf-xen-lab$/);
});

test('a path with quotes and dollar signs is safe in the CLI configuration', () => {
  expect(cliConfig('/a "b"/${c}/%{d}')).toContain('path    = "/a \\"b\\"/$${c}/%%{d}"');
});
