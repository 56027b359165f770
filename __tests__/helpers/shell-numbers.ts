import { type Word, type Words, shellFunctions, shellText } from './shell-words';

/* Whether whatever a shell file counts with is a number for sure: see __tests__/runtime/numbers-style.test.ts. */

/** A function, or what stands outside of all functions of a file (name ''). */
interface Part {
  readonly file: string;
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly text: string;
  readonly lists: readonly Words[];
  readonly locals: Set<string>;
  readonly calls: { readonly name: string; readonly args: readonly string[] }[];
  readonly assigned: Assigned[];
}

interface Assigned {
  readonly name: string;
  /** The word behind the `=`; nothing where a text is read. */
  readonly value: string | undefined;
  readonly at: number;
}

export interface Rules {
  /** Commands that print nothing but a number, with the reason. */
  readonly readers: Readonly<Record<string, string>>;
  /** `FILE WORD` that is a number for a reason that can't be seen. */
  readonly known: Readonly<Record<string, string>>;
  /** Variables that are numbers wherever they are, for a reason that can't be seen. */
  readonly globals: Readonly<Record<string, string>>;
}

export interface Doubt {
  readonly file: string;
  readonly line: number;
  /** The key for `known`. */
  readonly key: string;
}

const KEYWORDS = new Set(['if', 'elif', 'then', 'else', 'do', 'while', 'until', '!', '{', 'time', 'case', 'in']);
const DECLARES = new Set(['local', 'export', 'readonly', 'declare', 'typeset']);
const SHELLS_OWN = /^\$\{?(#|\?|\$|!|SECONDS|UID|EUID|RANDOM|LINENO|PPID)\}?$/;
const LITERAL = /^-?(\d+|0x[0-9a-fA-F]+)$/;
const COMPARES = /^-(eq|ne|lt|le|gt|ge)$/;

const bare = (word: string): string => word.replace(/^"(.*)"$/s, '$1');

/** Doubts about a set of files that are read together. */
export function doubts(files: Readonly<Record<string, string>>, rules: Rules): Doubt[] {
  const parts = Object.entries(files).flatMap(([file, text]) => partsOf(file, text));
  const called = new Map<string, Part[]>();
  for (const part of parts)
    for (const name of new Set(part.calls.map((call) => call.name)))
      called.set(name, [...(called.get(name) ?? []), part]);
  const named = new Map<string, Part[]>();
  for (const part of parts) named.set(part.name, [...(named.get(part.name) ?? []), part]);

  const everything = (from: readonly Part[], next: (part: Part) => readonly Part[]): ReadonlySet<Part> => {
    const found = new Set(from);
    for (const one of found) for (const further of next(one)) found.add(further);
    return found;
  };
  const callees = (part: Part): readonly Part[] => part.calls.flatMap(({ name }) => named.get(name) ?? []);
  const callers = (part: Part): readonly Part[] => (part.name === '' ? [] : (called.get(part.name) ?? []));
  const below = memo((part) => everything(callees(part), callees));
  const above = memo((part) => everything(callers(part), callers));
  // Whatever may have run before in the same program, with what stands outside of functions.
  const around = memo((part) => {
    const found = everything([part, ...above(part)], callees);
    return new Set([
      ...found,
      ...parts.filter(({ name, file }) => name === '' && [...found].some((one) => one.file === file)),
    ]);
  });

  /** All places that may have given a part's variable its value: variables of a caller are those of whom it calls. */
  const sitesOf = (part: Part, name: string): { where: Part; one: Assigned }[] => {
    const mayAssign = (where: Part): boolean => {
      if (where === part) return true;
      if (part.locals.has(name)) return below(part).has(where) && !where.locals.has(name);
      return !where.locals.has(name) || below(where).has(part);
    };
    const places = /^[A-Z_]+$/.test(name) ? [...around(part), ...(named.get('') ?? [])] : [...around(part)];
    return [...new Set(places)]
      .filter((where) => mayAssign(where))
      .flatMap((where) => where.assigned.filter((one) => one.name === name).map((one) => ({ where, one })));
  };

  const isNumber = (part: Part, given: string, trail: readonly string[] = []): boolean => {
    const word = bare(given);
    if (word === '' || word === "''" || LITERAL.test(word) || SHELLS_OWN.test(word)) return true;
    if (/^\$\{#\w+(\[@\])?\}$/.test(word) || (word.startsWith('$((') && word.endsWith('))'))) return true;
    const command = /^\$\((?!\()\s*(.*)\)$/s.exec(word)?.[1];
    if (`${part.file} ${word}` in rules.known) return true;
    if (command !== undefined)
      return Object.keys(rules.readers).some((reader) => command === reader || command.startsWith(`${reader} `));
    const fallback = /^\$\{(\w+):?-([^}]*)\}$/.exec(word);
    if (fallback !== null) return isNumber(part, `$${fallback[1]}`, trail) && isNumber(part, fallback[2] ?? '', trail);
    const name = /^\$\{?([A-Za-z_]\w*|[1-9])(\[[^\]]*\])?\}?$/.exec(word)?.[1];
    const cut = /^\$\{(\w+)[%#]/.exec(word)?.[1];
    if (cut !== undefined && !isGuarded(part, word, 0)) {
      const sites = sitesOf(part, cut);
      return sites.length > 0 && sites.every(({ where, one }) => isGuarded(where, word, one.at));
    }
    if (name === undefined) return isGuarded(part, word, 0);
    const step = `${part.file} ${part.name} ${name}`;
    if (trail.includes(step) || name in rules.globals) return true;
    const further = [...trail, step];
    if (/^\d$/.test(name)) return isGuarded(part, `$${name}`, 0) || isNumberAtCalls(part, Number(name), further);
    if (!part.assigned.some((one) => one.name === name) && isGuarded(part, `$${name}`, 0)) return true;
    const sites = sitesOf(part, name);
    if (sites.length === 0) return false;
    return sites.every(
      ({ where, one }) =>
        (one.value !== undefined && isNumber(where, one.value, further)) ||
        `${where.file} $${name}` in rules.known ||
        isGuarded(where, `$${name}`, one.at),
    );
  };

  /** An argument, before any `shift`. */
  const isNumberAtCalls = (part: Part, index: number, trail: readonly string[]): boolean => {
    const shift = part.text.search(/\bshift\b/);
    if (part.name === '' || (shift >= 0 && part.text.lastIndexOf(`$${index}`) > shift)) return false;
    const calls = callers(part).flatMap((from) =>
      from.calls.filter(({ name }) => name === part.name).map(({ args }) => ({ from, args })),
    );
    return (
      calls.length > 0 &&
      calls.every(({ from, args }) => index > args.length || isNumber(from, args[index - 1] ?? '$@', trail))
    );
  };

  return parts.flatMap((part) =>
    counted(part).flatMap(({ word, at }) =>
      isNumber(part, word)
        ? []
        : [
            {
              file: part.file,
              line: lineAt(files[part.file] ?? '', part.from + at),
              key: `${part.file} ${bare(word)}`,
            },
          ],
    ),
  );
}

/** Whether a text is read as a number behind a place. */
function isGuarded(part: Part, word: string, after: number): boolean {
  const name = /^\$\{?(\w+)/.exec(word)?.[1] ?? '';
  const forms = new Set([
    word,
    ...(name === '' || /[%#/:]/.test(word) ? [] : [`$${name}`, `\${${name}}`, `\${${name}:-0}`, `\${${name}// /}`]),
  ]);
  const text = part.text.slice(after).replace(/(^|\s)#.*$/gm, '$1');
  for (const [, args = ''] of text.matchAll(/\b(?:is_number|is_hex|check_number)\b([^\n;|&]*)/g))
    for (const [, quoted = ''] of args.matchAll(/"((?:[^"\\]|\\.)*)"/g))
      if (forms.has(quoted.replace(/^(\$\{\w+:-).*\}$/s, '$10}'))) return true;
  for (const [, subject = ''] of text.matchAll(/\bcase (\$\S+) in[^\n]*\*\[!0-9\]\*/g))
    if (forms.has(subject)) return true;
  return false;
}

function memo<T>(find: (part: Part) => T): (part: Part) => T {
  const found = new Map<Part, T>();
  return (part) => {
    if (!found.has(part)) found.set(part, find(part));
    return found.get(part) as T;
  };
}

const lineAt = (text: string, at: number): number => text.slice(0, at).split('\n').length;

/** What stands in a file, by the functions that begin at a line's start, each with what its last line redirects. */
function partsOf(file: string, text: string): Part[] {
  const parts: Part[] = [];
  let rest = text;
  for (const { name, from, to } of shellFunctions(text).filter(({ from }) => (text[from - 1] ?? '\n') === '\n')) {
    const whole = text.slice(from, to) + (/^.*\n?/.exec(text.slice(to))?.[0] ?? '');
    parts.push(partOf(file, name, from, whole));
    rest = rest.slice(0, from) + whole.replace(/[^\n]/g, ' ') + rest.slice(from + whole.length);
  }
  return [...parts, partOf(file, '', 0, rest)];
}

function partOf(file: string, name: string, from: number, whole: string): Part {
  const head = name === '' ? '' : (/^[^\n{(]*\(\) [{(]/.exec(whole)?.[0] ?? '');
  const text = head.replace(/[^\n]/g, ' ') + whole.slice(head.length);
  const { lists, counts } = shellText(text);
  const part: Part = {
    file,
    name,
    from,
    to: from + text.length,
    text,
    lists,
    locals: new Set(),
    calls: [],
    assigned: [],
  };
  for (const command of lists.flatMap(commandsOf)) readCommand(part, command);
  for (const { text: inside, at } of counts)
    for (const [, of = ''] of inside.matchAll(/\b([A-Za-z_]\w*)\s*(?:[-+*/]?=(?!=)|\+\+|--)/g))
      part.assigned.push({ name: of, value: '0', at });
  return part;
}

/** Commands without the keywords in front of them. */
function commandsOf(words: Words): Word[][] {
  const commands: Word[][] = [[]];
  for (const word of words) {
    const last = commands[commands.length - 1] ?? [];
    if (word.separator && word.text !== '<' && word.text !== '>') commands.push([]);
    else if (word.separator || (last.length === 0 && KEYWORDS.has(word.text))) continue;
    else last.push(word);
  }
  return commands.filter((command) => command.length > 0);
}

function readCommand(part: Part, command: readonly Word[]): void {
  let at = 0;
  const declares = DECLARES.has(command[0]?.text ?? '');
  if (declares) at++;
  for (; at < command.length; at++) {
    const { text = '', at: place = 0 } = command[at] ?? {};
    const assigned = /^([A-Za-z_]\w*)(\[[^\]]*\])?(\+?)=(.*)$/s.exec(text);
    if (assigned !== null)
      part.assigned.push({ name: assigned[1] ?? '', value: assigned[3] === '+' ? undefined : assigned[4], at: place });
    else if (!declares) break;
    if (declares && command[0]?.text === 'local') part.locals.add(/^\w+/.exec(text)?.[0] ?? '');
  }
  const [first, ...args] = command.slice(at);
  if (first === undefined || declares) return;
  part.calls.push({ name: first.text, args: args.map(({ text }) => text) });
  if (first.text === 'for') {
    const values = args.slice(2).map(({ text }) => text);
    for (const value of args[1]?.text === 'in' ? values : [])
      part.assigned.push({ name: args[0]?.text ?? '', value, at: first.at });
  }
  if (first.text !== 'read') return;
  for (let n = 0; n < args.length; n++) {
    const { text = '', at: place = 0 } = args[n] ?? {};
    if (/^-[a-z]*[tnd]$/.test(text)) n++;
    else if (/^[A-Za-z_]\w*$/.test(text)) part.assigned.push({ name: text, value: undefined, at: place });
  }
}

/** All that a part counts with. */
function counted({ text, lists }: Part): { word: string; at: number }[] {
  const found: { word: string; at: number }[] = [];
  for (const { text: inside, at } of shellText(text).counts)
    for (const word of operands(inside)) found.push({ word, at });
  for (const command of lists.flatMap(commandsOf)) {
    const [first] = command;
    command.forEach(({ text: word, at }, n) => {
      if (COMPARES.test(word))
        for (const side of [command[n - 1], command[n + 1]]) found.push({ word: side?.text ?? '', at });
      if (n > 0 && first?.text === 'read' && /^-[a-z]*t$/.test(word))
        found.push({ word: command[n + 1]?.text ?? '', at });
    });
    const words = command.map(({ text: word }) => word);
    const forbidden =
      words.includes('eval') ||
      words[0] === 'let' ||
      (words[0] === 'printf' && words[1] === '-v') ||
      (DECLARES.has(words[0] ?? '') && /^-[a-zA-Z]*[in]/.test(words[1] ?? '')) ||
      (['[', '[[', 'test'].includes(words[0] ?? '') && words.includes('-v'));
    if (forbidden) found.push({ word: words.slice(0, 3).join(' '), at: first?.at ?? 0 });
  }
  return found;
}

/** The numbers and variables of an arithmetic expression; what is counted inside of it stands for itself. */
function operands(text: string): string[] {
  const found: string[] = [];
  for (let at = 0; at < text.length;) {
    const bracket = ['$((', '$(', '${'].find((one) => text.startsWith(one, at));
    if (text.startsWith('0x$', at)) {
      at += 2;
      continue;
    }
    if (bracket === undefined) {
      const word = /^(?:\$\w+|\$[#?!$]|\d\w*(?:#\w*)?|[A-Za-z_]\w*)/.exec(text.slice(at))?.[0];
      if (word !== undefined) found.push(/^[A-Za-z_]/.test(word) ? `$${word}` : word);
      at += word?.length ?? 1;
      continue;
    }
    let [end, depth] = [at + 1, 0];
    do {
      if ('({'.includes(text[end] ?? '-')) depth++;
      if (')}'.includes(text[end] ?? '-')) depth--;
      end++;
    } while (depth > 0 && end < text.length);
    if (bracket !== '$((') found.push(text.slice(at, end));
    at = end;
  }
  return found;
}
