/** A message, and the definition that it answers. */
export type Message = readonly [message: string, define: () => unknown];

/** Lans and guests are called alike. */
export const NAME =
  'name must be up to 63 letters, digits, dots, underscores and hyphens, starting with a letter or digit';
