import { type ParseArgsConfig, parseArgs } from 'node:util';
import { UsageError } from './command';

/** A command's options by their long names. */
type Options = NonNullable<ParseArgsConfig['options']>;

/** Values of the options, and what stands beside them. */
type Arguments<T extends Options> = ReturnType<
  typeof parseArgs<{ args: string[]; options: T; allowPositionals: true; strict: true }>
>;

function spelled(options: Options): string {
  return Object.entries(options)
    .map(([name, { type }]) => (type === 'string' ? `--${name} ${name.toUpperCase()}` : `--${name}`))
    .join(', ');
}

/**
 * Reads a command's arguments.
 *
 * @throws UsageError naming what is wrong and the options there are
 */
export function readArguments<T extends Options>(args: readonly string[], options: T): Arguments<T> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    // Node goes on about arguments that start with a hyphen; the first sentence says what is wrong.
    const [what = error.message] = error.message.split(/[.\n]/);
    throw new UsageError(`${what.charAt(0).toLowerCase()}${what.slice(1)}; allowed are ${spelled(options)}`);
  }
}

/**
 * The folder that synth wrote, from what stands beside a command's options.
 *
 * @throws UsageError if there are several
 */
export function outputDirectory(positionals: readonly string[]): string {
  const [directory = 'cdktf.out', ...more] = positionals;
  if (more.length > 0) throw new UsageError(`one DIRECTORY is enough, got ${positionals.join(', ')}`);
  return directory;
}

/**
 * The whole number that an option gives.
 *
 * @param otherwise what leaving the option out means
 * @throws UsageError if it is none from 1 to `most`
 */
export function wholeNumber(option: string, value: string | undefined, otherwise: number, most: number): number {
  if (value === undefined) return otherwise;
  const number = /^[0-9]{1,6}$/.test(value) ? Number(value) : 0;
  if (number >= 1 && number <= most) return number;
  throw new UsageError(`--${option} '${value}' is no whole number from 1 to ${most}; leave it out for ${otherwise}`);
}
