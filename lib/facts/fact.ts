import { FACT_KINDS, type FactKind } from './vocabulary';

/** One thing that is so on a host. Its words stay as they are written, see `encodeWord`: that is what is compared. */
export interface Fact {
  readonly kind: string;
  /** What it is about: a word for each name in the vocabulary's `subject`. */
  readonly subject: readonly string[];
  /** What is said about it: none, one or several words. */
  readonly value: readonly string[];
}

/** A line that is no fact: damaged, or of another version. */
export class FactSyntaxError extends Error {
  public constructor(line: string, why: string) {
    super(`${JSON.stringify(line.slice(0, 200))} is no fact: ${why}`);
    this.name = 'FactSyntaxError';
  }
}

const KINDS: ReadonlyMap<string, FactKind> = new Map(FACT_KINDS.map((kind) => [kind.kind, kind]));

/** All that can't stand for itself in a word: printable ASCII stands for itself, but `%`, and `*`, which patterns use. */
const NOT_PLAIN = /[^!-$&-)+-~]/gu;

/** The empty text, as a word needs a character. */
const EMPTY = '%';

const WORD = /^(?:%|(?:[!-$&-)+-~]|%[0-9A-F]{2})+)$/;

/** Writes a text as one word of a fact: each byte of its UTF-8 that is not plain becomes `%XX`. */
export function encodeWord(text: string): string {
  if (text === '') return EMPTY;
  return text.replace(NOT_PLAIN, (character) =>
    [...new TextEncoder().encode(character)]
      .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      .join(''),
  );
}

/** The text that a word stands for. Bytes that are no UTF-8 become U+FFFD. Not cleaned: never print it as it is. */
export function decodeWord(word: string): string {
  if (word === EMPTY) return '';
  const bytes: number[] = [];
  for (let at = 0; at < word.length; at += 1) {
    if (word[at] === '%') {
      bytes.push(parseInt(word.slice(at + 1, at + 3), 16));
      at += 2;
    } else {
      bytes.push(word.charCodeAt(at));
    }
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}

/**
 * Reads one line.
 *
 * @throws FactSyntaxError if it is no fact of this version's vocabulary
 */
export function parseFact(line: string): Fact {
  const [kind = '', ...words] = line.split(' ');
  const known = KINDS.get(kind);
  if (known === undefined) throw new FactSyntaxError(line, `there is no kind '${kind.slice(0, 40)}'`);
  const odd = words.find((word) => !WORD.test(word));
  if (odd !== undefined) throw new FactSyntaxError(line, `${JSON.stringify(odd.slice(0, 80))} is no word`);
  const subject = words.slice(0, known.subject.length);
  const value = words.slice(known.subject.length);
  if (subject.length < known.subject.length || value.length > 0 !== (known.value !== undefined)) {
    throw new FactSyntaxError(line, `'${kind}' has ${[...known.subject, known.value ?? 'nothing more'].join(', ')}`);
  }
  return { kind, subject, value };
}

/** Reads a host's answer, one fact a line. */
export function parseFacts(text: string): readonly Fact[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map(parseFact);
}

/** Writes one line, without its end. */
export function formatFact({ kind, subject, value }: Fact): string {
  return [kind, ...subject, ...value].join(' ');
}

/** What a fact is about: two facts with the same text here say the same or contradict each other. */
export function subjectOf({ kind, subject }: Fact): string {
  return [kind, ...subject].join(' ');
}
