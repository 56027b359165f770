import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bed } from '../../lab/bed/bed';

const STAND_IN = readFileSync(join(__dirname, '../../lab/bed/xl-stand-in.sh'), 'utf8');

/** Every program of Xen that the runtime asks. */
export const XEN_PROGRAMS: readonly string[] = ['xl', 'xenstore-read', 'xenstore-ls', 'xenstore-list'];

/** Gives a bed, where no hypervisor runs, programs that answer as Xen's do; see lab/bed/xl-stand-in.sh. */
export function installXen(bed: Bed): void {
  for (const name of XEN_PROGRAMS) bed.programs.replace(name, STAND_IN);
}

/** Lets programs fail: their first words, as in 'xl list'; without any, all answer again. */
export function breakXen(bed: Bed, ...commands: readonly string[]): void {
  bed.write('/root/fails', commands.map((command) => `${command}\n`).join(''));
}
