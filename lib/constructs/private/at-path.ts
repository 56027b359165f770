import type { IConstruct } from 'constructs';
import { ValidationError } from '../../model/errors';

/**
 * Adds the construct's path to an error, since each of many stacks may have its web1.
 *
 * @throws ValidationError with the construct's path
 */
export function atPath<T>(construct: IConstruct, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof ValidationError ? error.at(construct.node.path) : error;
  }
}
