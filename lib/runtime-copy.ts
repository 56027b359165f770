import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TreeFile, sha256 } from './render/bundle';
import { RUNTIME, RUNTIME_LIST } from './render/runtime-paths';

/** The package's own copy of the runtime. */
const SOURCE = join(__dirname, RUNTIME);

let cached: string | undefined;

/** A line for each file: its sha256 and its path below the stack's folder, sorted. Read once per process. */
function runtimeList(): string {
  cached ??= readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.sh'))
    .map((name) => name.replaceAll('\\', '/'))
    .sort()
    .map((name) => `${sha256(readFileSync(join(SOURCE, name), 'utf8'))}  ${RUNTIME}/${name}\n`)
    .join('');
  return cached;
}

/** The hash of the runtime's list, which a host's tree holds. The host runs only the runtime with this hash. */
export function runtimeNote(): TreeFile {
  return { path: RUNTIME, mode: '0644', owner: 'root:root', content: `${sha256(runtimeList())}\n` };
}

/** Writes the runtime into a stack's folder, which is made if it is missing. */
export function copyRuntime(folder: string): void {
  rmSync(join(folder, RUNTIME), { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(SOURCE, join(folder, RUNTIME), { recursive: true });
  writeFileSync(join(folder, RUNTIME_LIST), runtimeList());
}

const written = new WeakMap<object, Set<string>>();

/**
 * Writes the runtime into a stack's folder, once for all of its hosts.
 *
 * @param synthesis what is the same for all stacks of one synth, and for no other synth
 */
export function writeRuntime(folder: string, synthesis: object): void {
  const folders = written.get(synthesis) ?? new Set<string>();
  written.set(synthesis, folders);
  if (folders.has(folder)) return;
  folders.add(folder);
  copyRuntime(folder);
}
