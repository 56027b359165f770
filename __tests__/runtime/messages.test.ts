import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Message, messagesOf, plainText } from '../helpers/shell-messages';
import { runtimeFiles } from '../helpers/runtime-files';

/*
 * Everything that the runtime tells people when something is wrong, on one page (golden/messages.txt), to be read aloud.
 * A `?` stands before what no test provokes by its words; there are fewer of those each time, never more.
 */

const TESTS = join(__dirname, '..');
const GOLDEN = join(__dirname, 'golden/messages.txt');
const MOST_UNSEEN = 72;

const messages = messagesOf(runtimeFiles());

/** The text of all tests, quotes unescaped and line breaks between joined texts taken out. */
const tested = readdirSync(TESTS, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) =>
    readFileSync(join(TESTS, path), 'utf8')
      .replaceAll('\\', '')
      .replace(/['"`] \+\s*['"`]/g, ''),
  )
  .join('\n');

/** Whether a test has four words of it in a row, or all of a shorter piece between what is known only on the way. */
function isProvoked({ lines }: Message): boolean {
  return lines
    .flatMap((line) => line.replace(/^error: /, '').split('...'))
    .map((piece) => piece.split(' ').filter((word) => word !== ''))
    .filter((words) => words.join(' ').length >= 12)
    .flatMap((words) => (words.length < 4 ? [words] : words.slice(3).map((_, at) => words.slice(at, at + 4))))
    .some((words) => tested.includes(words.join(' ')));
}

test('all messages of the runtime are on one page, and the page is true', () => {
  const page = messages.map((message, index) => {
    const head = message.file === messages[index - 1]?.file ? '' : `\n${message.file}\n`;
    const [first = '', ...more] = message.lines;
    return `${head}${isProvoked(message) ? '  ' : '? '}${first}\n${more.map((line) => `      ${line}\n`).join('')}`;
  });
  if (process.env['UPDATE_GOLDEN'] !== undefined) writeFileSync(GOLDEN, page.join(''));
  expect(page.join('')).toBe(readFileSync(GOLDEN, 'utf8'));
});

test('no message is new that no test provokes', () => {
  expect(messages.length).toBeGreaterThan(200);
  expect(messages.filter((message) => !isProvoked(message)).length).toBeLessThanOrEqual(MOST_UNSEEN);
});

test('a message begins with a small letter, and fits on a screen', () => {
  const odd = messages.filter(
    ({ lines }) =>
      /^(error: )?(?!NetworkManager)[A-Z][a-z]/.test(lines[0] ?? '') || lines.some((line) => line.length > 260),
  );
  expect(odd).toEqual([]);
});

test.each([
  [`"it's $a of \${b:-"x y"}, $(c "d" '(') and e"`, "it's ... of ..., ... and e"],
  [`'a "b" $c'`, 'a "b" $c'],
  [`a\\ b"\\"c\\""`, 'a b"c"'],
  ['"$a$b${c}"', '...'],
])('of %s the text is read as %j', (word, text) => {
  expect(plainText(word)).toBe(text);
});

test('messages are found wherever a command may stand', () => {
  const text = `x() { fail 'one' "two $x"; }
[ -f y ] || fail "three" \\
  'four'
if a; then complain five; else say "error: six"; fi
echo fail seven; say 'note: eight'; y=$(refuse 'nine')
# fail ten`;
  expect(messagesOf({ 'a.sh': text }).map(({ lines }) => lines.join('|'))).toEqual([
    'nine',
    'one|two ...',
    'three|four',
    'five',
    'error: six',
  ]);
});
