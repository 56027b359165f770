import { encodeWord } from '../facts/fact';

/** A byte that is no UTF-8 stands in a text as this half of a pair plus the byte, which no other text contains. */
const LONE_BYTE = 0xdc00;

const EMPTY = '%';

/** How many bytes a character of UTF-8 has that begins with this byte. */
function sizeOf(first: number): number {
  return first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

function bytesOf(word: string): Uint8Array {
  const bytes = word.replace(/%(..)/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 16)));
  return Uint8Array.from(bytes, (byte) => byte.charCodeAt(0));
}

/**
 * The text that a word of a fact stands for. Nothing is lost, not even a byte that is no UTF-8, so `wordOf` gives the
 * same word back; `decodeWord` is for people, who can't read such bytes.
 */
export function textOf(word: string): string {
  if (word === EMPTY) return '';
  if (!word.includes('%')) return word;
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const bytes = bytesOf(word);
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const first = bytes[at] ?? 0;
    const size = sizeOf(first);
    try {
      text += decoder.decode(bytes.subarray(at, at + size));
      at += size;
    } catch {
      text += String.fromCharCode(LONE_BYTE + first);
      at += 1;
    }
  }
  return text;
}

/** The word for a text, the inverse of `textOf`. */
export function wordOf(text: string): string {
  if (text === '') return EMPTY;
  return text.replace(/[^]/gu, (character) => {
    const unit = character.charCodeAt(0);
    return character.length === 1 && unit >= LONE_BYTE + 0x80 && unit <= LONE_BYTE + 0xff
      ? `%${(unit - LONE_BYTE).toString(16).toUpperCase()}`
      : encodeWord(character);
  });
}

/** Whether a word is written as the collector writes it: of two ways to write a text only one comes back. */
export function isUsual(word: string): boolean {
  return wordOf(textOf(word)) === word;
}
