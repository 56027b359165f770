import { lstatSync, readlinkSync } from 'node:fs';
import { posix } from 'node:path';

/**
 * The place, seen from the machine, of a file in another root: links on the way are followed inside that root. Plain
 * joining would let an absolute link in the host under test lead out to the machine's own files.
 */
export function resolveInRoot(root: string, path: string): string {
  if (!path.startsWith('/')) throw new Error(`bed: not an absolute path: ${path}`);
  const pending = path.split('/').filter((part) => part !== '' && part !== '.');
  let done: string[] = [];
  let links = 0;
  for (let part = pending.shift(); part !== undefined; part = pending.shift()) {
    if (part === '..') {
      done = done.slice(0, -1);
      continue;
    }
    const here = posix.join(root, ...done, part);
    const stat = lstatSync(here, { throwIfNoEntry: false });
    if (stat?.isSymbolicLink() !== true) {
      done = [...done, part];
      continue;
    }
    links += 1;
    if (links > 40) throw new Error(`bed: too many links: ${path}`);
    const target = readlinkSync(here);
    if (target.startsWith('/')) done = [];
    pending.unshift(...target.split('/').filter((step) => step !== '' && step !== '.'));
  }
  if (['proc', 'sys', 'dev'].includes(done[0] ?? '')) {
    // Opened from here, /proc/sys/net would be the machine's own network.
    throw new Error(`bed: ${path} belongs to a kernel file system: use dom0(['cat', ...])`);
  }
  return posix.join(root, ...done);
}
