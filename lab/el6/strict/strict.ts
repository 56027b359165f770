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
 * What stands before the programs of a host that plays CentOS 6, see build.sh: made once per source, in a cache.
 *
 * @throws Error naming the package to install where something is missing
 */
export function strictFolder(places: StrictPlaces = {}): string {
  const cache = places.cache ?? defaultCache();
  const sources = readdirSync(__dirname).filter((name) => /\.[ch]$|^programs$|^build\.sh$/.test(name));
  const version = createHash('sha256');
  for (const name of sources.sort()) version.update(name).update(readFileSync(join(__dirname, name)));
  const folder = join(cache, version.digest('hex').slice(0, 16));
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  // Several processes may come here at once; each makes its own and the first rename wins.
  const own = join(cache, `.building-${process.pid}`);
  const compiler = places.compiler ?? 'cc';
  const env = { ...process.env, CC: compiler };
  try {
    const { status, stderr } = spawnSync('bash', [join(__dirname, 'build.sh'), own], { encoding: 'utf8', env });
    if (status !== 0)
      throw new Error(`cannot compile lab/el6/strict with ${compiler}: are gcc and libc6-dev installed?\n${stderr}`);
    renameSync(own, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
  return folder;
}

/** The programs of the table, and those of them that CentOS 6 has not at all. */
export function strictNames(folder = strictFolder()): { readonly known: string[]; readonly absent: string[] } {
  return { known: readdirSync(join(folder, 'known')), absent: readdirSync(join(folder, 'absent')) };
}

/** Makes a folder to be the first on a PATH: for a stand-in of a host whose programs are the machine's own. */
export function layStrict(target: string): void {
  const folder = strictFolder();
  const { known, absent } = strictNames(folder);
  mkdirSync(target, { recursive: true });
  for (const name of [...known, ...absent])
    writeFileSync(join(target, name), `#!${folder}/strict ${name}\n`, { mode: 0o755 });
}
