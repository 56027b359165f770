/*
 * Lines that somebody who has taken over a host, a guest or its console may say: to run something where they are read, to
 * act on a terminal, or to be taken for more than a value.
 */

/** Made when something of a line ran; below the folder that a line is made for. */
export const CANARY = 'canary';

const bytes = (...values: number[]): Buffer => Buffer.from(values);
const text = (value: string): Buffer => Buffer.from(value, 'utf8');

function pieces(canary: string): readonly Buffer[] {
  return [
    // What a terminal acts on: colours, titles, the clipboard, answers typed for the user, C1 alone and in UTF-8.
    text('\u001b[31m'),
    text('\u001b]0;title\u0007'),
    text('\u001b]52;c;cm0gLXJmIC8K\u001b\\'),
    text('\u001bP$q"p\u001b\\'),
    text('\u001b[6n'),
    bytes(0x9b, 0x33, 0x31, 0x6d),
    text('\u009b2J'),
    bytes(0x1b),
    bytes(0x08, 0x08, 0x7f, 0x0d, 0x0b, 0x0c, 0x85),
    // UTF-8: overlong, cut off, a surrogate, text that runs backwards, a line separator.
    bytes(0xc0, 0x9b, 0xe0, 0x80, 0x9b),
    bytes(0xf0, 0x9f),
    bytes(0xed, 0xa0, 0x80),
    text('\u202eevil\u2066\u2028\ufeff\u00e4'),
    bytes(0x00),
    bytes(0x61, 0x00, 0x62),
    text('\t'),
    text('x'.repeat(4100)),
    // For shells, arithmetic, printf, awk, sed.
    text(`$(touch ${canary})`),
    text(`\`touch ${canary}\``),
    text(`'; touch ${canary}; '`),
    text(`"; touch ${canary}; "`),
    text(`a[$(touch ${canary})]`),
    text(`\${x:=$(touch ${canary})}`),
    text('%s%n%d%*d'),
    text('\\n\\033[31m\\x1b\\e\\0\\c'),
    text('-e -n -- * ? ~ ../../ &\\1/'),
    // JSON, and the languages of the answers themselves.
    text('","roster":"x'),
    text('\\"}'),
    text('\\'),
    text('\\u001b'),
    text('${var.x} %{if true}'),
    text(' unit roster'),
    text('word '),
    text('host xen02 answered'),
    text('plain words'),
  ];
}

/** The same lines for the same seed, with a line end each but for the last. */
export function hostileLines(count: number, seed: number, canary: string, starts: readonly string[] = ['']): Buffer {
  let state = seed;
  const random = (below: number): number => {
    // Numerical Recipes' generator; the upper bits are the better ones.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const all = pieces(canary);
  const pick = <T>(from: readonly T[]): T => from[random(from.length)] as T;
  const lines = Array.from({ length: count }, () => {
    const line = [text(pick(starts)), ...Array.from({ length: 1 + random(5) }, () => pick(all))];
    return Buffer.concat(line);
  });
  return Buffer.concat(lines.flatMap((line, index) => (index === 0 ? [line] : [text('\n'), line])));
}
