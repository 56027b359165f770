import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Whose small programs a machine has that runs Terraform: Debian's, Alpine's, macOS's kinds. */
export const USERLANDS = ['gnu', 'busybox', 'bsd'] as const;
export type Userland = (typeof USERLANDS)[number];

/** Where this machine has a program. */
export function programPath(name: string): string {
  return execFileSync('bash', ['-c', 'type -P "$1"', 'which', name], { encoding: 'utf8' }).trim();
}

/** A folder with nothing but some programs in it, to be all of a PATH: by the name that each is called by. */
export function folderOf(folder: string, programs: Readonly<Record<string, string>>): string {
  mkdirSync(folder, { recursive: true });
  for (const [name, path] of Object.entries(programs)) symlinkSync(path, join(folder, name));
  return folder;
}

/** The tar that a machine of the kind has. */
export function tarOf(userland: Userland): string {
  return programPath({ gnu: 'tar', busybox: 'busybox', bsd: 'bsdtar' }[userland]);
}
