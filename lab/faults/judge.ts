import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FaultHost, Tree } from './fault-host';
import { difference, hostState, type HostState, withoutGuests } from './host-state';

/** What the host was like and what it is to be like. */
export interface Expectation {
  readonly before: HostState;
  /** As a run without any fault leaves it. */
  readonly after: HostState;
  readonly tree: Tree;
  /** The transaction before this change, if any. */
  readonly earlier: string | undefined;
  readonly guest: boolean;
  /** The host was switched off in between. */
  readonly rebooted: boolean;
  /** Whoever would have tidied up is dead: what lies beside the files is the next deploy's to take away. */
  readonly untidy: boolean;
  /** What came of the deploy; undefined where it was killed. */
  readonly deploy: { readonly status: number; readonly output: string } | undefined;
}

export interface Judgement {
  readonly ended: 'new' | 'old' | 'neither';
  /** What is not as promised, a line each. */
  readonly problems: readonly string[];
}

/** What may be left of the runtime when all is over: nothing. */
export const PROCESSES = 'runtime/host/(network/|run[.]sh)';

/** The files of the unit lie on the host as they were rendered, and the unit is recorded with its hash. */
function unitProblems(host: FaultHost, tree: Tree): readonly string[] {
  const lines = readFileSync(join(tree.directory, 'manifest'), 'utf8').split('\n');
  const own = lines.filter((line) => line.startsWith(`${tree.unit} `));
  const problems: string[] = [];
  for (const [, path = '', , , sum] of own.map((line) => line.split(' '))) {
    if (!path.startsWith('files/')) continue;
    const place = path.slice('files'.length);
    const found = host.bed.exists(place) ? createHash('sha256').update(host.bed.read(place)).digest('hex') : 'none';
    if (found !== sum) problems.push(`${place} is not as rendered`);
  }
  const hash = createHash('sha256')
    .update(own.map((line) => `${line}\n`).join(''))
    .digest('hex');
  const recorded = `/var/lib/cdktf-xen/units/${tree.unit}/sha256`;
  if (!host.bed.exists(recorded) || !host.bed.read(recorded).startsWith(hash))
    problems.push('the unit is not recorded');
  return problems;
}

function newStateProblems(host: FaultHost, expected: Expectation, phase: string): readonly string[] {
  const { deploy } = expected;
  const problems = [...unitProblems(host, expected.tree)];
  if (phase !== 'promoted') problems.push(`new state, but the phase is ${phase}`);
  if (host.record() !== undefined) problems.push('new state, but there is a record of a rollback');
  if (deploy !== undefined && deploy.status !== 0)
    problems.push(`new state, but the deploy ended with ${deploy.status}`);
  if (deploy !== undefined && !/done: |nothing to change/.test(deploy.output)) {
    problems.push('new state, but the deploy does not say that it is done');
  }
  return problems;
}

function oldStateProblems(host: FaultHost, expected: Expectation, phase: string): readonly string[] {
  const { deploy } = expected;
  const problems: string[] = [];
  const record = host.record();
  const over = ['none', 'abandoned', 'rolled-back', ...(expected.untidy ? ['staged'] : [])];
  if (!over.includes(phase)) problems.push(`old state, but the phase is ${phase}`);
  if (phase === 'rolled-back' && !/^why ./m.test(record ?? '')) problems.push('nothing says why the switch went back');
  if (phase !== 'rolled-back' && record !== undefined) problems.push(`the phase is ${phase}, but there is a record`);
  if (deploy === undefined) return problems;
  const words =
    phase === 'rolled-back'
      ? /the network was put back as it was/
      : /nothing was changed|the work on the host was killed/;
  if (deploy.status === 0) problems.push('old state, but the deploy ended with 0');
  if (!words.test(deploy.output)) problems.push(`the deploy does not say that ${words.source}`);
  return problems;
}

/** Judges a host on which nothing is going on any longer. */
export async function judge(host: FaultHost, expected: Expectation): Promise<Judgement> {
  const { bed } = host;
  const id = host.transaction();
  const phase = id === expected.earlier ? 'none' : host.phase(id);
  const began = !['none', 'staged', 'abandoned'].includes(phase);
  const actual = (await hostState(host)).filter(
    (line) => began || !expected.untidy || !/\/\.cdktf-xen\.|cdktf-xen-net\.new/.test(line),
  );
  const prune = expected.rebooted ? withoutGuests : (state: HostState) => state;
  const fromOld = difference(prune(expected.before), prune(actual));
  const fromNew = difference(prune(expected.after), prune(actual));
  const ended = fromNew.length === 0 ? 'new' : fromOld.length === 0 ? 'old' : 'neither';
  const problems: string[] = [];
  if (ended === 'new') problems.push(...newStateProblems(host, expected, phase));
  if (ended === 'old') problems.push(...oldStateProblems(host, expected, phase));
  if (ended === 'neither') {
    const nearer = ['promoted', 'confirmed', 'awaiting'].includes(phase) ? fromNew : fromOld;
    problems.push(`neither the old nor the new state (phase ${phase})`, ...nearer);
  }
  if (host.pending && (began || !expected.untidy)) problems.push('net/current is left');
  const left = await host.signalDom0('0', PROCESSES);
  if (left !== '') problems.push(`processes are left: ${left.split('\n').join('; ')}`);
  if (expected.guest && !expected.rebooted) {
    const guest = bed.guest('vif1.0');
    const ping = ['ping', '-c1', '-W2', '192.0.2.1'];
    if (guest === undefined || ((await guest.run(ping)).status !== 0 && (await guest.run(ping)).status !== 0)) {
      problems.push('the guest does not reach its gateway');
    }
  }
  return { ended, problems };
}
