import { createHash } from 'node:crypto';

/* What the other end of a copy may say that is in strange hands: lines in the forms of the protocol and around them. */

/** The kinds of lines that an end waits for, and their exact forms. */
export const FORMS = {
  copy: /^copy [0-9a-f]{16}$/,
  size: /^size [1-9][0-9]{0,17} (plain|snapshot)$/,
  offer: /^(-|[0-9a-f]{64})$/,
  chunk: /^(same|zero|data) (0|[1-9][0-9]{0,17}) [0-9a-f]{64}$/,
  end: /^end [0-9a-f]{64}$/,
  done: /^done$/,
} as const;

export type Kind = keyof typeof FORMS;
export const KINDS = Object.keys(FORMS) as Kind[];

/** Makes this file where it runs. */
export const CANARY = '/run/canary';

export const SUM = createHash('sha256').update('a chunk').digest('hex');
const ID = '0123456789abcdef';

const CODE = [
  `COUNT[$(touch ${CANARY})]`,
  `COUNT[\`touch\${IFS}${CANARY}\`]`,
  `$(touch ${CANARY})`,
  `\`touch ${CANARY}\``,
  `x=1;touch ${CANARY};`,
  `';touch ${CANARY};'`,
  `"$(touch ${CANARY})"`,
  `COUNT=SECONDS[$(touch\${IFS}${CANARY})]`,
  `1+UID[$(touch\${IFS}${CANARY})]`,
  `1,RANDOM[$(>${CANARY})]`,
  `BASH_ENV`,
  `PATIENCE`,
  `|touch\${IFS}${CANARY}`,
];
const PATTERNS = [
  '.*',
  '',
  '^',
  '................',
  '[0-9a-f]*',
  '*',
  '?',
  '\\',
  '.\\{16\\}',
  `${ID}\\|.*`,
  'x*$',
  '-e',
  '--',
];
const NUMBERS = [
  ...['0', '-1', '00', '08', '+1', ' 1', '1 ', '1e9', '0x10', '1.5', '٣', '16#ff', '1_0', 'NaN'],
  ...[
    '999999999999999999',
    '1000000000000000000',
    '9223372036854775807',
    '9223372036854775808',
    '-9223372036854775808',
  ],
  ...['18446744073709551616', '9'.repeat(40), '9'.repeat(100), '9'.repeat(300)],
];
const ESCAPES = [
  '\x1b]0;owned\x07',
  '\x1b[2J\x1b[H',
  '\x1b[31m',
  '\r',
  '\x9b2J',
  '\x07\x08\x08',
  '\x1b]52;c;AAAA\x07',
  '\x7f',
  '\u202e',
];

/** Numbers that look like chance and are the same in each run. */
export function chances(seed: string): (below: number) => number {
  let count = 0;
  return (below) => createHash('sha256').update(`${seed} ${count++}`).digest().readUInt32BE(0) % below;
}

/** A line that an end of ours would say. */
export function honest(kind: Kind, chance: (below: number) => number): string {
  const index = chance(4);
  switch (kind) {
    case 'copy':
      return `copy ${ID}`;
    case 'size':
      return `size ${1 + chance(300_000)} ${chance(2) === 0 ? 'plain' : 'snapshot'}`;
    case 'offer':
      return chance(2) === 0 ? '-' : SUM;
    case 'chunk':
      return `${['same', 'zero', 'data'][chance(3)]} ${index} ${SUM}`;
    case 'end':
      return `end ${SUM}`;
    case 'done':
      return 'done';
  }
}

/** So many lines, without their newlines, each with the kind that it is said instead of. */
export function hostileLines(count: number, seed: string): (readonly [Kind, Buffer])[] {
  const chance = chances(seed);
  const pick = <T>(list: readonly T[]): T => list[chance(list.length)] as T;
  const bytes = (length: number): Buffer =>
    Buffer.from(Array.from({ length }, () => chance(256)).map((byte) => (byte === 10 ? 11 : byte)));
  const text = (kind: Kind): Buffer => {
    const words = honest(kind, chance).split(' ');
    const place = chance(words.length);
    const before = words[place] ?? '';
    const at = chance(before.length + 1);
    switch (chance(9)) {
      case 0:
        words[place] = pick(CODE);
        break;
      case 1:
        words[place] = pick(PATTERNS);
        break;
      case 2:
        words[place] = pick(NUMBERS);
        break;
      case 3:
        words[place] = before.slice(0, at) + pick(ESCAPES) + before.slice(at);
        break;
      case 4:
        words[place] = pick([
          before.toUpperCase(),
          `${before}${before}`,
          before.slice(0, at),
          `${before}\t`,
          `${before}\0`,
        ]);
        break;
      case 5:
        return Buffer.concat([Buffer.from(`${words.slice(0, place).join(' ')} `), bytes(1 + chance(100))]);
      case 6:
        return Buffer.from(words.join(' ') + pick([' ', ' x', ' -', 'x'.repeat(200), ` ${SUM}`.repeat(20)]));
      case 7:
        // Another line's turn.
        return Buffer.from(honest(pick(KINDS), chance));
      default:
        return pick([bytes(1 + chance(300)), Buffer.from(pick(CODE)), Buffer.from(pick(ESCAPES)), Buffer.alloc(0)]);
    }
    return Buffer.from(words.join(' '));
  };
  return Array.from({ length: count }, () => {
    const kind = pick(KINDS);
    return [kind, text(kind)] as const;
  });
}
