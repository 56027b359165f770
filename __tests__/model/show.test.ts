import { show } from '../../lib/model/show';

test('a text is shown in quotes', () => {
  expect(show('web 1')).toBe('"web 1"');
  expect(show('say "hi"\\')).toBe('"say \\"hi\\"\\\\"');
});

test('what a terminal could act on is shown as its escape', () => {
  expect(show('\x1b[2J\n\0')).toBe('"\\u001b[2J\\n\\u0000"');
  expect(show('\x7f\x9b')).toBe('"\\u007f\\u009b"');
  expect(show('\u202eabc\u2066')).toBe('"\\u202eabc\\u2066"');
  expect(show('é')).toBe('"\\u00e9"');
  expect(show('\u{1f4a9}')).toBe('"\\ud83d\\udca9"');
  expect(show('\ud83d')).toBe('"\\ud83d"');
});

test('a long text is cut after 60 characters, and its length told', () => {
  expect(show('x'.repeat(60))).toBe(`"${'x'.repeat(60)}"`);
  expect(show('x'.repeat(61))).toBe(`"${'x'.repeat(60)}"... (61 characters)`);
});

test('other values are shown by what they are', () => {
  expect([undefined, null, 0, -1.5, NaN, true].map(show)).toEqual(['nothing', 'null', '0', '-1.5', 'NaN', 'true']);
  expect([['a'], { a: 1 }, () => 0, 1n, Symbol('x')].map(show)).toEqual([
    'a list',
    'a value of type object',
    'a value of type function',
    'a value of type bigint',
    'a value of type symbol',
  ]);
});
