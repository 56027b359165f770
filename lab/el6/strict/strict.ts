import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where things are; other places are for tests. */
export interface StrictPlaces {
  readonly compiler?: string;
  readonly cache?: string;
}

function defaultCache(): string {
  const base = process.env['XDG_CACHE_HOME'] ?? '';
  return join(base === '' ? join(homedir(), '.cache') : base, 'cdktf-xen-lab', 'strict');
}

/**
 * The program that stands before those of a host that plays CentOS 6, compiled once per source into a cache.
 *
 * @throws Error naming the package to install where something is missing
 */
export function strictProgram(places: StrictPlaces = {}): string {
  const cache = places.cache ?? defaultCache();
  const sources = readdirSync(__dirname).filter((name) => /\.[ch]$|^programs$|^build\.sh$/.test(name));
  const version = createHash('sha256');
  for (const name of sources.sort()) version.update(name).update(readFileSync(join(__dirname, name)));
  const program = join(cache, `strict-${version.digest('hex').slice(0, 16)}`);
  if (existsSync(program)) return program;
  mkdirSync(cache, { recursive: true });
  // Several processes may come here at once; each compiles for itself and the rename is whole.
  const own = join(cache, `.strict-${process.pid}`);
  const compiler = places.compiler ?? 'cc';
  const env = { ...process.env, CC: compiler };
  const { status, stderr } = spawnSync('bash', [join(__dirname, 'build.sh'), own], { encoding: 'utf8', env });
  if (status !== 0) {
    rmSync(own, { force: true });
    throw new Error(`cannot compile lab/el6/strict with ${compiler}: are gcc and libc6-dev installed?\n${stderr}`);
  }
  renameSync(own, program);
  return program;
}

/** The programs of the table: CentOS 6's, and those that it has not at all. */
export function strictNames(): readonly string[] {
  const names = new Set<string>(['ip']);
  let section = '';
  for (const line of readFileSync(join(__dirname, 'programs'), 'utf8').split('\n')) {
    if (line.startsWith('[')) section = line;
    else if (line !== '' && !line.startsWith('#') && !section.startsWith('[ip '))
      for (const name of line.replace(/\|.*/, '').split(',')) names.add(name);
  }
  return [...names].sort();
}

/** Makes a folder to be first on a PATH: the same as lay.sh does in a root, for the machine's own programs. */
export function layStrict(folder: string, program: string): void {
  mkdirSync(folder, { recursive: true });
  for (const name of strictNames()) writeFileSync(join(folder, name), `#!${program} ${name}\n`, { mode: 0o755 });
}
