/**
 * The mirror that the user's own CLI configuration names. `terraform init` obeys that file, but `terraform providers
 * lock`, which cdktf runs before each plan, asks the registry unless the mirror is named once more on its command line.
 */

const MIRROR_BLOCK = /\b(filesystem_mirror|network_mirror)\s*\{([^{}]*)\}/g;
const OPTIONS = { filesystem_mirror: ['path', '-fs-mirror='], network_mirror: ['url', '-net-mirror='] } as const;

/** The option for `providers lock`, where the configuration has exactly one mirror and it is for all providers. */
export function lockOption(config: string): string | undefined {
  const text = config.replace(/^\s*(#|\/\/).*$/gm, '');
  const blocks = [...text.matchAll(MIRROR_BLOCK)];
  const [block] = blocks;
  if (blocks.length !== 1 || block === undefined) return undefined;
  const [, type, body = ''] = block;
  const [argument, option] = OPTIONS[type === 'network_mirror' ? 'network_mirror' : 'filesystem_mirror'];
  const include = /\binclude\s*=\s*\[([^\]]*)\]/.exec(body)?.[1];
  if (include !== undefined && !include.includes('"*/*/*"') && !include.includes('/hashicorp/*"')) return undefined;
  const place = new RegExp(`\\b${argument}\\s*=\\s*("(?:[^"\\\\]|\\\\.)*")`).exec(body)?.[1];
  return place === undefined ? undefined : option + shellWord(JSON.parse(place) as string);
}

/** The engine splits TF_CLI_ARGS… as a shell would. */
export function shellWord(text: string): string {
  return text.replace(/[^\w@%+=:,./-]/g, '\\$&');
}
