import { printable } from './show';

/**
 * A value of the caller that the model does not allow.
 *
 * One error carries every problem of one object, so that a stack is mended in one go, not one field at a time. Phrases
 * start in lower case and name the value got, the values allowed and the cure.
 */
export class ValidationError extends Error {
  /** One phrase per problem, in the order of the fields. */
  public readonly problems: readonly string[];

  /** What is wrong, as its owner would call it: `domU 'web1'`. */
  public readonly subject: string;

  /**
   * @param subject what is wrong
   * @param problems one phrase per problem; at least one
   * @param path of the construct that was to be made; told in the way in which cdktf tells what it finds at synth
   */
  public constructor(
    subject: string,
    problems: readonly string[],
    private readonly path?: string,
  ) {
    const where = path === undefined || path === '' ? '' : `[${printable(path)}] `;
    super(
      problems.length === 1
        ? `${where}${subject}: ${problems[0] ?? ''}`
        : `${where}${subject} has ${problems.length} problems:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    );
    this.name = 'ValidationError';
    this.problems = problems;
    this.subject = subject;
  }

  /**
   * The same error with a construct's path, if it has none yet.
   *
   * @internal
   */
  public at(path: string): ValidationError {
    return this.path === undefined ? new ValidationError(this.subject, this.problems, path) : this;
  }
}

/** A problem of a single value, before it is known whose value it is. */
export class FieldProblem extends Error {}

/** Collects the problems of one object while its fields are read one after the other. */
export class Checklist {
  private readonly problems: string[] = [];

  public constructor(private readonly subject: string) {}

  /**
   * Reads one field. A `FieldProblem` is noted, and the reading goes on. The value is then only a place holder, and
   * `done()` throws before it is used.
   */
  public field<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof FieldProblem)) throw error;
      this.problems.push(error.message);
      return undefined as T;
    }
  }

  /** Notes a problem between fields. */
  public problem(message: string): void {
    this.problems.push(message);
  }

  /** True while nothing is wrong: rules between fields make sense only then. */
  public get clean(): boolean {
    return this.problems.length === 0;
  }

  /** @throws ValidationError with everything noted so far, if there is anything */
  public done(): void {
    if (this.problems.length > 0) throw new ValidationError(this.subject, this.problems);
  }
}
