import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, TerraformStack } from 'cdktf';
import { XenHost } from '../../lib';
import { HOST, hostKey } from '../helpers/estate';
import { buildProgram, failed, run } from '../helpers/program';

// Each test starts a dozen programs or more.
jest.setTimeout(60_000);

const NAMES = Array.from({ length: 12 }, (_, index) => `xen${String(index + 1).padStart(2, '0')}`);

let made: string;
let program: string;
/** A person's project folder with an app of twelve hosts, a stack each, for one test. */
let project: string;

const tree = (host: string): string => join(project, 'cdktf.out/stacks', host, 'assets', host, 'tree');

const cdktfXen = (...args: readonly string[]) => run([process.execPath, program, ...args], project, { NOTES: project });

/**
 * Puts a stand-in in the place of hosts' deployer/observe.sh. Its $host is the host, $NOTES the project folder; `deployed` reports
 * the units of the tree as recorded, the way the real one does.
 */
function standIn(script: string, hosts: readonly string[] = NAMES): void {
  const text = `#!/bin/bash
set -u
host=$1
[ "$2" = report ] || exit 64
cd "$CDKTF_XEN_TREE" || exit
deployed() {
  for unit in $(cut -d ' ' -f 1 manifest | sort -u); do
    printf 'unit %s\\nsha256 %s\\n' "$unit" "$(grep "^$unit " manifest | sha256sum | cut -d ' ' -f 1)"
  done
}
${script}
`;
  for (const host of hosts) writeFileSync(join(tree(host), '../../../runtime/deployer/observe.sh'), text);
}

beforeAll(async () => {
  made = mkdtempSync(join(tmpdir(), 'cdktf-xen-test-'));
  const app = new App({ outdir: join(made, 'cdktf.out') });
  for (const [index, name] of NAMES.entries()) {
    new XenHost(new TerraformStack(app, name), name, {
      ...HOST,
      ssh: { address: `192.0.2.${10 + index}`, hostKeys: [hostKey(index)] },
    });
  }
  app.synth();
  program = await buildProgram(made);
}, 120_000);

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'cdktf-xen-test-'));
  cpSync(join(made, 'cdktf.out'), join(project, 'cdktf.out'), { recursive: true });
});

afterEach(() => {
  rmSync(project, { recursive: true, force: true });
});

afterAll(() => {
  rmSync(made, { recursive: true, force: true });
});

test('hosts that are as deployed are a line each, in the order of their names', async () => {
  standIn('[ "$host" != xen01 ] || sleep 0.5; deployed');
  expect(await cdktfXen('drift')).toEqual({
    status: 0,
    stdout:
      'HOST   UNIT  STATE  WHY\n' +
      NAMES.map((name) => `${name}  2 units as deployed\n`).join('') +
      '12 hosts, 24 units: 24 as deployed\n',
    stderr: '',
  });
});

test('drift is exit code 2, and one host that can not be asked is 1, with the others told all the same', async () => {
  standIn('deployed');
  standIn('deployed | sed "s/^unit host/&\\nreason \\/etc\\/sysctl.conf: net.x was changed/"', ['xen02']);
  const drifted = await cdktfXen('drift', '--host', 'xen02', '--host', 'xen01');
  expect(drifted).toEqual({
    status: 2,
    stdout: `HOST   UNIT  STATE  WHY
xen01  2 units as deployed
xen02  host  drift  /etc/sysctl.conf: net.x was changed
       1 unit as deployed
2 hosts, 4 units: 3 as deployed, 1 drifted
`,
    stderr: '',
  });
  standIn('echo "    ssh: no route" >&2; echo "$host: error: cannot reach it" >&2; exit 1', ['xen03']);
  const { status, stdout, stderr } = await cdktfXen('drift', '--json');
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: 'cdktf-xen: error: 1 of 12 hosts could not be asked: xen03\n',
  });
  const { hosts, errors } = JSON.parse(stdout) as {
    hosts: { host: string; units: { state: string }[] }[];
    errors: unknown;
  };
  expect(hosts.map(({ host }) => host)).toEqual(NAMES);
  expect(hosts.slice(0, 4).map(({ units }) => units.map(({ state }) => state))).toEqual([
    ['clean', 'clean'],
    ['drift', 'clean'],
    ['unknown', 'unknown'],
    ['clean', 'clean'],
  ]);
  expect(errors).toEqual([{ host: 'xen03', stack: 'xen03', message: 'cannot reach it', details: ['ssh: no route'] }]);
});

test('a unit that has changed in the stack since its deploy is no drift', async () => {
  standIn('deployed');
  standIn('sed "s/^sha256 .*/sha256 $(printf "0%.0s" {1..64})/" <(deployed)', ['xen01']);
  const { status, stdout } = await cdktfXen('drift', '--host', 'xen01');
  expect({ status, stdout }).toEqual({
    status: 0,
    stdout: `HOST   UNIT    STATE       WHY
xen01  host    undeployed  changed in the stack, not deployed
       roster  undeployed  changed in the stack, not deployed
1 host, 2 units: 2 changed in the stack and not deployed
`,
  });
});

test('no more hosts are asked at once than --jobs says, and no fewer while there are more', async () => {
  // Each notes how many are there with it.
  standIn(
    'mkdir "$NOTES/in-$host"; sleep 0.4; ls -d "$NOTES"/in-* | wc -l >"$NOTES/count-$host"; rmdir "$NOTES/in-$host"; deployed',
  );
  expect(await cdktfXen('drift', '--jobs', '3')).toMatchObject({ status: 0, stderr: '' });
  const counts = NAMES.map((name) => Number(readFileSync(join(project, `count-${name}`), 'utf8')));
  expect(Math.max(...counts)).toBe(3);
});

/** Processes that a stand-in has noted, and that are still there. */
function alive(): string[] {
  return readdirSync(project)
    .filter((name) => name.startsWith('pid-'))
    .flatMap((name) => readFileSync(join(project, name), 'utf8').trim().split('\n'))
    .filter((pid) => {
      // Who has ended and is not buried yet is not there any longer.
      const stat = `/proc/${pid}/stat`;
      return existsSync(stat) && !/\) Z /.test(readFileSync(stat, 'utf8'));
    });
}

/** Never answers, and neither does what it has started. */
const HANGS = 'sleep 1000 & printf "%s\\n" $$ $! >"$NOTES/pid.$host"; mv "$NOTES/pid.$host" "$NOTES/pid-$host"; wait';

test('a host that does not answer in time is given up, with all that was started for it', async () => {
  standIn('deployed');
  standIn(`echo half a word >&2; ${HANGS}`, ['xen07']);
  standIn(`trap "" TERM; ${HANGS}; ${HANGS}`, ['xen08']);
  const started = Date.now();
  const { status, stdout } = await cdktfXen('drift', '--timeout', '1');
  expect(Date.now() - started).toBeLessThan(8000);
  expect(status).toBe(1);
  const why = 'has not answered within 1 s; --timeout SECONDS gives it longer\n';
  expect(stdout).toContain(
    `xen07  2 units  unknown  ${why}                         half a word\nxen08  2 units  unknown  ${why}xen09  2 units as deployed\n`,
  );
  expect(readdirSync(project)).toContain('pid-xen07');
  expect(alive()).toEqual([]);
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s ends all that was started, and says nothing',
  async (name) => {
    standIn(HANGS);
    const child = spawn(process.execPath, [program, 'drift', '--jobs', '5'], {
      cwd: project,
      env: { ...process.env, NOTES: project },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (said += data.toString()));
    const ended = new Promise((resolve) =>
      child.once('close', (_, signal) => {
        resolve(signal);
      }),
    );
    while (alive().length < 10) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill(name);
    expect(await ended).toBe(name);
    expect({ said, alive: alive() }).toEqual({ said: '', alive: [] });
  },
  20_000,
);

test('a host that says too much is given up, and an old observe.sh is told as that', async () => {
  standIn('deployed');
  standIn('exec cat /dev/zero', ['xen01']);
  standIn("echo '{}'", ['xen02']);
  standIn('kill -9 $$', ['xen03']);
  const { status, stdout } = await cdktfXen('drift');
  expect(status).toBe(1);
  expect(stdout.split('\n').filter((line) => / {2}unknown {2}/.test(line))).toEqual([
    'xen01  2 units  unknown  answers with more than 16 MiB',
    'xen02  2 units  unknown  it answered with a line that belongs in no report; was the tree written by another version? Run cdktf synth again',
    'xen03  2 units  unknown  observe.sh ended with SIGKILL',
  ]);
});

test('nothing that a terminal acts on comes through, not even from scripts that hand it on', async () => {
  const evil = "printf 'x\\033[31m\\302\\233\\342\\200\\256\\177y\\r\\n'";
  standIn('deployed');
  standIn(`deployed; printf 'unit '; ${evil}`, ['xen01']);
  standIn(`${evil} >&2; printf '%s: error: ' "$host" >&2; ${evil} >&2; exit 1`, ['xen02']);
  standIn(`deployed | sed "s/^unit host/&\\nreason $(${evil})/"`, ['xen03']);
  for (const host of ['xen01', 'xen02'])
    writeFileSync(join(tree(host), '../../../runtime/deployer/carry.sh'), `${evil}; ${evil} >&2; exit 1`);
  for (const args of [['drift'], ['drift', '--json'], ['show', '--host', 'xen01', '--host', 'xen02']]) {
    const { status, stdout, stderr } = await cdktfXen(...args);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^[\x20-\x7e\n]*$/);
    expect(stdout).toMatch(/x\\u(001b|\{1b\})\[31m\\u(009b|\{9b\})/);
    expect(stderr).toMatch(/^[\x20-\x7e\n]*$/);
  }
  const { errors } = JSON.parse((await cdktfXen('drift', '--json')).stdout) as { errors: { message: string }[] };
  expect(errors[1]?.message).toBe('x\u001b[31m\u009b\u202e\u007fy');
});

test('hosts that an older synth has left are not asked, and named', async () => {
  standIn('deployed');
  const stacks = join(project, 'cdktf.out/stacks');
  cpSync(join(stacks, 'xen01'), join(stacks, 'gone'), { recursive: true });
  writeFileSync(join(stacks, 'gone/runtime/deployer/observe.sh'), 'touch "$NOTES/was-asked"');
  cpSync(join(stacks, 'xen01/assets/xen01'), join(stacks, 'xen01/assets/xen99'), { recursive: true });
  const { status, stdout, stderr } = await cdktfXen('drift');
  expect({ status, last: stdout.split('\n').at(-2) }).toEqual({
    status: 0,
    last: '12 hosts, 24 units: 24 as deployed',
  });
  expect(stderr).toBe(
    "cdktf-xen: note: cdktf.out/stacks/gone/assets/xen01/tree is left over from an older synth: the app has no stack 'gone' now; host 'xen01' is not asked by it; remove that folder\n" +
      "cdktf-xen: note: cdktf.out/stacks/xen01/assets/xen99/tree is left over from an older synth: stack 'xen01' has no host 'xen99' now; host 'xen99' is not asked by it; remove that folder\n",
  );
  expect(existsSync(join(project, 'was-asked'))).toBe(false);
  const refused = await cdktfXen('drift', '--host', 'xen99', '--host', 'xen01');
  expect(refused).toEqual(failed(`'cdktf.out' has no host 'xen99', the hosts there are: ${NAMES.join(', ')}`));
});

test('how far it is, is told on a terminal, and elsewhere only where that is wished', async () => {
  standIn('deployed');
  const lines = NAMES.map((_, index) => `asked ${index + 1} of 12 hosts`);
  expect((await cdktfXen('drift', '--progress')).stderr.split('\n')).toEqual([...lines, '']);
  // script(1) is a terminal for all three.
  const command = `${process.execPath} ${program} drift >table`;
  const { stdout } = await run(['script', '-qec', command, '/dev/null'], project, { NOTES: project });
  expect(stdout).toBe(`${lines.map((line) => `\r${line}`).join('')}\r\u001b[K`);
  expect(readFileSync(join(project, 'table'), 'utf8')).not.toContain('asked');
});

test('a reader that has seen enough is no error, and nobody listening to stderr none either', async () => {
  standIn('deployed | awk \'{ print } /^unit host/ { for (i = 0; i < 20000; i++) print "reason " i }\'', ['xen01']);
  const args = [program, 'drift', '--host', 'xen01', '--progress'];
  expect(await run([process.execPath, ...args], project, { NOTES: project }, false)).toEqual({
    status: 2,
    stdout: '',
    stderr: 'asked 1 of 1 hosts\n',
  });
  const child = spawn(process.execPath, args, { cwd: project, stdio: ['ignore', 'ignore', 'pipe'] });
  child.stderr.destroy();
  expect(await new Promise((resolve) => child.once('close', resolve))).toBe(2);
});

test.each([
  [['--jobs', '0'], "--jobs '0' is no whole number from 1 to 1000; leave it out for 20"],
  [['--jobs', 'many'], "--jobs 'many' is no whole number from 1 to 1000; leave it out for 20"],
  [['--timeout', '1.5'], "--timeout '1.5' is no whole number from 1 to 86400; leave it out for 60"],
  [['one', 'two'], 'one DIRECTORY is enough, got one, two'],
  [
    ['--hots', 'xen01'],
    "unknown option '--hots'; allowed are --json, --host HOST, --jobs JOBS, --timeout TIMEOUT, --progress",
  ],
  [
    ['elsewhere'],
    "'elsewhere' is no output of synth, it has no manifest.json: run cdktf synth first, or name the folder that it wrote",
  ],
])('drift %j is refused, and nobody asked', async (args, message) => {
  standIn('touch "$NOTES/was-asked"');
  expect(await cdktfXen('drift', ...args)).toEqual(failed(message));
  expect(existsSync(join(project, 'was-asked'))).toBe(false);
});
