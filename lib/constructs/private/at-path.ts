import type { IConstruct } from 'constructs';
import { ValidationError } from '../../model/errors';

/**
 * Says where in the app a construct is that can't be made: of a hundred stacks each has its web1.
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
