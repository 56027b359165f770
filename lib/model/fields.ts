import { FieldProblem } from './errors';
import { show } from './show';

/** Puts in a value for a field that was left out. Only undefined means that; null is a value, and a wrong one. */
export function whenOmitted<T>(value: T | undefined, fallback: T): T {
  return value === undefined ? fallback : value;
}

/** A whole number within bounds. */
export function integer(field: string, value: unknown, bounds: { min: number; max: number }): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < bounds.min || value > bounds.max) {
    throw new FieldProblem(`${field} must be a whole number from ${bounds.min} to ${bounds.max}, got ${show(value)}`);
  }
  return value;
}

/** A yes or a no. */
export function flag(field: string, value: unknown): boolean {
  if (typeof value !== 'boolean') throw new FieldProblem(`${field} must be true or false, got ${show(value)}`);
  return value;
}

/** A text that fits a pattern; `allowed` says the pattern in words. */
export function text(field: string, value: unknown, pattern: RegExp, allowed: string): string {
  if (typeof value !== 'string' || !pattern.test(value)) {
    throw new FieldProblem(`${field} must be ${allowed}, got ${show(value)}`);
  }
  return value;
}

/** A list; each item is read by `item`. */
export function list<T>(field: string, value: unknown, item: (value: unknown, field: string) => T): readonly T[] {
  if (!Array.isArray(value)) throw new FieldProblem(`${field} must be a list, got ${show(value)}`);
  // Not map, which passes over holes.
  return Object.freeze(Array.from(value, (entry: unknown, index) => item(entry, `${field}[${index}]`)));
}

/** One word of a fixed set. */
export function oneOf<T extends string>(field: string, value: unknown, allowed: readonly T[]): T {
  const found = allowed.find((word) => word === value);
  if (found === undefined) throw new FieldProblem(`${field} must be one of ${allowed.join(', ')}; got ${show(value)}`);
  return found;
}
