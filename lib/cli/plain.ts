/** What a terminal acts on, or what hides or turns around other text. The end of a line is ours. */
const ACTED_ON = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * Text for whatever stands behind standard output and standard error. Scripts of an older synth hand on what a host says
 * as it is. Spelled as JSON does it, so that a JSON text stays one and means the same.
 */
export function plain(text: string): string {
  return text.replace(ACTED_ON, (character) =>
    character === '\n'
      ? character
      : Array.from({ length: character.length }, (_, index) => {
          return `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`;
        }).join(''),
  );
}
