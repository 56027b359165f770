import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Bed } from '../../../lab/bed/bed';
import { DiskBed } from '../../../lab/guest-images/disk-bed';
import { layStrict, strictFolder, strictNames } from '../../../lab/el6/strict/strict';

jest.setTimeout(120_000);

let root: string;

/** The command lines of strict-lines. */
function lines(kind: 'taken' | 'refused'): string[] {
  const folder = join(__dirname, 'strict-lines');
  const texts = readdirSync(folder).filter((name) => name.startsWith(kind));
  return texts
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
    .filter((line) => line !== '' && !line.startsWith('#'));
}

const TAKEN = lines('taken');
const REFUSED = lines('refused').map((line) => ({ status: parseInt(line), line: line.replace(/^\d+ /, '') }));

/** A PATH whose programs are strict ones, and behind those programs that take everything. */
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'cdktf-xen-test-'));
  layStrict(join(root, 'strict'));
  mkdirSync(join(root, 'real'));
  const { known, absent } = strictNames();
  for (const name of [...known, ...absent]) symlinkSync('/usr/bin/true', join(root, 'real', name));
});

afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

/** Runs one command line; `log` is what was written about it for whoever swallows the rest. */
function run(line: string, more: Record<string, string> = {}) {
  const log = join(root, 'log');
  writeFileSync(log, '');
  const env = { PATH: `${root}/strict:${root}/real`, EL6_STRICT_LOG: log, ...more };
  const { status, stdout, stderr } = spawnSync('/bin/bash', ['--norc', '-c', line], {
    encoding: 'utf8',
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { status, stdout, stderr, log: readFileSync(log, 'utf8') };
}

test('what CentOS 6 takes gets to the real program', () => {
  const refused = TAKEN.map((line) => ({ line, ...run(line) })).filter(({ status, log }) => status !== 0 || log !== '');
  expect(refused).toEqual([]);
});

test('what CentOS 6 refuses is refused with its exit status, a word and a line of the log', () => {
  const said = REFUSED.map(({ line }) => ({ line, ...run(line) }));
  expect(said.map(({ line, status }) => ({ status, line }))).toEqual(REFUSED);
  const quiet = said.filter(({ line, stderr, log }) => {
    const [name = ''] = line.split(' ');
    return !stderr.startsWith(`${name}: `) || !log.startsWith(`${name}: `) || !log.includes(` -- ${name}`);
  });
  expect(quiet).toEqual([]);
});

test('there are enough of both to notice a rotten table', () => {
  expect([TAKEN.length, REFUSED.length].map((count) => count > 150)).toEqual([true, true]);
});

test('the real program gets its own name, its words and its standard input', () => {
  const real = { PATH: `${root}/strict:/usr/bin:/bin` };
  expect(run('sed "s/a b/x/" <<<"a b c"', real).stdout).toBe('x c\n');
  expect(run('ls /nowhere', real).stderr).toMatch(/^ls: /);
  // Given once more, for it was read to be checked.
  writeFileSync(join(root, 'batch'), 'link show dev lo\nlink show dev lo\n');
  expect(run(`ip -batch - <${root}/batch`, real).stdout.match(/LOOPBACK/g)).toHaveLength(2);
  expect(run(`cat ${root}/batch | ip -o -batch -`, real).stdout.match(/LOOPBACK/g)).toHaveLength(2);
});

test('a program in a file is read, and one that can be read only once is left to awk', () => {
  const real = { PATH: `${root}/strict:/usr/bin:/bin` };
  writeFileSync(join(root, 'program'), '/a{2}/ { print }\n');
  expect(run(`awk -f ${root}/program <<<aa`, real)).toMatchObject({ status: 2, stdout: '' });
  expect(run(`awk -f <(echo '/a/ { print }') <<<aa`, real)).toMatchObject({ status: 0, stdout: 'aa\n' });
});

test('a log that cannot be written changes no answer', () => {
  expect(run('timeout -k 1 1 ls', { EL6_STRICT_LOG: '/nowhere/log' })).toMatchObject({ status: 125, log: '' });
});

test('a program that the machine has not is not found', () => {
  expect(run('cat x', { PATH: `${root}/strict` })).toMatchObject({ status: 127, stderr: 'cat: command not found\n' });
});

test("dom0's programs refuse what CentOS 6's lack", async () => {
  const bed = await Bed.open({ mayRefuse: [/^timeout: /, /^realpath: /] });
  try {
    const asked = await bed.dom0([
      'bash',
      '-c',
      'timeout -k 5 5 true || echo "status $?"; realpath / || echo "status $?"',
    ]);
    expect(asked.stdout).toBe('status 125\nstatus 127\n');
    expect(bed.programs.refusals()).toEqual([
      'timeout: invalid option -- k (EL6 has none) -- timeout -k 5 5 true',
      'realpath: command not found -- realpath /',
    ]);
    const paths = ['/usr/sbin:/usr/bin:/sbin:/bin', '/bin:/sbin', '/usr/bin', '/sbin:/usr/sbin'];
    for (const path of paths) {
      const { stdout } = await bed.dom0(['bash', '-c', `PATH=${path}; type -P ls ip dd realpath`]);
      for (const place of stdout.trim().split('\n')) expect(bed.read(place)).toMatch(/^#!\/\.strict\/made\/strict /);
    }
  } finally {
    await bed.close();
  }
});

test('a refusal that the script has swallowed makes the bed fail', async () => {
  const bed = await Bed.open({ mayRefuse: [/^ip: /] });
  await bed.dom0(['bash', '-c', 'ip -br link; cp --attributes-only /etc/hosts /tmp/x 2>/dev/null || :']);
  const { dom0Pid } = bed;
  await expect(bed.close()).rejects.toThrow(
    /^bed: dom0's programs refused what CentOS 6's lack:\ncp: unrecognized option --attributes-only .*hosts \/tmp\/x$/,
  );
  expect(existsSync(`/proc/${dom0Pid}`)).toBe(false);
});

test('a refusal makes the bed of a disk fail too, and its programs of a test are asked only what CentOS 6 knows', async () => {
  const bed = await DiskBed.open();
  const image = bed.disk('el6', 'whole');
  // The runtime calls it; what it calls itself is refused, swallowed, and found at the end.
  bed.program('losetup', `timeout -k 5 5 true || :; echo "$*" >>'${bed.directory}/asked'; exec /sbin/losetup "$@"`);
  expect(bed.run(image)).toMatchObject({ status: 0 });
  expect(readFileSync(join(bed.directory, 'asked'), 'utf8')).toContain(image.path);
  await expect(bed.close()).rejects.toThrow(
    /^disk bed: dom0's programs refused what CentOS 6's lack:\n(timeout: invalid option -- k .*\n)+$/,
  );
  expect(existsSync(bed.directory)).toBe(false);
});

test('a program that a test has replaced is asked only what CentOS 6 knows, and can be taken back', async () => {
  const bed = await Bed.open({ mayRefuse: [/^dd: /] });
  try {
    bed.programs.replace('dd', '#!/bin/bash\necho "my dd $*"\n');
    const asked = await bed.dom0([
      'bash',
      '-c',
      'dd if=a; dd status=none; cp -L "$(command -v dd)" /tmp/dd; /tmp/dd if=b',
    ]);
    expect(asked.stdout).toBe('my dd if=a\nmy dd if=b\n');
    bed.programs.restore('dd');
    expect((await bed.dom0(['bash', '-c', 'echo x | dd bs=1 count=1'])).stdout).toBe('x');
  } finally {
    await bed.close();
  }
});

test("a root's own programs go behind the strict ones, links among them too", () => {
  const host = join(root, 'host');
  const lay = `set -euo pipefail; mkdir -p ${host}/usr/{bin,sbin} ${host}/.strict
    cp -R ${strictFolder()} ${host}/.strict/made
    cd ${host}/usr/bin; for name in ls gawk ip realpath other; do echo "$name" >$name; done; ln -s gawk awk; ln -s ../bin/ip ../sbin/ip
    echo sysctl >../sbin/sysctl; . ${join(__dirname, '../../../lab/el6/strict/lay.sh')}; lay_strict ${host}`;
  const { status, stderr } = spawnSync('bash', ['-c', lay], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
  const read = (path: string): string => readFileSync(join(host, path), 'utf8');
  expect(['ls', 'gawk', 'awk', 'ip', 'sysctl'].map((name) => read(`.strict/real/${name}`).trim())).toEqual([
    'ls',
    'gawk',
    'gawk',
    'ip',
    'sysctl',
  ]);
  expect(readdirSync(join(host, 'usr/sbin')).filter((name) => ['ip', 'sysctl'].includes(name))).toEqual([
    'ip',
    'sysctl',
  ]);
  expect(read('usr/sbin/ip')).toBe('#!/.strict/made/strict ip\n');
  expect(read('usr/bin/realpath')).toBe('#!/.strict/made/strict realpath\n');
  expect(read('usr/bin/other')).toBe('other\n');
});

test('a missing compiler is an error that names the package and leaves nothing in the cache', () => {
  const places = { compiler: join(root, 'no-cc'), cache: join(root, 'cache') };
  expect(() => strictFolder(places)).toThrow('are gcc and libc6-dev installed?');
  expect(readdirSync(places.cache)).toEqual([]);
});
