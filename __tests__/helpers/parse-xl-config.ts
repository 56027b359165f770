/** A value in xl's grammar. */
export type XlValue = string | number | readonly string[];

/** An xl configuration that does not follow xl's own grammar. */
export class XlSyntaxError extends Error {}

/** The tokens of libxlutil's own lexer; there, any word that begins with a digit is a number, and no number has a capital. */
const TOKEN =
  /[ \t]+|(?<newline>#[^\n]*\n|\n)|(?<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(?<number>[0-9][0-9a-fx]*)|(?<identifier>[a-z][._0-9a-z]*)|(?<mark>[=,[\];])/y;

interface Token {
  readonly kind: 'newline' | 'string' | 'number' | 'identifier' | 'mark';
  readonly text: string;
  readonly line: number;
}

function tokens(text: string): Token[] {
  const found: Token[] = [];
  let line = 1;
  let at = 0;
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null)
      throw new XlSyntaxError(`line ${line}: ${JSON.stringify(text.slice(at, at + 20))} is not xl's grammar`);
    for (const [kind, value] of Object.entries(match.groups ?? {}) as [Token['kind'], string | undefined][]) {
      if (value !== undefined) found.push({ kind, text: value, line });
    }
    line += match[0].split('\n').length - 1;
    at += match[0].length;
  }
  return found;
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

/** Refuses numbers after a backslash: xl itself reads them wrong. */
function unquote({ text, line }: Token): string {
  return text.slice(1, -1).replace(/\\(.)/g, (escape, character: string) => {
    const meaning = ESCAPES[character];
    if (meaning === undefined) throw new XlSyntaxError(`line ${line}: ${escape} is no escape that xl knows`);
    return meaning;
  });
}

/** Reads a number as C's strtoul does: a leading zero means octal. What strtoul can't read stays text. */
function numberOf(text: string): string | number {
  if (/^(0x[0-9a-f]+|[1-9][0-9]*|0)$/.test(text)) return Number(text);
  return /^0[0-7]+$/.test(text) ? parseInt(text, 8) : text;
}

/**
 * Reads an xl configuration: assignments of strings, numbers and flat lists; of a key given twice the last wins.
 * A comment must end in a newline, as libxlutil's own lexer has it. Nested lists and `+=`, which Xen 4.2 to 4.11 do
 * not know, are refused.
 *
 * @throws XlSyntaxError naming the line
 */
export function parseXlConfig(text: string): ReadonlyMap<string, XlValue> {
  const all = tokens(text);
  const values = new Map<string, XlValue>();
  let at = 0;
  const fail = (): never => {
    const token = all[at];
    throw new XlSyntaxError(
      token === undefined ? 'the file ends in mid-assignment' : `line ${token.line}: ${token.text} is out of place`,
    );
  };
  const skipNewlines = (): void => {
    while (all[at]?.kind === 'newline') at += 1;
  };
  const mark = (text: string): void => {
    if (all[at]?.kind !== 'mark' || all[at]?.text !== text) fail();
    at += 1;
  };
  const list = (): readonly string[] => {
    const items: string[] = [];
    at += 1;
    skipNewlines();
    for (let item = all[at]; item?.kind === 'string' || item?.kind === 'number'; item = all[at]) {
      items.push(item.kind === 'string' ? unquote(item) : item.text);
      at += 1;
      skipNewlines();
      if (all[at]?.text !== ',') break;
      at += 1;
      skipNewlines();
    }
    mark(']');
    return items;
  };
  while (at < all.length) {
    const key = all[at];
    if (key?.kind === 'newline' || key?.text === ';') {
      at += 1;
      continue;
    }
    if (key?.kind !== 'identifier') return fail();
    at += 1;
    mark('=');
    const value = all[at];
    if (value?.kind === 'mark' && value.text === '[') {
      values.set(key.text, list());
    } else if (value?.kind === 'string' || value?.kind === 'number') {
      values.set(key.text, value.kind === 'string' ? unquote(value) : numberOf(value.text));
      at += 1;
    } else fail();
    const end = all[at];
    if (end !== undefined && end.kind !== 'newline' && end.text !== ';') fail();
  }
  return values;
}
