import { shellText } from './shell-words';

/* What the runtime tells people when something is wrong: the words that it hands to those who tell it. */

/** Functions whose arguments are lines for a person, with the number of words in front that are none. */
const TELLS: Readonly<Record<string, number>> = {
  fail: 0,
  complain: 0,
  problem: 0,
  refuse: 0,
  refuse_copy: 0,
  refuse_disk: 0,
  refuse_existing: 1,
  fail_unknown: 0,
  fail_disarmed: 0,
  give_up_staging: 0,
  answer: 0,
};

/** One message: where it stands, and its lines with `...` for what is only known on the way. */
export interface Message {
  readonly file: string;
  readonly lines: readonly string[];
}

/** The text of a word of bash, with `...` in the place of each expansion. */
export function plainText(word: string): string {
  let [text, at] = ['', 0];
  while (at < word.length) {
    const character = word[at] ?? '';
    if (character === "'" && !insideDouble(word, at)) {
      const end = word.indexOf("'", at + 1);
      text += word.slice(at + 1, end);
      at = end + 1;
    } else if (character === '"') at++;
    else if (character === '\\') {
      text += word[at + 1] ?? '';
      at += 2;
    } else if (character === '$') {
      at = pastExpansion(word, at);
      if (!text.endsWith('...')) text += '...';
    } else {
      text += character;
      at++;
    }
  }
  return text.replace(/ {2,}/g, ' ').trim();
}

function insideDouble(word: string, at: number): boolean {
  return (word.slice(0, at).match(/(?<!\\)"/g) ?? []).length % 2 === 1;
}

function pastExpansion(word: string, at: number): number {
  const [open, close] = word[at + 1] === '(' ? ['(', ')'] : ['{', '}'];
  if (word[at + 1] !== '(' && word[at + 1] !== '{') return at + (/^\$(\w+|.)/.exec(word.slice(at))?.[0].length ?? 1);
  let depth = 0;
  for (let end = at + 1; end < word.length; end++) {
    // A bracket in quotes is none; a quote in a parameter's own text belongs to a word around it as often as not.
    if (open === '(' && word[end] === "'") end = word.indexOf("'", end + 1);
    if (word[end] === open) depth++;
    if (word[end] === close && --depth === 0) return end + 1;
  }
  return word.length;
}

/** Every message of a set of files, in the order in which they stand. */
export function messagesOf(files: Readonly<Record<string, string>>): readonly Message[] {
  return Object.entries(files).flatMap(([file, text]) =>
    shellText(text).lists.flatMap((words) => {
      const found: Message[] = [];
      for (let at = 0; at < words.length; at++) {
        const word = words[at];
        const begins =
          at === 0 || words[at - 1]?.separator === true || /^(then|else|do|\{|!)$/.test(words[at - 1]?.text ?? '');
        const skip = word === undefined || word.separator || !begins ? undefined : TELLS[word.text];
        const isSaid = word?.text === 'say' && begins && /^["']error: /.test(words[at + 1]?.text ?? '');
        if (skip === undefined && !isSaid) continue;
        const lines: string[] = [];
        for (let next = at + 1 + (skip ?? 0); words[next]?.separator === false; next++)
          lines.push(plainText(words[next]?.text ?? ''));
        const told = lines.filter((line) => /[a-z]{3}/.test(line.replaceAll('...', '')));
        if (told.length > 0) found.push({ file, lines: told });
      }
      return found;
    }),
  );
}
