import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Fact, parseFacts } from '../../lib/facts/fact';

/** The awks that hosts have, and one more that knows little. */
export const AWKS = ['gawk', 'mawk', 'busybox awk'];

const FACTS = join(__dirname, '../../lib/runtime/host/facts');

/** The files of host/facts that read configurations, in the order in which they are sourced. */
export const CONFIG_READERS = ['words', 'secrets', 'xl-grammar', 'xl-devices', 'config-links', 'config-files'];

/** A secret as facts have it. */
export const hidden = (text: string): string =>
  `sha256:${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;

/** What an awk prints that has the readers' programs as variables of its shell. */
export function runAwk(awk: string, program: string, args: readonly string[] = [], variables = ''): string {
  const sourced = CONFIG_READERS.map((name) => `. ${FACTS}/${name}.sh`).join('; ');
  const script = `set -u; export LC_ALL=C; ${sourced}; exec ${awk} ${variables} ${program} "$@"`;
  const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', script, 'awk', ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (stderr !== '') throw new Error(stderr);
  return stdout;
}

/** The facts of each text, without the file, sorted. A text may be bytes that are no UTF-8, and is never empty. */
export function readConfigs(awk: string, texts: readonly (string | Buffer)[]): string[][] {
  const directory = mkdtempSync(join(tmpdir(), 'configs-'));
  try {
    const files = texts.map((text, index) => {
      const file = join(directory, String(index));
      writeFileSync(file, text);
      return file;
    });
    const all = (value: (text: string | Buffer) => number): string => texts.map(value).join(' ');
    const sizes = all((text) => Buffer.byteLength(text));
    const variables = `-v sizes="${sizes}" -v surely="${all(() => 1)}" -v config=1 -v vif=1 -v disk=1 -v odd=1`;
    const said = runAwk(awk, '"$CONFIGS_AWK"', files, variables);
    parseFacts(said);
    const lists: string[][] = texts.map(() => []);
    for (const line of said.split('\n').filter(Boolean)) {
      const [kind, file = '', ...rest] = line.split(' ');
      lists[Number(file.slice(directory.length + 1))]?.push([kind, ...rest].join(' '));
    }
    return lists.map((list) => list.sort());
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The file that `configFacts` says. */
export const CONFIG_FILE = '/etc/xen/guest.cfg';

/** The facts of each text as a host tells them, each text by itself in the same file: sorted, and each fact once. */
export function configFacts(awk: string, texts: readonly (string | Buffer)[]): (readonly Fact[])[] {
  return readConfigs(awk, texts).map((lines) =>
    parseFacts([...new Set(lines)].map((line) => line.replace(' ', ` ${CONFIG_FILE} `)).join('\n')),
  );
}
