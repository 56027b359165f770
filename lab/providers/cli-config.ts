/** The engine's CLI configuration that takes every provider from one directory and none from anywhere else. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

export function cliConfig(mirror: string): string {
  // A mirror's path may hold what HCL reads as an interpolation.
  const path = JSON.stringify(mirror).replace(/[$%](?=\{)/g, '$&$&');
  return `disable_checkpoint = true
provider_installation {
  filesystem_mirror {
    path    = ${path}
    include = ["*/*/*"]
  }
  direct {
    exclude = ["*/*/*"]
  }
}
`;
}

/** Writes a file only where it differs, and in one step: other runs may read it at this moment. */
export function writeShared(file: string, content: string, mode = 0o644): void {
  try {
    if (readFileSync(file, 'utf8') === content) return;
  } catch {
    mkdirSync(dirname(file), { recursive: true });
  }
  const fresh = `${file}.${process.pid}.new`;
  writeFileSync(fresh, content, { mode });
  renameSync(fresh, file);
}
