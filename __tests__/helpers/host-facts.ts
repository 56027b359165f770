import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bed } from '../../lab/bed/bed';
import { type Fact, formatFact, parseFacts } from '../../lib/facts/fact';

const RUNTIME = join(__dirname, '../../lib/runtime');

/** What a collector has printed. */
export interface Printed {
  readonly status: number;
  /** As it came, for a comparison of bytes. */
  readonly text: string;
  /** Its lines, read as facts and sorted. */
  readonly lines: readonly string[];
  readonly errors: string;
}

/** In the place of /proc, for a dom0 that runs under Xen. */
const PROC_OF_XEN = '/proc-of-xen';

/** Files of the runtime in dom0, for programs that source them. */
export function layRuntime(bed: Bed, files: readonly string[]): void {
  bed.write(`${PROC_OF_XEN}/xen`, '');
  for (const file of files) bed.write(`/runtime/${file}`, readFileSync(join(RUNTIME, file)));
}

/** A script that sources files as the caller of a collector does, and then runs a command. */
export function collectorScript(files: readonly string[], command: string): string {
  const sourced = files.map((file) => `. /runtime/${file}`).join('; ');
  return `set -u; FACTS_PROC=\${FACTS_PROC-${PROC_OF_XEN}}; export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin; kinds=$1; ${sourced}; ${command}`;
}

export function printed({ status, stdout, stderr }: { status: number; stdout: string; stderr: string }): Printed {
  const facts: readonly Fact[] = parseFacts(stdout);
  return { status, text: stdout, lines: facts.map(formatFact).sort(), errors: stderr };
}
