import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TerraformStack } from 'cdktf';
import { Boot, Lan } from '../../../lib';
import { LAN, rackHost, synthTree, testApp } from '../../helpers/estate';
import { CANARY, hostileLines } from '../../helpers/hostile-output';
import { type Ended, run } from '../../helpers/program';

/*
 * Thousands of hostile lines through the real scripts. Only ssh is a stand-in: it says at once what a host could say, so
 * that there can be thousands.
 */

jest.setTimeout(120_000);

const SSH = `#!/bin/bash
case " $* " in *' -f -N '*) exit 0 ;; esac
calls=("$NOTES"/call-*)
[ -e "\${calls[0]}" ] || calls=()
number=\${#calls[@]}
printf '%s\\n' "$@" >"$NOTES/call-$number"
for last; do :; done
case $last in
  *host/who-runs.sh*) answer=peer status=0 ;;
  *) answer=answer status=$(cut -d ' ' -f $((number + 1)) "$NOTES/statuses") ;;
esac
case $* in *ControlPath=none*) ;; *) cat >"$NOTES/input-$number" ;; esac
cat "$NOTES/$answer"
[ ! -f "$NOTES/complaint" ] || cat "$NOTES/complaint" >&2
exit "\${status:-0}"
`;

let folder: string;
let tree: string;
const note = (name: string): string => join(folder, 'notes', name);

beforeAll(() => {
  const app = testApp();
  const lan = new Lan(app, 'lan0', LAN);
  const stack = new TerraformStack(app, 'office');
  const { host, bridge } = rackHost(stack, lan, 1);
  rackHost(stack, lan, 2);
  host.addDomU('web1', {
    memoryMiB: 64,
    boot: Boot.kernel('/boot/vmlinuz'),
    vifs: [{ bridge, address: '192.0.2.21' }],
  });
  tree = synthTree(app);
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cdktf-xen-test-'));
  for (const name of ['bin', 'notes', 'tmp']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'bin/ssh'), SSH, { mode: 0o755 });
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const lines = (count: number, seed: number, starts?: readonly string[]): Buffer =>
  hostileLines(count, seed, join(folder, CANARY), starts);

function script(name: string, args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  const own = { PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`, NOTES: join(folder, 'notes') };
  const tmp = { TMPDIR: join(folder, 'tmp'), HOME: folder, XDG_CACHE_HOME: folder };
  return run(['bash', join(tree, '../../../runtime', name), ...args], folder, {
    ...own,
    ...tmp,
    CDKTF_XEN_TREE: tree,
    ...env,
  });
}

const longest = (said: string): number => Math.max(...said.split('\n').map((line) => line.length));

function expectHarmless({ stdout, stderr }: { stdout: string; stderr: string }): void {
  for (const said of [stdout, stderr]) {
    expect(/[^\x20-\x7e\n]/.exec(said)?.[0]).toBeUndefined();
  }
  expect(existsSync(join(folder, CANARY))).toBe(false);
}

test.each([
  ['is done', 'show', '0'],
  ['fails', 'show', '1'],
  ['is lost, and asked for its result', 'show', '255 0'],
  ['waits for a confirmation', 'apply', '76 0'],
])('nothing of 2,500 hostile lines comes to the terminal or runs where a step %s', async (_, action, statuses) => {
  writeFileSync(note('statuses'), `${statuses}\n`);
  // Within what may be said: what is cut off needs no cleaning.
  writeFileSync(note('answer'), lines(action === 'show' ? 2500 : 90, 1));
  writeFileSync(note('complaint'), lines(100, 2));
  const ended = await script('deployer/carry.sh', [action, 'xen01', 'bridge-xenbr0']);
  expectHarmless(ended);
  expect(ended.stdout.split('\n').length).toBeGreaterThan(80);
  expect(longest(ended.stdout)).toBe(4000);
});

test('progress is seen as it comes, line by line', async () => {
  const slow = SSH.replace('cat "$NOTES/$answer"', 'echo first; sleep 3; echo last');
  writeFileSync(join(folder, 'bin/ssh'), slow, { mode: 0o755 });
  writeFileSync(note('statuses'), '0\n');
  writeFileSync(note('watch'), 'while read -r line; do echo "$line $SECONDS"; done');
  const watched = await run(
    ['bash', '-c', `bash "${tree}/../../../runtime/deployer/carry.sh" show xen01 host | bash "${note('watch')}"`],
    folder,
    { PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`, NOTES: join(folder, 'notes'), CDKTF_XEN_TREE: tree },
  );
  const [first, last] = watched.stdout.split('\n').map((line) => Number(line.split(' ')[1]));
  expect((last ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(2);
});

test('a plan sees one JSON object of plain text, whatever 2,500 lines of a host hold', async () => {
  writeFileSync(note('statuses'), '0\n');
  writeFileSync(note('answer'), lines(2500, 3, ['unit ', 'word ', 'unit roster\nword ', 'sha256 ', '']));
  const ended = await script('deployer/observe.sh', ['xen01']);
  expect(ended).toMatchObject({ status: 0, stderr: '' });
  expectHarmless(ended);
  const words = JSON.parse(ended.stdout) as Record<string, string>;
  for (const word of Object.values(words)) expect(word).toMatch(/^[\x20-\x7e\n]*$/);
  expect(Object.keys(words).length).toBeGreaterThan(10);
  const report = await script('deployer/observe.sh', ['xen01', 'report']);
  expectHarmless(report);
  expect(report.stdout).toMatch(/^((unit|reason|waits|sha256) .*\n)+$/);
});

test.each(['1', '255'])('what a host complains of that ends with %s is told as plain text', async (status) => {
  writeFileSync(note('statuses'), `${status}\n`);
  writeFileSync(note('answer'), lines(2000, 4));
  const ended = await script('deployer/observe.sh', ['xen01']);
  expect(ended).toMatchObject({ status: 1, stdout: '' });
  expectHarmless(ended);
  expect(ended.stderr).toContain('xen01: error: ');
});

test('what other hosts say goes to a host as plain lines, each under the name of who has said it', async () => {
  writeFileSync(note('statuses'), '79 0 0\n');
  writeFileSync(note('answer'), '');
  for (const seed of [5, 6, 7, 8, 9, 10, 11, 12]) {
    // As many as an answer may hold.
    const answer = lines(400, seed, ['vif ', 'auto ', 'saved ', 'handover ', '']).subarray(0, 63_000);
    writeFileSync(note('peer'), answer);
    const ended = await script('deployer/carry.sh', ['apply', 'xen01', 'domU-web1']);
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    expectHarmless(ended);
    const told = execFileSync('tar', ['-xOf', note('input-2'), 'elsewhere'], { encoding: 'latin1' });
    expect(told).toMatch(/^((vif|auto|saved|silent) xen02 [\x20-\x7e]*\n)+asked\n$/);
    for (const number of [0, 1, 2]) rmSync(note(`call-${number}`));
  }
});

test('nothing whose size others decide stands on a command line, and a host gets it as files', async () => {
  writeFileSync(note('statuses'), '0\n');
  writeFileSync(note('answer'), '');
  // Names of which one is a pattern for the other.
  const own = [1, 2]
    .map((number) => `domU-db.1 files/etc/xen/db.${number} 0600 root:root ${'0'.repeat(64)}\n`)
    .join('');
  const names = ['domU-db-1', 'domU-dbx1', 'domU-db.1x'];
  const others = names.map((name) => `${name} files/etc/xen/${name} 0600 root:root ${'0'.repeat(64)}\n`).join('');
  const manifest = readFileSync(join(tree, 'manifest'), 'utf8');
  mkdirSync(join(tree, 'files/etc/xen'), { recursive: true });
  for (const name of ['db.1', 'db.2', ...names]) writeFileSync(join(tree, 'files/etc/xen', name), name);
  writeFileSync(join(tree, 'manifest'), manifest + others + own);
  const live = `reason\n${'x'.repeat(100_000)}'; touch ${join(folder, CANARY)}; '\n[0123456789abcdef]`;
  try {
    expect(await script('deployer/carry.sh', ['apply', 'xen01', 'domU-db.1'], { CDKTF_XEN_LIVE: live })).toMatchObject({
      status: 0,
      stderr: '',
    });
  } finally {
    writeFileSync(join(tree, 'manifest'), manifest);
  }
  expect(readFileSync(note('call-0'), 'utf8').length).toBeLessThan(1500);
  const sent = (path: string): string => execFileSync('tar', ['-xOf', note('input-0'), path], { encoding: 'utf8' });
  expect(sent('manifest')).toBe(own);
  expect(sent('live')).toBe(live);
  expect(sent('nonce')).toMatch(/^[0-9a-f]{16}\n$/);
  const list = execFileSync('tar', ['-tf', note('input-0')], { encoding: 'utf8' }).split('\n');
  expect(list.filter((path) => path.startsWith('files/'))).toEqual(['files/etc/xen/db.1', 'files/etc/xen/db.2']);
  expect(existsSync(join(folder, CANARY))).toBe(false);
});

test.each([['bridge-xenbr0; touch x'], ["host'"], ['../host'], ['']])('a unit called %j is no name', async (unit) => {
  const { status, stderr } = await script('deployer/carry.sh', ['apply', 'xen01', unit]);
  expect(stderr).toBe(`error: carry.sh got '${unit}', allowed: letters, digits, dots, underscores and hyphens\n`);
  expect(status).toBe(1);
});
