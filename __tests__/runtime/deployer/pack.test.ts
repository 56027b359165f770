import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TarHeader, tarHeaders } from '../../helpers/tar-headers';
import { folderOf, programOf, programPath, USERLANDS } from '../../../lab/userland/userland';

/* One tar of one folder, whichever tar the machine has that runs Terraform; CentOS 6's unpacks it and has nothing to say. */

const LIB = join(__dirname, '../../../lib');
const LONG = 'a-long-name-'.repeat(12);

let at: string;

beforeEach(() => {
  at = mkdtempSync(join(tmpdir(), 'pack-'));
  chmodSync(at, 0o755);
  const write = (name: string, text: string): string => {
    mkdirSync(join(at, name, '..'), { recursive: true });
    writeFileSync(join(at, name), text);
    return join(at, name);
  };
  write('stack/runtime/list', 'a list\n');
  write('stack/runtime/both/numbers.sh', 'numbers\n');
  write(`stack/runtime/both/${LONG}`, 'long\n');
  write('stack/runtime/host/run.sh', 'not asked for\n');
  write('tree/files/etc/xen/web1', 'name = "web1"\n');
  write('folder/manifest', 'a manifest\n');
  symlinkSync('../stack/runtime', join(at, 'folder/runtime'));
  symlinkSync(join(at, 'tree/files'), join(at, 'folder/files'));
});

afterEach(() => {
  rmSync(at, { recursive: true, force: true });
});

interface Packed {
  readonly status: number | null;
  readonly said: string;
  readonly tar: Buffer;
}

const NAMES = ['runtime/both', 'runtime/list', 'files/etc/xen/web1', 'manifest'];

function pack(
  names: readonly string[],
  programs: Readonly<Record<string, string>>,
  as: readonly string[] = [],
): Packed {
  const path = folderOf(join(mkdtempSync(join(at, 'path-')), 'bin'), { ...programs, bash: programPath('bash') });
  chmodSync(join(path, '..'), 0o755);
  const script = `complain() { printf 'xen01: error: %s\\n' "$*" >&2; }
    . "$0/runtime/deployer/pack.sh"
    cd /
    pack "$@"`;
  const command = [
    ...as,
    join(path, 'bash'),
    '--norc',
    '-euo',
    'pipefail',
    '-c',
    script,
    LIB,
    join(at, 'folder'),
    ...names,
  ];
  const { status, stdout, stderr } = spawnSync(programPath('env'), command, {
    env: { PATH: path, LC_ALL: 'C', TAR_OPTIONS: '--exclude=*' },
  });
  return { status, said: stderr.toString(), tar: stdout };
}

const files = (headers: readonly TarHeader[]) => headers.filter(({ type }) => type === '0').map(({ text }) => text);

describe.each(USERLANDS)('the tar of %s', (userland) => {
  const programs = { tar: programOf(userland, 'tar') };

  test('packs what is named, and files and directories only', () => {
    const { status, said, tar } = pack(NAMES, programs);
    expect([status, said]).toEqual([0, '']);
    const headers = tarHeaders(tar);
    const names = headers.map(({ type, name }) => `${type} ${name}`).sort();
    expect(names).toEqual(
      [
        '0 files/etc/xen/web1',
        '0 manifest',
        `0 ${`runtime/both/${LONG}`.slice(0, 100)}`,
        '0 runtime/both/numbers.sh',
        '0 runtime/list',
        '5 runtime/both/',
        'L ././@LongLink',
      ].sort(),
    );
    expect(files(headers).sort()).toEqual(['a list\n', 'a manifest\n', 'long\n', 'name = "web1"\n', 'numbers\n']);
    expect(headers.find(({ type }) => type === 'L')?.text.replace(/\0$/, '')).toBe(`runtime/both/${LONG}`);
  });

  test('adds nothing of a file that CentOS 6 does not know: its owner, its times, its attributes, its other names', () => {
    const manifest = join(at, 'folder/manifest');
    chownSync(manifest, 3_000_000, 4_000_000);
    utimesSync(manifest, 1_700_000_000.123456, 1_700_000_000.654321);
    expect(spawnSync('setfattr', ['-n', 'user.remark', '-v', 'mine', manifest]).status).toBe(0);
    symlinkSync('numbers.sh', join(at, 'stack/runtime/both/link.sh'));
    const { status, said, tar } = pack(NAMES, programs);
    expect([status, said]).toEqual([0, '']);
    expect([...new Set(tarHeaders(tar).map(({ type }) => type))].sort()).toEqual(['0', '5', 'L']);
    const unpacked = join(at, 'unpacked');
    mkdirSync(unpacked);
    const far = spawnSync('tar', ['-xmf', '-', '--no-same-owner', '--warning=all', '-C', unpacked], { input: tar });
    expect([far.status, far.stderr.toString()]).toEqual([0, '']);
    expect(spawnSync('diff', ['-r', join(at, 'stack/runtime/both'), join(unpacked, 'runtime/both')]).status).toBe(0);
  });

  test('a file of two names is in it', () => {
    linkSync(join(at, 'stack/runtime/list'), join(at, 'stack/runtime/both/list'));
    const { status, tar } = pack(NAMES, programs);
    expect(status).toBe(0);
    const unpacked = join(at, 'unpacked');
    mkdirSync(unpacked);
    expect(spawnSync('tar', ['-xf', '-', '-C', unpacked], { input: tar }).stderr.toString()).toBe('');
    for (const name of ['runtime/both/list', 'runtime/list'])
      expect(spawnSync('cmp', [join(at, 'stack/runtime/list'), join(unpacked, name)]).status).toBe(0);
  });

  test('fails where it cannot read everything', () => {
    chmodSync(join(at, 'stack/runtime/both/numbers.sh'), 0);
    const nobody = [programPath('setpriv'), '--reuid', '65534', '--regid', '65534', '--clear-groups'];
    const { status, said } = pack(NAMES, programs, nobody);
    expect(status).not.toBe(0);
    expect(said).toContain('Permission denied');
  });

  test('fails where nobody takes what it writes', () => {
    const script = 'complain() { :; }; . "$0/runtime/deployer/pack.sh"; pack "$@" >/dev/full';
    const env = { PATH: folderOf(join(at, 'bin'), programs) };
    const { status } = spawnSync(programPath('bash'), ['--norc', '-c', script, LIB, join(at, 'folder'), ...NAMES], {
      env,
    });
    expect(status).not.toBe(0);
  });
});

describe('writes nothing and says why', () => {
  const refused = (
    names: readonly string[],
    programs: Readonly<Record<string, string>> = { tar: programPath('tar') },
  ) => {
    const { status, said, tar } = pack(names, programs);
    expect([status, tar.length]).toEqual([1, 0]);
    return said;
  };

  test('where there is no tar', () => {
    expect(refused(NAMES, {})).toMatch(/^xen01: error: tar is missing on this machine: install GNU tar, .*\n$/);
  });

  test('where a file or a directory is missing', () => {
    expect(refused(['manifest', 'runtime/guest'])).toMatch(/folder\/runtime\/guest: no such file or directory/);
  });

  test('where no name is given', () => {
    expect(refused([])).toMatch(/nothing of \S+folder was named/);
  });

  test.each(['', '-z', '@manifest', '/etc/passwd', 'a\\b'])("of '%s'", (name) => {
    expect(refused(['manifest', name])).toContain(`cannot pack '${name}', allowed: a name inside of ${at}/folder`);
  });
});
