import type { Checklist } from './errors';
import { integer } from './fields';

/** How long the parts of a change of the network may take, in seconds from its beginning; each is less than the next. */
export interface SwitchTimeouts {
  /** Until the host itself must see the new state. */
  readonly verifySeconds: number;
  /** For this long a connection from outside is tried. */
  readonly confirmSeconds: number;
  /** After that the host goes back to the old state. */
  readonly rollbackSeconds: number;
}

/** Timeouts as given; what is left out follows from the others. */
export type SwitchTimeoutsInput = Partial<SwitchTimeouts>;

/** Seconds that initscripts need for an interface and a bridge, with room for a slow host. */
const SWITCH_SECONDS = 10;

/** Seconds between two timers, so that what ends at the first is over at the second. */
const CONFIRM_MARGIN_SECONDS = 5;
const ROLLBACK_MARGIN_SECONDS = 10;

/** Seconds that the way back may take before the host restarts its whole network; the runtime has the same number. */
const RESTORE_SECONDS = 45;

/**
 * Reads the timeouts of a bridge. A port listens and learns, each for the bridge's delay, and passes no frame before.
 *
 * @param delaySeconds the bridge's forward delay
 */
export function switchTimeouts(check: Checklist, input: SwitchTimeoutsInput, delaySeconds: number): SwitchTimeouts {
  const least = SWITCH_SECONDS + 2 * delaySeconds;
  const read = (name: keyof SwitchTimeouts, given: number | undefined, otherwise: number, min: number): number =>
    given === undefined ? otherwise : check.field(() => integer(`timeouts.${name}`, given, { min, max: 3600 }));
  const verifySeconds = read('verifySeconds', input.verifySeconds, 40 + 2 * delaySeconds, least);
  const confirmSeconds = read('confirmSeconds', input.confirmSeconds, verifySeconds + 50, least);
  const rollbackSeconds = read('rollbackSeconds', input.rollbackSeconds, confirmSeconds + 30, least);
  if (check.clean) {
    if (confirmSeconds < verifySeconds + CONFIRM_MARGIN_SECONDS) {
      check.problem(
        `timeouts.confirmSeconds ${confirmSeconds} must be at least ${CONFIRM_MARGIN_SECONDS} more than verifySeconds ${verifySeconds}: ` +
          'before the host itself sees the new state there is nothing to confirm',
      );
    }
    if (rollbackSeconds < confirmSeconds + ROLLBACK_MARGIN_SECONDS) {
      check.problem(
        `timeouts.rollbackSeconds ${rollbackSeconds} must be at least ${ROLLBACK_MARGIN_SECONDS} more than confirmSeconds ${confirmSeconds}: ` +
          'else the host goes back while it is being confirmed',
      );
    }
  }
  return Object.freeze({ verifySeconds, confirmSeconds, rollbackSeconds });
}

/**
 * The longest time that the host may be away if everything goes wrong: all the time for a confirmation that does not
 * come, and the way back.
 */
export function worstCaseOutageSeconds(timeouts: SwitchTimeouts): number {
  return timeouts.rollbackSeconds + RESTORE_SECONDS;
}
