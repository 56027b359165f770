import fc from 'fast-check';
import {
  decodeWord,
  encodeWord,
  FactSyntaxError,
  formatFact,
  parseFact,
  parseFacts,
  subjectOf,
} from '../../lib/facts/fact';
import { FACT_KINDS } from '../../lib/facts/vocabulary';

const wellFormed = fc.string({ unit: 'binary' }).filter((text) => !/\p{Surrogate}/u.test(text));

test('any text is one word of printable ASCII, and comes back from it', () => {
  fc.assert(
    fc.property(wellFormed, (text) => {
      const word = encodeWord(text);
      expect(word).toMatch(/^[!-)+-~]+$/);
      expect(decodeWord(word)).toBe(text);
    }),
  );
});

test('words of different texts differ', () => {
  fc.assert(fc.property(wellFormed, wellFormed, (a, b) => (encodeWord(a) === encodeWord(b)) === (a === b)));
});

test('a fact of any kind comes back from its line', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...FACT_KINDS).chain((kind) =>
        fc.record({
          kind: fc.constant(kind.kind),
          subject: fc.tuple(...kind.subject.map(() => wellFormed.map(encodeWord))),
          value: kind.value === undefined ? fc.constant([]) : fc.array(wellFormed.map(encodeWord), { minLength: 1 }),
        }),
      ),
      (fact) => {
        expect(parseFact(formatFact(fact))).toEqual(fact);
      },
    ),
  );
});

test('no line at all makes the reader do anything but read it or say that it is no fact', () => {
  const words = fc.array(fc.oneof(fc.string(), fc.constantFrom('%', '%4', '%GG', '*', 'xenbr0')));
  const lines = fc.tuple(fc.constantFrom(...FACT_KINDS.map(({ kind }) => kind), 'x', ''), words);
  fc.assert(
    fc.property(lines, ([kind, rest]) => {
      const line = [kind, ...rest].join(' ');
      try {
        expect(formatFact(parseFact(line))).toBe(line);
      } catch (error) {
        expect(error).toBeInstanceOf(FactSyntaxError);
      }
    }),
  );
});

test.each([
  ['no-such kind', "there is no kind 'no-such'"],
  ['port xenbr0', "'port' has bridge, link, nothing more"],
  ['port xenbr0 eth0 more', "'port' has bridge, link, nothing more"],
  ['link eth0 mtu', "'link' has name, attribute, value"],
  ['link eth0 mtu ', '"" is no word'],
  ['link eth0 mtu %', undefined],
  ['link eth0 mtu a*', '"a*" is no word'],
  ['link eth0 mtu %4a', '"%4a" is no word'],
])('a line is read or refused: %s', (line, why) => {
  if (why === undefined) expect(formatFact(parseFact(line))).toBe(line);
  else expect(() => parseFact(line)).toThrow(why);
});

test('an answer is read line by line, and says what each is about', () => {
  const facts = parseFacts('link eth0 mtu 1500\nroute default via 192.0.2.1 dev xenbr0\n');
  expect(facts.map(subjectOf)).toEqual(['link eth0 mtu', 'route default']);
});

test('each kind stands once, with all that a manual needs', () => {
  const kinds = FACT_KINDS.map(({ kind }) => kind);
  expect(new Set(kinds).size).toBe(kinds.length);
  for (const { meaning, source, subject } of FACT_KINDS) {
    expect(meaning).toMatch(/^[a-z].*[^.]$/s);
    expect(source).not.toBe('');
    expect(subject.length).toBeGreaterThan(0);
  }
});
