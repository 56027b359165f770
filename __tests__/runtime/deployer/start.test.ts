import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEPLOYER_PROGRAMS } from '../../../lab/userland/programs';
import { folderOf, programPath } from '../../../lab/userland/userland';
import { runtimeFiles } from '../../helpers/runtime-files';

/* Whatever a machine lacks that runs Terraform is told by name and with the cure, before anything else. */

const NAMES = ['bash', ...Object.keys(DEPLOYER_PROGRAMS)].filter((name) => name !== 'sh');

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'start-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Starts stand-ins of the deployer's programs, which say what they were given. */
function start(shell: readonly string[], without: readonly string[], args: readonly string[]) {
  const has = NAMES.filter((name) => !without.includes(name)).map((name) => [name, programPath(name)] as const);
  const PATH = folderOf(join(folder, 'bin'), Object.fromEntries(has));
  const text = runtimeFiles()['deployer/start.sh'] ?? '';
  for (const [name, words] of Object.entries({ start: text, carry: 'echo carry "$@"', observe: 'echo observe "$@"' }))
    writeFileSync(join(folder, `${name}.sh`), words);
  const [program = '', ...options] = shell;
  const { status, stdout, stderr } = spawnSync(programPath(program), [...options, join(folder, 'start.sh'), ...args], {
    env: { PATH },
    encoding: 'utf8',
  });
  return { status, said: stdout + stderr, PATH };
}

const OBSERVE = ['observe', 'xen01'];

describe.each([['dash'], ['busybox', 'sh'], ['bash', '--posix']])('by %s %s', (...shell) => {
  test('a program is started with what it is given', () => {
    const carry = ['carry', 'apply', 'xen01', 'domU-web1'];
    expect(start(shell, [], carry)).toMatchObject({ status: 0, said: 'carry apply xen01 domU-web1\n' });
  });

  test('nothing is started where there is no bash', () => {
    const { status, said, PATH } = start(shell, ['bash'], ['carry', 'apply', 'xen01', 'domU-web1']);
    expect(said).toBe(
      `xen01: error: the machine that runs Terraform has no bash on its PATH (${PATH}). Install what is missing ` +
        '(Alpine: apk add bash openssh-client; Debian: apt-get install bash openssh-client tar; macOS has all of it). ' +
        'Nothing was changed.\n',
    );
    expect(status).toBe(1);
  });
});

test('all that is missing is told at once', () => {
  expect(start(['dash'], ['awk', 'tar', 'ssh'], OBSERVE).said).toContain('has no ssh, tar, awk on its PATH');
});

test.each(NAMES)('of %s it is told that it is missing', (name) => {
  const { status, said } = start(['dash'], [name], OBSERVE);
  expect(said).toContain(`has no ${name} on its PATH`);
  expect(status).toBe(1);
});
