/** The keys of one ifcfg or sysconfig file, in file order. */
export type IfcfgKeys = ReadonlyMap<string, string>;

const KEY = /^[A-Z][A-Z0-9_]*$/;
const VALUE = /^[A-Za-z0-9 ._:/=,-]*$/;

/**
 * One `KEY="value"` line. initscripts source these files as shell, so a value outside the plain alphabet is a fault
 * of ours (the model lets none through), never something to escape.
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

/** Quoted and bare pieces of one shell word, up to a blank or the end. */
const PIECE = /"((?:[^"\\$`]|\\[\\"$`])*)"|'([^']*)'|((?:[^\s"'\\$`#;&|<>()]|\\.)+)/y;

function shellWord(text: string): string | undefined {
  let word = '';
  let at = 0;
  while (at < text.length && !/\s/.test(text.charAt(at))) {
    PIECE.lastIndex = at;
    const match = PIECE.exec(text);
    if (match === null) return undefined;
    const [all, double, single, bare] = match;
    word += double?.replace(/\\(.)/g, '$1') ?? single ?? bare?.replace(/\\(.)/g, '$1') ?? '';
    at += all.length;
  }
  const rest = text.slice(at).trim();
  return rest === '' || rest.startsWith('#') ? word : undefined;
}

/**
 * Reads an ifcfg file as the shell would, as far as it assigns plain words.
 *
 * @returns the keys, and the lines that are something else than a comment or an assignment (code, substitutions,
 *   carriage returns): a person has to look at those
 */
export function parseIfcfg(text: string): { keys: IfcfgKeys; strange: readonly string[] } {
  const keys = new Map<string, string>();
  const strange: string[] = [];
  for (const line of text.split('\n')) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const match = /^(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(line.replace(/^[ \t]+/, ''));
    const value = match === null || line.includes('\r') ? undefined : shellWord(match[2] ?? '');
    if (match?.[1] === undefined || value === undefined) strange.push(line);
    else keys.set(match[1], value);
  }
  return { keys, strange };
}
