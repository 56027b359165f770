/** The keys of one ifcfg or sysconfig file, in file order. */
export type IfcfgKeys = ReadonlyMap<string, string>;

const KEY = /^[A-Z][A-Z0-9_]*$/;
const VALUE = /^[A-Za-z0-9 ._:/=,-]*$/;

/**
 * One `KEY="value"` line. initscripts source these files as shell. The model allows only the plain alphabet, so another
 * value is a fault of ours, and is never escaped.
 */
export function ifcfgLine(key: string, value: string): string {
  if (!KEY.test(key) || !VALUE.test(value)) {
    throw new Error(`not a plain ifcfg assignment: ${JSON.stringify(key)}=${JSON.stringify(value)}`);
  }
  return `${key}="${value}"`;
}

/** The text of an ifcfg file. */
export function renderIfcfg(header: string, keys: IfcfgKeys): string {
  return [header, ...[...keys].map(([key, value]) => ifcfgLine(key, value))].map((line) => `${line}\n`).join('');
}

const ASSIGNMENT = /^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s;

/** Never meant in a file; a carriage return takes the host off the network. */
// eslint-disable-next-line no-control-regex
const CONTROL = /[\0-\x08\x0a-\x1f\x7f]/;

/**
 * Quoted and bare pieces of one shell word, up to a blank or the end. The shell would make a home folder of a bare ~,
 * and several assignments of braces after `export`.
 */
const PIECE = /"((?:[^"\\$`]|\\[\\"$`])*)"|'([^']*)'|((?:[^ \t"'\\$`#;&|<>(){}~]|\\.)+)/y;

function shellWord(text: string): string | undefined {
  let word = '';
  let at = 0;
  while (at < text.length && !/[ \t]/.test(text.charAt(at))) {
    PIECE.lastIndex = at;
    const match = PIECE.exec(text);
    if (match === null) return undefined;
    const [all, double, single, bare] = match;
    word += double?.replace(/\\(.)/g, '$1') ?? single ?? bare?.replace(/\\(.)/g, '$1') ?? '';
    at += all.length;
  }
  return /^[ \t]*($|[ \t]#)/.test(text.slice(at)) ? word : undefined;
}

/**
 * Reads an ifcfg file as the shell would, as far as it assigns plain words.
 *
 * @returns the keys, and the lines that are neither comment nor assignment (code, substitutions, carriage returns): a
 *   person has to look at those
 */
export function parseIfcfg(text: string): { keys: IfcfgKeys; strange: readonly string[] } {
  const keys = new Map<string, string>();
  const strange: string[] = [];
  for (const line of text.split('\n')) {
    if (/^[ \t]*(#|$)/.test(line)) continue;
    const match = CONTROL.test(line) ? null : ASSIGNMENT.exec(line);
    const value = match === null ? undefined : shellWord(match[2] ?? '');
    if (match?.[1] === undefined || value === undefined) strange.push(line);
    else keys.set(match[1], value);
  }
  return { keys, strange };
}
