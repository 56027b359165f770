/*
 * As much of bash's grammar as it takes to find where a shell file counts, assigns, calls and takes arguments. Not a
 * parser: quoted text and comments are told from code, and code is cut into words; each substitution has words of its
 * own.
 */

/** A word of a command, or what stands between commands (`separator`). */
export interface Word {
  readonly text: string;
  readonly at: number;
  readonly separator: boolean;
}

/** What stands in one list of commands: the file's own, or that of a `$( )`. */
export type Words = readonly Word[];

export interface ShellText {
  readonly lists: readonly Words[];
  /** Inside of `(( ))` and `$(( ))`, of an array's index and of `${name:offset:length}`. */
  readonly counts: readonly { readonly text: string; readonly at: number }[];
  /** Each `$1`, `$@`, `${2:-}`, `$#` and the like. */
  readonly argumentsAt: readonly number[];
  readonly remarks: readonly { readonly text: string; readonly at: number }[];
}

/** A function of a shell file, from its name to its last bracket. */
export interface ShellFunction {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** Whether its own body, without functions inside of it, uses an argument. */
  readonly takes: boolean;
  /** The remark behind its name, without the `#`. */
  readonly says: string;
}

const BETWEEN = new Set(['\n', ';', '&', '|', '(', ')', '<', '>']);

export function shellText(text: string): ShellText {
  const lists: Words[] = [];
  const counts: { text: string; at: number }[] = [];
  const argumentsAt: number[] = [];
  const remarks: { text: string; at: number }[] = [];

  /** Past a `'...'`. */
  const single = (at: number): number => text.indexOf("'", at) + 1 || text.length;

  /** Past a `"..."`, from behind its first quote. */
  const double = (from: number): number => {
    let at = from;
    while (at < text.length && text[at] !== '"')
      at = text[at] === '\\' ? at + 2 : text[at] === '$' ? dollar(at, true) : at + 1;
    return at + 1;
  };

  /** Past whatever begins with a dollar. */
  const dollar = (at: number, quoted: boolean): number => {
    if (/^\$(?:#|(?:\{[#!]?)?[1-9@*])/.test(text.slice(at, at + 4))) argumentsAt.push(at);
    if (text.startsWith('$((', at)) return arithmetic(at + 3);
    if (text.startsWith('$(', at)) return code(at + 2, ')');
    if (text.startsWith('${', at)) return parameter(at + 2, quoted);
    if (!quoted && text.startsWith("$'", at)) {
      let end = at + 2;
      while (end < text.length && text[end] !== "'") end += text[end] === '\\' ? 2 : 1;
      return end + 1;
    }
    return at + 1;
  };

  /** Past `))`. */
  const arithmetic = (from: number): number => {
    let [at, depth] = [from, 0];
    for (; at < text.length;) {
      const character = text[at] ?? '';
      if (character === '$') {
        at = dollar(at, true);
        continue;
      }
      if (character === '(') depth++;
      else if (character === ')' && depth-- === 0) break;
      at++;
    }
    counts.push({ text: text.slice(from, at), at: from });
    return at + 2;
  };

  /** Past the `}` of `${...}`. */
  const parameter = (from: number, quoted: boolean): number => {
    let at = from;
    while (at < text.length && text[at] !== '}') {
      const character = text[at];
      if (character === '\\') at += 2;
      else if (character === '$') at = dollar(at, quoted);
      else if (character === '"') at = double(at + 1);
      else if (character === "'" && !quoted) at = single(at + 1);
      else at++;
    }
    const inside = text.slice(from, at);
    const index = /^[#!]?[A-Za-z_]\w*\[([^\]]+)\]/.exec(inside)?.[1];
    if (index !== undefined && index !== '@' && index !== '*') counts.push({ text: index, at: from });
    const part = /^\w+(?:\[[^\]]*\])?:(?![-=+?])(.+)$/s.exec(inside)?.[1];
    if (part !== undefined) for (const one of part.split(':')) counts.push({ text: one, at: from });
    return at + 1;
  };

  /** Commands, up to and past a closing bracket or to the end. */
  const code = (from: number, until: ')' | ''): number => {
    const words: Word[] = [];
    let [at, begun, depth, cases] = [from, -1, 0, 0];
    const finish = (): void => {
      if (begun < 0) return;
      const word = text.slice(begun, at);
      words.push({ text: word, at: begun, separator: false });
      if (word === 'case') cases++;
      if (word === 'esac') cases--;
      const index = /^[A-Za-z_]\w*\[([^\]]+)\]\+?=/.exec(word)?.[1];
      if (index !== undefined) counts.push({ text: index, at: begun });
      begun = -1;
    };
    while (at < text.length) {
      const character = text[at] ?? '';
      if (character === '#' && begun < 0) {
        const end = text.indexOf('\n', at);
        remarks.push({ text: text.slice(at, end < 0 ? undefined : end), at });
        at = end < 0 ? text.length : end;
      } else if (text.startsWith('\\\n', at)) {
        finish();
        at += 2;
      } else if (character === ' ' || character === '\t') {
        finish();
        at++;
      } else if (begun < 0 && text.startsWith('((', at)) {
        at = arithmetic(at + 2);
      } else if (BETWEEN.has(character)) {
        finish();
        words.push({ text: character, at, separator: true });
        at++;
        if (character === '(') depth++;
        else if (character === ')' && depth > 0) depth--;
        else if (character === ')' && cases === 0 && until === ')') break;
      } else {
        if (begun < 0) begun = at;
        if (character === '\\') at += 2;
        else if (character === "'") at = single(at + 1);
        else if (character === '"') at = double(at + 1);
        else if (character === '$') at = dollar(at, false);
        else at++;
      }
    }
    finish();
    lists.push(words);
    return at;
  };

  code(0, '');
  return { lists, counts, argumentsAt, remarks };
}

/** Where the bracket or brace closes that is the word at `open`. */
function closing(words: Words, open: number): number {
  const inside: string[] = [];
  for (const { text, at } of words.slice(open)) {
    // The bracket behind a pattern of `case` closes nothing.
    if (text === '{' || text === '(' || text === 'case') inside.push(text);
    else if (text === '}' || text === 'esac' || (text === ')' && inside.at(-1) !== 'case')) inside.pop();
    if (inside.length === 0) return at;
  }
  return Infinity;
}

/** Each function that a text defines. */
export function shellFunctions(text: string): readonly ShellFunction[] {
  const { lists, argumentsAt, remarks } = shellText(text);
  const ranges = lists.flatMap((words) =>
    words.flatMap(({ text: name, at: from }, index) => {
      const body = [1, 2, 3].map((further) => words[index + further]?.text).join('');
      return /^[A-Za-z_][\w-]*$/.test(name) && /^\(\)[{(]$/.test(body)
        ? [{ name, from, to: closing(words, index + 3) }]
        : [];
    }),
  );
  const shifts = lists.flat().flatMap(({ text: word, at }) => (word === 'shift' ? [at] : []));
  /** The innermost function around a place. */
  const around = (at: number): number =>
    ranges.reduce((found, { from, to }) => (from < at && at < to ? Math.max(found, from) : found), -1);
  const takers = new Set([...argumentsAt, ...shifts].map(around));
  return ranges.map((range) => {
    const end = text.indexOf('\n', range.from);
    const behind = remarks.find(({ at }) => at > range.from && (end < 0 || at < end));
    return { ...range, takes: takers.has(range.from), says: behind?.text.replace(/^#\s*/, '') ?? '' };
  });
}
