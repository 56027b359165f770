import { ValidationError } from '../../model/errors';

/**
 * Objects that a caller without types (plain JavaScript) may have left out.
 *
 * @throws ValidationError naming all that are missing
 */
export function requireProps<T extends object>(subject: string, props: T, names: readonly (keyof T & string)[]): void {
  const missing = names.filter((name) => typeof props[name] !== 'object' || props[name] === null);
  if (missing.length > 0) {
    throw new ValidationError(
      subject,
      missing.map((name) => `${name} is missing`),
    );
  }
}
