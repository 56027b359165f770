/** What a command has to say when it is done. */
export interface Outcome {
  /** For standard output, the last line ended. */
  readonly text: string;
  /** For standard error, one line each. */
  readonly remarks: readonly string[];
  readonly exitCode: 0 | 1 | 2;
}

/** A command of `cdktf-xen`. */
export interface Command {
  /** One line for the list of commands. */
  readonly summary: string;
  /** All of `cdktf-xen COMMAND --help`, the last line ended. */
  readonly help: string;
  /**
   * @param args what stands behind the command's name, `--help` excepted
   * @throws UsageError if it can't be done
   */
  run(args: readonly string[]): Outcome | Promise<Outcome>;
}

/** A mistake of the caller: lower-case start, the value got, the values allowed, the cure. */
export class UsageError extends Error {}
