import fc from 'fast-check';
import { decodeWord, encodeWord } from '../../lib/facts/fact';
import { isUsual, textOf, wordOf } from '../../lib/adopt/words';

/* Words of facts as texts of which no byte gets lost. */

/** A word as the collector writes it. */
function wordOfBytes(bytes: Uint8Array): string {
  const plain = (byte: number): boolean => byte > 0x20 && byte < 0x7f && byte !== 0x25 && byte !== 0x2a;
  const written = [...bytes].map((byte) =>
    plain(byte) ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
  );
  return written.join('') || '%';
}

test('every word comes back, of whatever bytes', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 12 }),
    fc.string({ unit: 'binary', maxLength: 8 }).map((text) => new TextEncoder().encode(text)),
    fc
      .array(fc.constantFrom(0xed, 0xa0, 0xb2, 0x80, 0xbf, 0xc3, 0xc0, 0xf0, 0x9f, 0xf4, 0x98, 0xef, 0xbb, 0x41), {
        maxLength: 8,
      })
      .map((all) => Uint8Array.from(all)),
  );
  fc.assert(
    fc.property(bytes, (all) => {
      const word = wordOfBytes(all);
      expect(wordOf(textOf(word))).toBe(word);
      expect(isUsual(word)).toBe(true);
    }),
    { numRuns: 3000 },
  );
});

test('a text of whole characters is the text that people read', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 12 }), (text) => {
      expect(wordOf(text)).toBe(encodeWord(text));
      expect(textOf(encodeWord(text))).toBe(text);
      expect(decodeWord(wordOf(text))).toBe(text);
    }),
    { numRuns: 1000 },
  );
});

test('a byte that is no character is told from every character', () => {
  expect(textOf('caf%E9%20%C3%A9')).toBe('caf\udce9 é');
  expect(textOf('%EF%BB%BFa')).toBe('\ufeffa');
  expect(textOf('%')).toBe('');
});

test.each(['%41', '%C3%A9%7E', '%2D'])('%s is not how the collector writes it', (word) => {
  expect(isUsual(word)).toBe(false);
});
