import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const BASE = join(__dirname, '..', '..', 'lib', 'runtime', 'host', 'base');

/** Keys that are set in a file. */
export interface Setting {
  readonly reader: 'shell' | 'sysctl' | 'xl';
  /** The program that plays awk, with its arguments. */
  readonly awk: string;
  /** Our lines. */
  readonly keys: string;
  /** The file as it is. */
  readonly file: string;
}

/** What came of it. */
export interface KeysSet {
  /** 0, or 1 where it was refused. */
  readonly status: number;
  /** Why, in one line. */
  readonly said: string;
  /** The file with our keys in it. */
  readonly once: string;
  /** The same, set again. */
  readonly twice: string;
  /** Whether the builtins say that nothing is to be set. */
  readonly hadOurLines: boolean;
  /** What the shell has in the variables K1 to K4 that sources the file as it was, and as it is then: `declare` lines. */
  readonly before: readonly string[];
  readonly after: readonly string[];
}

// Sourced in an empty folder, with no program to be found: nothing but assignments can do anything there.
const SCRIPT = `
. "$BASE/key-lines.sh"; . "$BASE/keys.sh"
awk() { command $AWK "$@"; }
if has_our_lines "$READER" keys file 2>>noise; then : >had; fi
set_keys "$READER" keys file >once 2>said || exit 1
set_keys "$READER" keys once >twice 2>said || exit 2
[ "$READER" = shell ] || exit 0
for file in file once; do
  env -i PATH=/nowhere /bin/bash --noprofile --norc -c '. "./$1" 2>>noise
    for key in K1 K2 K3 K4; do printf %s "$(declare -p $key 2>>noise || echo unset)"; printf "\\0"; done' - "$file" >"read-$file"
done
`;

/** Sets keys with the runtime's own functions. */
export function setKeys({ reader, awk, keys, file }: Setting): KeysSet {
  const folder = mkdtempSync(join(tmpdir(), 'cdktf-xen-keys-'));
  const text = (name: string): string =>
    existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'latin1') : '';
  try {
    writeFileSync(join(folder, 'keys'), keys, 'latin1');
    writeFileSync(join(folder, 'file'), file, 'latin1');
    const env = { PATH: '/usr/bin:/bin', LC_ALL: 'C', BASE, AWK: awk, READER: reader };
    const run = spawnSync('bash', ['--noprofile', '--norc', '-c', SCRIPT], { cwd: folder, env, encoding: 'utf8' });
    if (run.stderr !== '' || run.stdout !== '') throw new Error(`bash says: ${run.stdout}${run.stderr}`);
    return {
      status: run.status ?? -1,
      said: text('said'),
      once: text('once'),
      twice: text('twice'),
      hadOurLines: existsSync(join(folder, 'had')),
      before: text('read-file').split('\0').slice(0, -1),
      after: text('read-once').split('\0').slice(0, -1),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
