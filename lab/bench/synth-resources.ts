import { readFileSync } from 'node:fs';

/** What a measured program says of itself in its last line. */
export interface Resources {
  readonly peakMiB: number;
  readonly cpuSeconds: number;
}

/** getrusage(2) would count the memory of the parent that forked us; VmHWM is this program's own. */
function peakKiB(): number {
  try {
    const match = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
    if (match !== null) return Number(match[1]);
  } catch {
    // Not Linux.
  }
  return process.resourceUsage().maxRSS;
}

/** The last act of a measured program. */
export function tellResources(): void {
  const { user, system } = process.cpuUsage();
  const resources: Resources = { peakMiB: peakKiB() / 1024, cpuSeconds: (user + system) / 1e6 };
  process.stdout.write(`${JSON.stringify(resources)}\n`);
}
