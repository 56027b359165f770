import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where the runtime's sources lie. */
export const RUNTIME = join(__dirname, '../../lib/runtime');

/** The text of each of the runtime's shell files, by its path below the runtime's folder. */
export function runtimeFiles(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    readdirSync(RUNTIME, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.sh'))
      .sort()
      .map((name) => [name, readFileSync(join(RUNTIME, name), 'utf8')]),
  );
}
