import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The package's own version: its package.json stands some folders above, in a checkout as in an installed package. */
export function version(): string {
  for (let folder = __dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (!existsSync(file)) continue;
    const { name, version: own } = JSON.parse(readFileSync(file, 'utf8')) as { name?: unknown; version?: unknown };
    if (name === 'cdktf-xen' && typeof own === 'string') return own;
  }
  throw new Error(`no folder above ${__dirname} has the package.json of cdktf-xen: install the package again`);
}
