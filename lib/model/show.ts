const LONGEST = 60;

function quote(text: string): string {
  return JSON.stringify(text).replace(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A text of any length for an error message, without quotes around it, and with the same escapes. */
export function printable(text: string): string {
  return quote(text).slice(1, -1);
}

/**
 * A value as it may stand in an error message or a comment: quoted, cut when very long, and with every character
 * that a terminal could act on (control, bidirectional, any non-ASCII) written as its escape.
 */
export function show(value: unknown): string {
  if (typeof value === 'string') {
    const cut = value.length > LONGEST ? value.slice(0, LONGEST) : value;
    const quoted = quote(cut);
    return value.length > LONGEST ? `${quoted}... (${value.length} characters)` : quoted;
  }
  if (value === undefined) return 'nothing';
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return String(value);
  return Array.isArray(value) ? 'a list' : `a value of type ${typeof value}`;
}
