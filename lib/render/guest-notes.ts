import type { DiskModel } from '../model/disk';
import type { DomUModel } from '../model/domu';

/** The guest whose place another one takes. */
export interface HandedOver {
  readonly guest: string;
  readonly host: string;
  /** The host is off for good and can't be asked. */
  readonly hostIsGone: boolean;
}

/** A raw image is a file to whoever copies it. */
function place(disk: DiskModel): string {
  return `${disk.kind === 'phy' ? 'phy' : 'file'} ${disk.path}`;
}

/**
 * What whoever deploys a guest has to see to on other hosts first, beside the unit's other files: read by
 * runtime/deployer/copy.sh and runtime/deployer/elsewhere.sh, a line each.
 *
 * - `copies/UNIT`: `SOURCE_HOST SOURCE_GUEST SOURCE_KIND SOURCE_PATH TARGET_KIND TARGET_PATH SNAPSHOT_MIB`
 * - `handover/UNIT`: `FROM_HOST FROM_GUEST asked|gone`
 */
export function guestNotes(
  unit: string,
  guest: DomUModel,
  handedOver: HandedOver | undefined,
): ReadonlyMap<string, string> {
  const notes = new Map<string, string>();
  const { copy } = guest;
  if (copy !== undefined && copy.disks.length > 0) {
    const lines = copy.disks.map(({ source, target }) =>
      [copy.originalHost, copy.original, place(source), place(target), copy.snapshotMiB].join(' '),
    );
    notes.set(`copies/${unit}`, `${lines.join('\n')}\n`);
  }
  if (handedOver !== undefined) {
    const { host, guest: from, hostIsGone } = handedOver;
    notes.set(`handover/${unit}`, `${host} ${from} ${hostIsGone ? 'gone' : 'asked'}\n`);
  }
  return notes;
}
