import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TreeFile } from '../../render/bundle';

/** The only place that knows where the runtime lies. */
const RUNTIME = join(__dirname, '..', '..', 'runtime');

let cached: readonly TreeFile[] | undefined;

/** The shell files that a host's tree carries, the same for every host. Read once per process. */
export function runtimeFiles(): readonly TreeFile[] {
  cached ??= readdirSync(RUNTIME, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.sh'))
    .sort()
    .map((name) => ({
      path: `runtime/${name}`,
      mode: '0700',
      owner: 'root:root',
      content: readFileSync(join(RUNTIME, name), 'utf8'),
    }));
  return cached;
}
