import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { layUserland, USERLANDS, type Userland } from '../../lab/userland/userland';

/* What `npm run test:userland` runs the deployer's programs with is what it says, and nothing else is in reach. */

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'userland-test-'));
  mkdirSync(join(folder, 'deployer'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** What a program says on such a machine, a test's own folder before all others. */
function ran(userland: Userland, name: string, script: string): string {
  const path = layUserland(join(folder, 'path'), userland);
  writeFileSync(join(folder, name), script);
  const { stdout, stderr } = spawnSync(join(path, 'bash'), [join(folder, name)], {
    env: { PATH: `/first:${path}:${process.env['PATH'] ?? ''}` },
    encoding: 'utf8',
  });
  return stdout + stderr;
}

test.each<[Userland, RegExp, RegExp]>([
  ['debian', /^tar \(GNU tar\)/, /^mawk /m],
  ['busybox', /^tar \(busybox\)/, /^BusyBox /m],
  ['bsd', /^bsdtar /, /^awk version 20\d+/m],
])('%s has its own tar and awk', (userland, tar, awk) => {
  const said = ran(userland, 'deployer/x.sh', 'tar --version; awk -W version </dev/null; awk --version </dev/null');
  expect(said).toMatch(tar);
  expect(said).toMatch(awk);
});

test.each(USERLANDS)('%s has nothing else, but what a test has put before it', (userland) => {
  const strange = 'sha256sum head find timeout node python3';
  const said = ran(userland, 'deployer/x.sh', `echo "$PATH"; type -P ${strange}; type -P awk`);
  expect(said).toBe(`/first:${folder}/path/only\n${folder}/path/only/awk\n`);
});

test('what is no program of the deployer has all that the machine has', () => {
  expect(ran('bsd', 'x.sh', 'type -P sha256sum find')).toMatch(/^\/\S*sha256sum\n\/\S*find\n$/);
});
