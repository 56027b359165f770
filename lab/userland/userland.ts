import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { DEPLOYER_PROGRAMS } from './programs';

/** Whose small programs a machine has that runs Terraform: Debian's, Alpine's, macOS's kinds. */
export const USERLANDS = ['debian', 'busybox', 'bsd'] as const;
export type Userland = (typeof USERLANDS)[number];

/** macOS's is 3.2, which nobody packages: LAB_BASH_3_2 names one that was built by hand. */
const MACOS_BASH = process.env['LAB_BASH_3_2'] ?? 'bash';

/** What stands for a program; the rest is Debian's own, or all of it busybox's. */
const OTHERS: Readonly<Record<Userland, Readonly<Record<string, string>>>> = {
  debian: { awk: 'mawk', sh: 'dash' },
  busybox: { bash: 'bash', ssh: 'ssh' },
  // macOS's sh is bash. Its other programs can't be had here: the list says which options they have.
  bsd: { awk: 'original-awk', tar: 'bsdtar', bash: MACOS_BASH, sh: MACOS_BASH },
};

/** Where this machine has a program. */
export function programPath(name: string): string {
  return execFileSync('/bin/bash', ['--norc', '-c', 'type -P "$1"', 'which', name], { encoding: 'utf8' }).trim();
}

/** What is run on such a machine for a program. */
export function programOf(userland: Userland, name: string): string {
  return programPath(OTHERS[userland][name] ?? (userland === 'busybox' ? 'busybox' : name));
}

/** A folder with nothing but some programs in it, to be all of a PATH: by the name that each is called by. */
export function folderOf(folder: string, programs: Readonly<Record<string, string>>): string {
  mkdirSync(folder, { recursive: true });
  for (const [name, path] of Object.entries(programs)) symlinkSync(path, join(folder, name));
  return folder;
}

/** A folder to be first on PATH, whose bash gives the deployer's programs such a machine. */
export function layUserland(folder: string, userland: Userland): string {
  const names = ['bash', ...Object.keys(DEPLOYER_PROGRAMS)];
  folderOf(join(folder, 'only'), Object.fromEntries(names.map((name) => [name, programOf(userland, name)])));
  return folderOf(folder, { bash: join(__dirname, 'bash.sh') });
}
