import type { BootSource, BootWords, GuestType, XlNumber } from './guest-config';

/* What xl makes of texts, each tried on the real one. */

const NUMBER = /^[ \t\n\v\f\r]*([+-]?)(?:0[xX]([0-9a-fA-F]+)|(0[0-7]*)|([1-9][0-9]*))$/;

/** A number as strtol reads it: also octal, hexadecimal, with blanks before it or a sign. */
export function numberOf(text: string): XlNumber {
  const [, sign, hexadecimal, octal, decimal] = NUMBER.exec(text) ?? [];
  const value =
    hexadecimal !== undefined
      ? parseInt(hexadecimal, 16)
      : octal !== undefined
        ? parseInt(octal, 8)
        : Number(decimal ?? NaN);
  return { text, value: Number.isSafeInteger(value) ? (sign === '-' ? 0 - value : value) : undefined };
}

/** The builders and types that xl knows: it takes the first that begins with the text, so that '' means hvm. */
const BUILDERS: readonly (readonly [string, GuestType])[] = [
  ['hvm', 'hvm'],
  ['generic', 'pv'],
];
const TYPES: readonly (readonly [string, GuestType])[] = [
  ['hvm', 'hvm'],
  ['pv', 'pv'],
  ['pvh', 'pvh'],
];

/** The type of a guest; undefined if xl refuses a word or if they contradict each other. */
export function guestType(builder: string | undefined, type: string | undefined): GuestType | undefined {
  const find = (known: typeof TYPES, text: string): GuestType | undefined =>
    known.find(([name]) => name.startsWith(text))?.[1];
  if (builder === undefined) return type === undefined ? 'pv' : find(TYPES, type);
  const built = find(BUILDERS, builder);
  return type === undefined || find(TYPES, type) === built ? built : undefined;
}

type Said = Omit<BootWords, 'source' | 'commandLine'>;

/**
 * What xl starts a guest from. libxl never runs a bootloader for an HVM guest, and xl takes a kernel called hvmloader
 * for the firmware that it has anyway.
 */
export function bootSource(type: GuestType | undefined, { bootloader, kernel }: Said): BootSource | undefined {
  if (type === undefined) return undefined;
  if (type === 'hvm') return kernel === undefined || /(?:^|\/)hvmloader$/.test(kernel) ? 'firmware' : 'kernel';
  if (bootloader !== undefined) return 'bootloader';
  return kernel === undefined ? undefined : 'kernel';
}

/** The command line that xl puts together: `cmdline`, even an empty one, wins over `root` and `extra`. */
export function commandLine({ cmdline, root, extra }: Said): string | undefined {
  if (cmdline !== undefined) return cmdline;
  if (root === undefined) return extra;
  return extra === undefined ? `root=${root}` : `root=${root} ${extra}`;
}
