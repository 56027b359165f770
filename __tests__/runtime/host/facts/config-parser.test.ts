import fc from 'fast-check';
import { XlParser } from '../../../../lab/xl/xl';
import { XlSyntaxError, parseXlConfig } from '../../../helpers/parse-xl-config';
import { sampled } from '../../../render/sampled';

/* The parser that stands for the real xl in other tests: it takes what xl takes, and refuses what xl refuses. */

/** Hundreds of processes; a machine may have other things to do. */
jest.setTimeout(60_000);

/** The least that xl takes for a guest; what follows is about grammar alone. */
const GUEST = 'name = "web1"\nmemory = 64\nkernel = "/k"\n';

/** Whether a text is xl's grammar to us. Any other error than the one meant for it is a failure. */
function accepted(text: string): boolean {
  try {
    parseXlConfig(text);
    return true;
  } catch (error) {
    if (error instanceof XlSyntaxError) return false;
    throw error;
  }
}

const GOOD = [
  '',
  '\n\n;;\n',
  'extra="a"',
  'extra="a" # why\nvcpus=2\n',
  '# only a comment\n',
  'vcpus=1;maxvcpus=2;\n',
  'vcpus=1 ;',
  'extra = \'a "b" c\'\n',
  'extra="a \'b\' c"\n',
  'extra="\\\\ \\" \\\' \\n \\t \\a \\b \\f \\r \\v"\n',
  'memory = 0x40\n',
  'memory = 0100\n',
  'memory=64\nmemory=65\n',
  'disk=[]\n',
  'disk=[ ]\n',
  'disk=[ "phy:/dev/a,xvda,w", ]\n',
  'disk=[\n\n"phy:/dev/a,xvda,w" # first\n, # and\n"phy:/dev/b,xvdb,w"\n]\n',
  'disk = [ "phy:/dev/a,xvda,w" ] ; vcpus = 1\n',
  'bootloader_args = [ 1, "x", 0x2 ]\n',
  'unknown.key_9 = "x"\n',
  '\t extra\t=\t"a"\t\n',
  'extra = "wéb ☃"\n',
  'memory = 12abc\n',
];

const BAD = [
  'extra="a" # why',
  '# no newline at the end',
  'extra="a\n"\n',
  'extra="a',
  'extra=\'a"\n',
  'extra=\n"a"\n',
  'extra\n="a"\n',
  'extra="a" "b"\n',
  'extra="a"vcpus=1\n',
  'extra=a\n',
  'extra=-1\n',
  'extra=1.5\n',
  'extra="a"+"b"\n',
  'extra="%s" % x\n',
  'Extra="a"\n',
  '_extra="a"\n',
  '"extra"="a"\n',
  'extra\n',
  'extra=\n',
  '="a"\n',
  'import os\n',
  'def f():\n  return 1\n',
  'disk=[ , ]\n',
  'disk=[ "a" "b" ]\n',
  'disk=[ "a",, "b" ]\n',
  'disk=[ "a"\n',
  'disk=[ a ]\n',
  'disk=( "a" )\n',
  'disk=[ "a" ]]\n',
  'vcpus=1\r\n',
  '\ufeffvcpus=1\n',
  'vcpus=1\f\n',
  'memory = 0X40\n',
  'memory = 0x4F\n',
  'memory = 12AB\n',
  'extra="\\q"\n',
  'extra="\\x41"\n',
];

test('the real xl and we accept the same texts', async () => {
  const answers = await XlParser.open().parseAll(GOOD.map((text) => GUEST + text));
  expect(GOOD.filter((_, index) => answers[index]?.status !== 0)).toEqual([]);
  expect(GOOD.filter((text) => !accepted(GUEST + text))).toEqual([]);
});

test('the real xl and we refuse the same texts', async () => {
  const answers = await XlParser.open().parseAll(BAD.map((text) => GUEST + text));
  expect(BAD.filter((_, index) => answers[index]?.status === 0)).toEqual([]);
  expect(BAD.filter((text) => accepted(GUEST + text))).toEqual([]);
});

test('the real xl and we agree about texts that nobody wrote', async () => {
  const xl = XlParser.open();
  const token = fc.constantFrom(
    ...[
      'a',
      'extra',
      '=',
      '=',
      '=',
      '"x"',
      "'y'",
      '"',
      "'",
      '1',
      '0x',
      '08',
      '[',
      ']',
      ',',
      ';',
      '\n',
      '\n',
      ' ',
      '\t',
    ],
    ...['#', '#c\n', '"a,b"', '\\', '"\\n"', '"\\z"', '-', '.', '(', '%', 'A', '\r', 'é', '9z', '["a"]', '\0x'],
    ...['0x1F', '0x1f'],
  );
  const assignment = fc.tuple(fc.constantFrom('a', 'extra', 'x.y'), token).map(([key, value]) => `${key}=${value}\n`);
  const text = fc.oneof(
    fc.array(token, { maxLength: 8 }).map((tokens) => tokens.join('')),
    fc.array(fc.oneof({ weight: 3, arbitrary: assignment }, token), { maxLength: 5 }).map((parts) => parts.join('')),
  );
  // Nested lists are too new for the releases that this is about.
  const flat = text.filter((one) => !/\[[^\]]*\[/.test(one) && !one.includes('\0'));
  const { seed, values } = sampled(flat, 250);
  const texts = values.map((one) => `${GUEST}${one}\n`);
  const answers = await xl.parseAll(texts);
  const differing = texts.filter((one, index) => (answers[index]?.status === 0) !== accepted(one));
  expect({ seed, differing }).toEqual({ seed, differing: [] });
});

test('a stray sign that ends the file, which xl overlooks, is refused', async () => {
  const stray = ['A', "'", '-'];
  const answers = await XlParser.open().parseAll(stray.map((text) => GUEST + text));
  expect(answers.map((answer) => answer.status)).toEqual([0, 0, 0]);
  expect(stray.filter((text) => accepted(GUEST + text))).toEqual([]);
});

test('what only newer releases of xl know is refused', async () => {
  const newer = ['disk += [ "phy:/dev/a,xvda,w" ]\n', 'cpus = [ [ "1" ], "2" ]\n'];
  const answers = await XlParser.open().parseAll(newer.map((text) => GUEST + text));
  expect(answers.map((answer) => answer.status)).toEqual([0, 0]);
  expect(newer.map((text) => accepted(GUEST + text))).toEqual([false, false]);
});

test('values are strings, numbers and lists; the last of a key wins', () => {
  expect(
    Object.fromEntries(parseXlConfig('a="x"\nb=12\nc=0x1f\nd=010\ne=[ "p", 7 ]\nf=12abc\na="y"\ng="\\t\\"\\\\"\n')),
  ).toEqual({ a: 'y', b: 12, c: 31, d: 8, e: ['p', '7'], f: '12abc', g: '\t"\\' });
});

test.each([
  ['a = 1\nb = \n', 'line 2: '],
  ['a = 1\n\n# c\nb = "x\n', 'line 4: '],
  ['a = [\n"x",\n"y"\n', 'the file ends in mid-assignment'],
  ['a = "\\q"\n', 'line 1: \\q is no escape that xl knows'],
  ['a = 1\r\n', 'line 1: "\\r\\n" is not xl\'s grammar'],
])('%j is refused where it goes wrong', (text, message) => {
  expect(() => parseXlConfig(text)).toThrow(message);
});
