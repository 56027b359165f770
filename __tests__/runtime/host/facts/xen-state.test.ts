import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';

/* What Xen says, read whatever a domain is called. The programs are stand-ins that print in the real ones' form. */

jest.setTimeout(120_000);

const RUNTIME = join(__dirname, '../../../../lib/runtime');

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'xen-state-'));
  program('xl', 'cat "$LISTING"');
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

function program(name: string, script: string): void {
  writeFileSync(join(directory, name), `#!/bin/bash\n${script}\n`, { mode: 0o755 });
}

/** Runs shell text after the reader, with the stand-ins first on PATH. */
function shell(text: string, ...args: readonly string[]): string {
  const head = `set -euo pipefail; export LC_ALL=C PATH=${directory}:$PATH; fail() { printf 'unknown: %s\\n' "$*"; exit 1; }; bridge_of() { :; }; . ${RUNTIME}/both/numbers.sh; . ${RUNTIME}/host/facts/xen.sh`;
  return execFileSync('bash', ['-c', `${head}; ${text}`, 'bash', ...args], { encoding: 'latin1' });
}

interface Domain {
  readonly id: number;
  readonly memory: number;
  readonly vcpus: number;
  readonly state: string;
  readonly name: string;
}

/** As xl prints it: `%-40s %5d %5lu %5d     %c%c%c%c%c%c  %8.1f`. */
function listing(domains: readonly Domain[]): string {
  const line = ({ id, memory, vcpus, state, name }: Domain): string =>
    `${name.padEnd(40)} ${String(id).padStart(5)} ${String(memory).padStart(5)} ${String(vcpus).padStart(5)}     ${state}  ${'12.5'.padStart(8)}\n`;
  const header = `${'Name'.padEnd(40)}    ID   Mem VCPUs\tState\tTime(s)\n`;
  return (
    header + line({ id: 0, memory: 1024, vcpus: 2, state: 'r-----', name: 'Domain-0' }) + domains.map(line).join('')
  );
}

const HOSTILE_NAME = fc.oneof(
  fc.string({ minLength: 1, maxLength: 60 }).filter((name) => !/[^ -~]/.test(name)),
  fc
    .array(
      fc.constantFrom(
        'web1',
        ' ',
        '5',
        '64',
        '1',
        '-b----',
        'r-----',
        '0.1',
        'Name',
        'Domain-0',
        '$(id)',
        '`id`',
        '*',
        '?',
        "'",
        '"',
        '\\',
        '-n',
        '%s',
        '..',
      ),
      {
        minLength: 1,
        maxLength: 12,
      },
    )
    .map((words) => words.join(' ')),
);
const CONTROL = fc
  .tuple(
    HOSTILE_NAME,
    fc.constantFrom(
      '\u001b[2J',
      '\u0007',
      '\n',
      '\t',
      '\r',
      '\u007f',
      '\u001b]0;x\u0007',
      '\nweb1    9    64    1     -b----    0.1',
    ),
  )
  .map((parts) => parts.join(''));

const domainsOf = (names: readonly string[]): Domain[] =>
  names.map((name, index) => ({ id: index + 1, memory: 64 + index, vcpus: 1, state: '-b----', name }));

/** The names by id as the reader has them, for many listings in one shell. */
function readAll(listings: readonly string[]): string[] {
  const files = listings.map((text, index) => {
    const file = join(directory, `listing-${index}`);
    writeFileSync(file, text, 'latin1');
    return file;
  });
  const script = `for LISTING in "$@"; do export LISTING; (find_domains; while read -r id _; do take_name "$id"; take_domain "$domain_name"; printf '%s %s=<%s>\\n' "$id" "$domid" "$domain_name"; done < <(printf '%s\\n' "$domains")) || :; printf '\\0'; done`;
  return shell(script, ...files)
    .split('\0')
    .slice(0, -1);
}

test('whatever printable name a domain has, it is read as that name and no other', () => {
  const names = fc.sample(HOSTILE_NAME, 2500).map((name) => name.trimEnd() || 'x');
  const lists: string[][] = [];
  for (let at = 0; at < names.length; at += 25)
    lists.push([...new Set(names.slice(at, at + 25))].filter((name) => name !== 'Domain-0'));
  const said = readAll(lists.map((list) => listing(domainsOf(list))));
  lists.forEach((list, index) => {
    const lines = ['0 0=<Domain-0>', ...list.map((name, at) => `${at + 1} ${at + 1}=<${name}>`)];
    expect(said[index]).toBe(`${lines.join('\n')}\n`);
  });
});

test('a name with the end of a line or another control character makes the answer unknown, in printable words', () => {
  const names = fc.sample(CONTROL, 200);
  const said = readAll(names.map((name) => listing(domainsOf(['web1', name, 'web2']))));
  for (const words of said)
    expect(words).toMatch(/^unknown: it is not known which guests run xl list says something[ -~]*\n$/);
});

test.each([
  ['nothing', ''],
  ['no header', 'web1 1 64 1 -b---- 0.1\n'],
  ['no dom0 and no guest', 'Name ID Mem VCPUs State Time(s)\n'],
  ['half a line', 'Name ID Mem VCPUs State Time(s)\nDomain-0  0  1024  2  r-----  1.0\nweb1  3\n'],
  ['a number that is none', 'Name ID Mem VCPUs State Time(s)\nweb1  x[$(id)]  64  1  -b----  1.0\n'],
])('a listing with %s is not known, not empty', (_name, text) => {
  expect(readAll([text])).toEqual([expect.stringMatching(/^unknown: it is not known which guests run /)]);
});

test('a program that hangs is ended, and said', () => {
  program('xl', 'exec sleep 60');
  expect(shell('XEN_SECONDS=1; (find_domains) || :')).toContain(
    'xl list failed with exit status 124: no answer within 1 s',
  );
});

test('vifs and disks are those of xenstore, whatever their values hold', () => {
  program('xl', `cat <<'END'\n${listing(domainsOf(['web1', 'web2']))}END`);
  const lines = [
    '/local/domain/0/backend/vif/1/0/frontend-id = "1"',
    '/local/domain/0/backend/vif/1/0/mac = "00:16:3E:A6:05:8F"',
    '/local/domain/0/backend/vif/1/0/bridge = "xenbr0"',
    '/local/domain/0/backend/vif/2/1/mac = "00:16:3e:00:00:02"',
    '/local/domain/0/backend/vif/2/1/bridge = "a b"',
    '/local/domain/0/backend/vbd/1/51712/params = "/images/a \\"b\\".img"',
    '/local/domain/0/backend/vbd/1/51712/dev = "xvda"',
    '/local/domain/0/backend/vbd/2/51712/physical-device = "fd:7"',
    '/local/domain/0/backend/vbd/2/51728/params = "/dev/xen/blktap-2/tapdev3"',
    '/local/domain/0/backend/vbd/2/51728/tapdisk-params = "aio:/images/c.img"',
    '/local/domain/0/backend/vbd/x[$(id)]/51712/params = "/y"',
  ];
  program('xenstore-ls', `cat <<'END'\n${lines.join('\n')}\nEND`);
  expect(shell('find_domains; find_backends; printf "%s\\n" "$backends"')).toBe(
    [
      'vif 1 0 00:16:3e:a6:05:8f xenbr0',
      'vif 2 1 00:16:3e:00:00:02 -',
      'disk 1 xvda - /images/a \\"b\\".img',
      'disk 2 - fd:7 ',
      'disk 2 - - aio:/images/c.img',
      '',
    ].join('\n'),
  );
});

/** xenstore-ls that fails so many times, as it does where a path is not there; then it answers. */
function failing(times: number): void {
  program('xl', `cat <<'END'\n${listing(domainsOf(['web1']))}END`);
  const none = 'xenstore-ls: xs_directory (/local/domain/0/backend): No such file or directory';
  const answer = '/local/domain/0/backend/vif/1/0/mac = "00:16:3e:a6:05:8f"';
  // ask_xen runs a program that fails a second time, for its errors alone.
  program(
    'xenstore-ls',
    `echo >>'${directory}/asked'; [ $(grep -c '' '${directory}/asked') -gt ${times * 2} ] || { echo '${none}' >&2; exit 1; }; echo '${answer}'`,
  );
}

test('a guest that starts while xenstore is read leaves nothing unknown', () => {
  failing(1);
  program('xenstore-list', 'printf "%s\\n" name backend');
  expect(shell('find_domains; find_backends; printf "%s\\n" "$backends"')).toBe('vif 1 0 00:16:3e:a6:05:8f -\n');
});

test('a host on which no guest was started yet has nothing attached', () => {
  failing(9);
  program('xenstore-list', 'echo name');
  expect(shell('find_domains; find_backends; printf "<%s>\\n" "$backends"')).toBe('<>\n');
});

test('a folder of xenstore that is there and can not be read is not known', () => {
  failing(9);
  program('xenstore-list', 'printf "%s\\n" name backend');
  expect(shell('find_domains; (find_backends) || :')).toContain(
    'unknown: it is not known what the guests on this host have attached xenstore-ls -f /local/domain/0/backend failed with exit status 1',
  );
});
