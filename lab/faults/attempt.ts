import { setTimeout as sleep } from 'node:timers/promises';
import { Outage } from './outage';
import type { Fault, Target } from './fault';
import { type Deploy, FaultHost } from './fault-host';
import { difference, hostState, type HostState, withoutGuests } from './host-state';
import { judge, type Judgement, PROCESSES } from './judge';
import { cleanTree, prepare, type Scenario } from './scenarios';

/** What a scenario is like when nothing is broken. */
export interface Reference {
  readonly boundaries: readonly string[];
  readonly after: HostState;
}

export interface Case {
  readonly scenario: Scenario;
  readonly fault: Fault;
  readonly boundary: string;
}

export interface Outcome extends Judgement {
  readonly lockedOut: boolean;
  readonly secondsAway: number;
  /** From the end of the fault, or from its beginning where it stays. */
  readonly secondsToConsistent: number;
  /** Everything that helps to find the cause. */
  readonly log: string;
}

/** The way back may take that long after the timer; the rest is for a busy machine. */
const WAY_BACK_SECONDS = 45 + 15;

/** Runs a scenario without a fault: where its step boundaries are, and how it ends. */
export async function reference(scenario: Scenario): Promise<Reference> {
  const host = await FaultHost.open(scenario.bed);
  try {
    await prepare(scenario, host);
    host.boundaries.forget();
    const { status, output } = await host.deploy(cleanTree(scenario, host)).result;
    if (status !== 0) throw new Error(`faults: '${scenario.name}' fails without any fault: ${output}`);
    return { boundaries: host.boundaries.passed(), after: await hostState(host) };
  } finally {
    await host.close();
  }
}

/**
 * Waits until nothing is going on and the host lets us in. False: not within the time. A transaction whose script was
 * killed before it had started a guardian touches nothing and is the next deploy's to end.
 */
async function consistent({ host, tree }: Target, deadline: number, scriptIsDead: boolean): Promise<boolean> {
  const isPending = () => host.pending && !(scriptIsDead && host.phase(host.transaction()) === 'staged');
  while (performance.now() < deadline) {
    const busy = isPending() || (await host.signalDom0('0', PROCESSES)) !== '';
    if (!busy && (await host.reachable(tree))) return true;
    await sleep(400);
  }
  return false;
}

/** The deploy's result, or undefined where it does not end in time. */
async function resultOf(deploy: Deploy, deadline: number) {
  const ended = await Promise.race([deploy.result, sleep(Math.max(1000, deadline - performance.now()), undefined)]);
  return ended;
}

/** Logs of both ends. */
async function logs(host: FaultHost, output: string): Promise<string> {
  const script =
    'cd /var/lib/cdktf-xen; for f in net/last/log net/current/log net/current/phase log/bridge-* net/rolled-back run/*/log run/*/progress; do echo "== $f"; cat "$f"; done 2>/dev/null; ps axf -o pid,ppid,pgid,args';
  const { stdout } = await host.run(script);
  return `${output}\n${stdout}\n== boundaries\n${host.boundaries.passed().join('\n')}\n`;
}

/** With everything mended, the next deploy has to arrive at the new state. */
async function followUp(scenario: Scenario, host: FaultHost, after: HostState, rebooted: boolean) {
  const id = /^id (.*)$/m.exec(host.record() ?? '')?.[1];
  const { status, output } = await host.deploy(cleanTree(scenario, host, id)).result;
  const prune = rebooted ? withoutGuests : (state: HostState) => state;
  const wrong = difference(prune(after), prune(await hostState(host)));
  if (status === 0 && wrong.length === 0) return { output, problems: [] };
  return { output, problems: [`the next deploy does not arrive at the new state (status ${status})`, ...wrong] };
}

/** One fault at one boundary of one scenario, on a fresh host. */
export async function attempt({ scenario, fault, boundary }: Case, { after }: Reference): Promise<Outcome> {
  const host = await FaultHost.open(scenario.bed);
  try {
    await prepare(scenario, host);
    const before = await hostState(host);
    const earlier = host.transaction();
    const tree = host.tree(scenario.change, fault.timeouts);
    host.boundaries.forget();
    host.boundaries.stopAt(boundary);
    const outage = new Outage(host, [...new Set(['192.0.2.10', tree.address])]);
    const deploy = host.deploy(tree);
    const target: Target = { host, tree, deploy };
    const arrived = await host.boundaries.arrival(deploy.ended);
    if (arrived) await fault.begin(target);
    host.boundaries.release();
    if (fault.seconds !== undefined) {
      await sleep(fault.seconds * 1000);
      await fault.end?.(target);
    }
    const ended = performance.now();
    const timers = fault.timeouts?.rollbackSeconds ?? 28;
    const deadline = ended + (timers + WAY_BACK_SECONDS) * 1000;
    const rebooted = fault.kills === 'power';
    const untidy = fault.kills === 'script' || rebooted;
    const quiet = await consistent(target, deadline, fault.kills === 'script');
    const lockedOut = !quiet && !(await host.reachable(tree));
    const secondsToConsistent = (performance.now() - ended) / 1000;
    const result = await resultOf(deploy, deadline);
    const secondsAway = await outage.longest();
    const judgement = await judge(host, {
      ...{ before, after, tree, earlier, guest: scenario.guest, rebooted },
      deploy: fault.kills === 'deploy' ? undefined : result,
      untidy,
    });
    const problems = [...judgement.problems];
    if (!quiet) problems.unshift(`not consistent within ${Math.round(secondsToConsistent)} s`);
    if (!arrived) problems.push('the boundary was not reached');
    if (result === undefined) {
      problems.push('the deploy does not end');
      await host.bed.end(deploy.child);
    }
    const found = await logs(host, result?.output ?? '');
    if (fault.seconds === undefined) await fault.end?.(target);
    const next = await followUp(scenario, host, after, rebooted);
    problems.push(...next.problems);
    return {
      ended: judgement.ended,
      problems,
      lockedOut,
      secondsAway,
      secondsToConsistent,
      log: `${found}\n== next deploy\n${next.output}`,
    };
  } finally {
    await host.close();
  }
}
