import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Bed } from '../../lab/bed/bed';
import { parseFacts } from '../../lib/facts/fact';

const RUNTIME = join(__dirname, '../../lib/runtime');

/** What ip has printed of one state, in two versions. */
export const LISTINGS = join(__dirname, '../runtime/golden/ip-listings');

/** What the collectors of the network stand on, in the order in which they are sourced. */
const FILES = [
  ...['both/paths.sh', 'both/numbers.sh'],
  ...['words', 'answers', 'link-names', 'ip-lines', 'links', 'filter-lines', 'packets'].map(
    (name) => `host/facts/${name}.sh`,
  ),
];

const SOURCED = `export LC_ALL=C; set -u; ${FILES.map((file) => `. "$ROOT/${file}";`).join(' ')} kinds=$1 domain_names=$2`;

/** Facts that were read, a line each and sorted; that they are facts is checked. */
function checked(stdout: string, stderr: string): readonly string[] {
  expect(stderr).toBe('');
  expect(parseFacts(stdout)).not.toContain(undefined);
  return stdout.split('\n').filter(Boolean).sort();
}

/** Puts the collectors into dom0. */
export function installCollectors(bed: Bed): void {
  for (const file of FILES) bed.write(`/opt/facts/${file}`, readFileSync(join(RUNTIME, file)));
}

/** Collects in dom0. */
export async function factsOfBed(
  bed: Bed,
  collector: string,
  kinds: string,
  env: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  const argv = ['bash', '-c', `${SOURCED}; ${collector}`, 'facts', kinds, env['NAMES'] ?? ''];
  const { stdout, stderr } = await bed.dom0(argv, { env: { ROOT: '/opt/facts', ...env } });
  return checked(stdout, stderr);
}

/** Collects here, from a tree in the place of /sys and /proc, with programs of a folder and no others. */
export function factsOfTree(
  directory: string,
  collector: string,
  kinds: string,
  env: Readonly<Record<string, string>> = {},
): readonly string[] {
  const { stdout, stderr } = spawnSync(
    '/bin/bash',
    ['--norc', '-c', `${SOURCED}; ${collector}`, 'facts', kinds, env['NAMES'] ?? ''],
    {
      encoding: 'latin1',
      env: {
        ROOT: RUNTIME,
        PATH: join(directory, 'bin'),
        FACTS_SYS: join(directory, 'sys'),
        FACTS_PROC: join(directory, 'proc'),
        FACT_SECONDS: '5',
        ...env,
      },
      maxBuffer: 1 << 28,
    },
  );
  return checked(stdout, stderr);
}

/** Writes a file of such a tree. */
export function lay(directory: string, path: string, text: string, mode = 0o644): void {
  const place = join(directory, path);
  mkdirSync(dirname(place), { recursive: true });
  writeFileSync(place, text, { mode });
}

/** Puts programs into its `bin` that note each start in `started`, with builtins alone, and then run the real ones. */
export function layPrograms(directory: string, names: readonly string[]): void {
  for (const name of names) layProgram(directory, name, `exec "$(PATH=/usr/sbin:/usr/bin type -P ${name})" "$@"`);
}

/** Puts a program there that does as told. */
export function layProgram(directory: string, name: string, script: string): void {
  lay(directory, `bin/${name}`, `#!/bin/bash\necho ${name} >>${directory}/started\n${script}\n`, 0o755);
}

export function startedIn(directory: string): readonly string[] {
  return readFileSync(join(directory, 'started'), 'utf8').split('\n').filter(Boolean).sort();
}

/** Lays out a link as the kernel does. */
export function layLink(directory: string, name: string, files: Readonly<Record<string, string>> = {}): void {
  const all = { type: '1', flags: '0x1003', address: '52:54:00:AA:00:01', mtu: '1500', ...files };
  for (const [file, text] of Object.entries(all)) lay(directory, `sys/class/net/${name}/${file}`, `${text}\n`);
}

/** A vif as xen-netback makes it, of a device that keeps its name whatever the link is called. */
export function layVif(directory: string, name: string, device: string): void {
  layLink(directory, name, { address: 'fe:ff:ff:ff:ff:ff' });
  mkdirSync(join(directory, 'sys/devices', device), { recursive: true });
  symlinkSync(join(directory, 'sys/bus/xen-backend'), join(directory, 'sys/devices', device, 'subsystem'));
  symlinkSync(join(directory, 'sys/devices', device), join(directory, 'sys/class/net', name, 'device'));
}

/** An ip that prints what was recorded, for a batch of four commands of a family. */
export function replayIp(directory: string, version: string): void {
  lay(directory, 'proc/net/if_inet6', '');
  layProgram(
    directory,
    'ip',
    `PATH=/usr/bin; cat >/dev/null; [ "$*" = "\${1} -o -batch -" ] || exit 2; cat ${LISTINGS}/${version}-ipv\${1#-}.txt`,
  );
}
