import { FieldProblem } from './errors';
import { show } from './show';

/** A Xen release, as far as file formats and tools differ: `4.6` is { major: 4, minor: 6 }. */
export interface XenVersion {
  readonly major: number;
  readonly minor: number;
}

/** Reads `"4.6"`. Xen 4.2 is the first release with a reliable `xl`; 4.4 the first without xend by default. */
export function xenVersion(field: string, value: unknown): XenVersion {
  const match = typeof value === 'string' ? /^4\.([0-9]{1,2})$/.exec(value) : null;
  const minor = Number(match?.[1]);
  if (match === null || minor < 2) {
    throw new FieldProblem(`${field} must be a Xen release from "4.2" on, as in "4.6", got ${show(value)}`);
  }
  return Object.freeze({ major: 4, minor });
}

/** `4.6`. */
export function formatXenVersion(version: XenVersion): string {
  return `${version.major}.${version.minor}`;
}
