import type { DiskModel } from '../model/disk';
import type { DomUModel } from '../model/domu';

/** The guest that hands over to another one. */
export interface HandedOver {
  readonly guest: string;
  readonly host: string;
  /** The host is off for good and can't be asked. */
  readonly hostIsGone: boolean;
}

/** A copy reads a raw image as a plain file. */
function place(disk: DiskModel): string {
  return `${disk.kind === 'phy' ? 'phy' : 'file'} ${disk.path}`;
}

/**
 * What a deploy of a guest does on other hosts first; it stands beside the unit's other files. deployer/copy.sh and
 * deployer/elsewhere.sh read it, a line each.
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
