import { type Words, shellText } from './shell-words';

/* Which programs a shell file starts, and with which options: see __tests__/runtime/deployer-style.test.ts. */

/** A command as it stands there: a program's, a function's, or the shell's own. */
export interface Command {
  readonly name: string;
  readonly args: readonly string[];
  readonly line: number;
}

const KEYWORDS = new Set(
  ['if', 'then', 'elif', 'else', 'fi', 'while', 'until', 'do', 'done', 'esac', '!', '{', '}', 'time'], // no `for`, `case`
);
/** What runs the rest of its words. */
const PREFIXES = new Set(['exec', 'command', 'builtin', 'nice', 'nohup', 'env']);
const ASSIGNMENT = /^[A-Za-z_]\w*(\[.*\])?\+?=/s;

/** All commands of a text, those that a trap is given included. */
export function commandsIn(text: string): Command[] {
  const code = withoutHereDocuments(text);
  const found = shellText(code).lists.flatMap((words) => commandsOf(words, code));
  const trapped = found.flatMap(({ name, args, line }) =>
    name === 'trap' ? commandsIn(bare(args[0] ?? '')).map((command) => ({ ...command, line })) : [],
  );
  return [...found, ...trapped];
}

const bare = (word: string): string => word.replace(/^(["'])(.*)\1$/s, '$2');

/** Their lines are left empty: they are no code. */
function withoutHereDocuments(text: string): string {
  let until: string | undefined;
  return text
    .split('\n')
    .map((line) => {
      if (until !== undefined) {
        if (line.trim() === until) until = undefined;
        return '';
      }
      until = /(?:^|[^<])<<-?\s*['"]?(\w+)['"]?/.exec(line)?.[1];
      return line;
    })
    .join('\n');
}

function commandsOf(words: Words, text: string): Command[] {
  const found: Command[] = [];
  let current: string[] = [];
  let [at, cases, pattern, array] = [0, 0, false, false];
  const finish = (): void => {
    const command = strip(current);
    const [name, ...args] = command;
    if (name !== undefined) found.push({ name, args, line: text.slice(0, at).split('\n').length });
    current = [];
  };
  words.forEach((word, n) => {
    const [before, next] = [words[n - 1], words[n + 1]];
    const touches = (one?: { at: number; text: string }, other?: { at: number }): boolean =>
      one !== undefined && other !== undefined && one.at + one.text.length === other.at;
    const isArrow = (one?: { text: string; separator: boolean }): boolean =>
      one?.separator === true && (one.text === '<' || one.text === '>');
    if (
      array ||
      (word.text === '(' && word.separator && /^\w+\+?=$/.test(before?.text ?? '') && touches(before, word))
    ) {
      array = !(word.separator && word.text === ')');
      return;
    }
    if (word.separator) {
      // `2>&1`: neither ends the command.
      if (isArrow(word) || (word.text === '&' && isArrow(before))) return;
      // What is defined is not called.
      if (word.text === '(' && next?.text === ')' && current.length === 1) current = [];
      finish();
      if (word.text === ')' && pattern) pattern = false;
      if (word.text === ';' && before?.text === ';' && before.separator && cases > 0) pattern = true;
      return;
    }
    if (pattern && word.text === 'esac') pattern = false;
    if (word.text === 'esac' && current.length === 0) cases--;
    if (pattern) return;
    // A redirection's descriptor, and what it goes to.
    const before2 = words[n - 2];
    if (/^\d+$/.test(word.text) && isArrow(next) && touches(word, next)) return;
    if (isArrow(before) || (before?.separator === true && before.text === '&' && isArrow(before2))) return;
    if (current.length === 0) at = word.at;
    if (current[0] === 'case' && word.text === 'in') {
      current = [];
      cases++;
      pattern = true;
      return;
    }
    current.push(word.text);
  });
  finish();
  return found;
}

/** Without keywords and assignments in front, and without what only runs the rest. */
function strip(words: readonly string[]): readonly string[] {
  let from = 0;
  while (from < words.length && (KEYWORDS.has(words[from] ?? '') || ASSIGNMENT.test(words[from] ?? ''))) from++;
  const [name = '', ...rest] = words.slice(from);
  if (name === 'for' || name === 'case') return [];
  if (PREFIXES.has(name) && !rest[0]?.startsWith('-') && rest.length > 0) return strip(rest);
  return words.slice(from);
}
