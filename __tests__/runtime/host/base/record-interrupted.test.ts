import { Bed } from '../../../../lab/bed/bed';
import { RunFolder } from '../../../helpers/run-folder';

/* A run that is killed before each program that it calls while it puts a unit's record in place. */

jest.setTimeout(300_000);

const UNITS = '/var/lib/cdktf-xen/units';

let bed: Bed;
let folder: RunFolder;

beforeAll(async () => {
  bed = await Bed.open();
  folder = RunFolder.make(bed);
  // Before each call the power may go: whoever works is killed with all that it has started.
  for (const program of ['mv', 'rm', 'cp', 'mkdir', 'sha256sum']) {
    bed.write(
      `/root/bin/${program}`,
      `#!/bin/bash\necho x >>/root/calls\n[ "$(wc -l </root/calls)" != "$KILL_AT" ] || kill -KILL 0\nexec /.host/usr/bin/${program} "$@"\n`,
      0o755,
    );
  }
});

afterAll(async () => {
  await bed.close();
});

/** A record in one piece: its parts say all the same. */
const lay = (place: string, text: string): string =>
  `mkdir -p ${place}/words ${place}/files; for part in manifest words/domU-web1 files/web1; do echo ${text} >${place}/$part; done`;

/** Runs a part of the runtime that is killed at a step. */
async function killedAt(step: number, script: string): Promise<number> {
  bed.remove('/root/calls');
  const text = `cd ${folder.path}; exec 3>&1; export CDKTF_XEN_HOST=xen01 CDKTF_XEN_UNIT=domU-web1 CDKTF_XEN_RUN=test; set -euo pipefail; . runtime/host/base/common.sh; ${script}`;
  const env = { KILL_AT: String(step), PATH: '/root/bin:/usr/sbin:/usr/bin:/sbin:/bin' };
  return (await bed.dom0(['/.host/usr/bin/setsid', '--wait', 'bash', '-c', text], { env })).status;
}

/** What somebody who only looks finds on record: each part's text, and the units of that kind. */
async function onRecord(): Promise<string> {
  const look = `STATE=/var/lib/cdktf-xen; . ${folder.path}/runtime/host/compare/probe.sh; recorded_units domU; find_unit_record domU-web1; cd $recorded && cat manifest words/domU-web1 files/web1; [ ! -e sha256 ] || sha256sum <manifest | cmp - sha256`;
  return (await bed.dom0(['bash', '-c', look])).stdout.trim().split('\n').join(' ');
}

async function prepare(): Promise<void> {
  const begin = `rm -rf ${UNITS} recorded; ${lay(`${UNITS}/domU-web1`, 'old')}; ${lay('.', 'new')}`;
  await bed.dom0(['bash', '-c', `cd ${folder.path}; ${begin}`]);
}

const OLD = 'domU-web1 old old old';
const NEW = 'domU-web1 new new new';

test.each([
  ['the same process again, as the end of a switch does', 'commit_record'],
  ['another deploy of the unit', 'settle_records shared'],
  ['whoever holds the whole host', 'settle_records exclusive'],
])('killed at any step there is the old record or the new one, and %s goes on from there', async (_, next) => {
  const states: string[] = [];
  for (let step = 1; ; step += 1) {
    await prepare();
    const status = await killedAt(step, 'record');
    const found = await onRecord();
    expect([OLD, NEW]).toContain(found);
    states.push(found);
    if (status === 0) break;
    expect(status).not.toBe(1);
    // Killed again on the way on, wherever that is.
    // A commit may find all prepared, and then the new one is what it has to come to.
    const allowed = next === 'commit_record' ? [found, NEW] : [found];
    for (let again = 1; (await killedAt(again, next)) !== 0; again += 1) expect(allowed).toContain(await onRecord());
    expect(allowed).toContain(await onRecord());
    const { stdout } = await bed.dom0(['bash', '-c', `ls -A ${UNITS}`]);
    expect(stdout).toBe('domU-web1\n');
  }
  expect(states.length).toBeGreaterThan(6);
  expect(states[0]).toBe(OLD);
  expect(states.at(-1)).toBe(NEW);
  // The moment of the change was met, and was one moment.
  expect(states.lastIndexOf(OLD) + 1).toBe(states.indexOf(NEW));
});

test('killed at any step, a unit that was begun is on record with its words or not at all', async () => {
  for (let step = 1; ; step += 1) {
    await bed.dom0(['bash', '-c', `cd ${folder.path}; rm -rf ${UNITS}; ${lay('.', 'new')}`]);
    const status = await killedAt(step, 'record_begun');
    if (bed.exists(`${UNITS}/domU-web1`)) expect(bed.read(`${UNITS}/domU-web1/words/domU-web1`)).toBe('new\n');
    if (status === 0) break;
  }
});

test('killed at any step, a unit that is forgotten is on record as a whole or not at all', async () => {
  for (let step = 1; ; step += 1) {
    await prepare();
    const status = await killedAt(step, 'forget_record domU-web1');
    const found = await onRecord();
    expect([OLD, '']).toContain(found);
    await killedAt(0, 'settle_records exclusive');
    expect(await onRecord()).toBe(found);
    if (status === 0) break;
  }
});
