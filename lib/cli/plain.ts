/** What a terminal acts on, or what hides or turns around other text. The end of a line is ours. */
const ACTED_ON = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * Text that is safe for a terminal or a program to read: scripts of an older synth pass on unchanged what a host says.
 * The characters are escaped as JSON does it, so a JSON text stays JSON and means the same.
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
