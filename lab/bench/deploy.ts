/**
 * What a deploy costs beside the same plan with empty sessions, beside Ansible, and for comparison beside one raw ssh and
 * Terraform with a single step: one bridge's and ten guests' files, to a real sshd.
 *
 *     tsx lab/bench/deploy.ts [--smoke]
 */
import { join } from 'node:path';
import { resolveEngine } from '../engine/engine';
import { ansibleContender } from './deploy-ansible';
import type { Contender } from './deploy-contender';
import { PlainHost } from '../bed/plain-host';
import { stepsOf, withEmptySessions } from './deploy-rewrite';
import { synthesize } from './deploy-stack';
import { readStack, singleStep, terraformContender } from './deploy-terraform';
import { type Report, seconds, times } from './report';
import { runBench } from './run';
import { type Figures, figures } from './statistics';

const FULL = { guests: 10, rounds: 7, pipelining: [false, true] };
const SMOKE: typeof FULL = { guests: 2, rounds: 1, pipelining: [false] };

const OURS = 'cdktf-xen';
const SINGLE_STEP = 'Terraform, one step';
const IDLE_STEP = 'Terraform, idle step';
const EMPTY_SESSIONS = 'Terraform, empty sessions';
const ANSIBLE = 'Ansible, as it comes';

/** What is measured of a contender. */
const WHAT = ['first', 'again', 'recheck'] as const;
type What = (typeof WHAT)[number];
type Samples = Record<What, number[]>;

/** What all contenders are held to. */
interface Task {
  /** The host's files as a deploy of ours has left them. */
  readonly expected: string;
  /** How many units a deploy of ours applies. */
  readonly units: number;
}

/** Who leaves other files than the others do not do the same work, and its time says nothing. */
async function requireWritten(host: PlainHost, expected: string, who: string): Promise<void> {
  const found = await host.written();
  if (found !== expected) throw new Error(`${who}: the host's files are\n${found}\nand not\n${expected}`);
}

/** Once for each contender: the files are missing; nothing is to be done; nothing is, but every step runs once more. */
async function round(host: PlainHost, contender: Contender, samples: Samples, task: Task): Promise<void> {
  const { name, idleSays } = contender;
  await host.disconnect();
  await host.resetFiles();
  contender.forget();
  samples.first.push((await contender.deploy()).seconds);
  if (contender.idle !== true) await requireWritten(host, task.expected, `after the first deploy by ${name}`);
  await host.disconnect();
  const again = await contender.deploy();
  samples.again.push(again.seconds);
  if (idleSays !== undefined && !idleSays.test(again.output))
    throw new Error(`the second deploy by ${name} has found something to do:\n${again.output}`);
  if (contender.deployAgain !== undefined) {
    await host.disconnect();
    const { seconds: taken, output } = await contender.deployAgain();
    samples.recheck.push(taken);
    const idle = output.match(/: nothing to change$/gm)?.length ?? 0;
    if (name === OURS && idle !== task.units) throw new Error(`not every unit had nothing to change:\n${output}`);
  }
  if (contender.idle !== true) await requireWritten(host, task.expected, `after further deploys by ${name}`);
}

async function contenders(host: PlainHost, report: Report, plan: typeof FULL) {
  const engine = await resolveEngine({
    progress: (line) => {
      report.progress(line);
    },
  });
  report.note(engine.note);
  if (engine.standIn) {
    report.note(
      "all Terraform contenders use Terraform's own terraform_data in place of null_resource, and what a plan asks is asked " +
        'just before it, since the stand-in providers take longer to start than all that is measured; real ones add the ' +
        'same to each',
    );
  }
  const { stack: directory, tree } = synthesize(host, plan.guests);
  const stack = readStack(directory);
  const plain = [join(__dirname, 'plain-deploy.sh'), tree, 'xen01'];
  // The connection that stays must not hold our output open: Terraform would wait for it.
  const shared = '-o ControlMaster=auto -o ControlPersist=60 -o ControlPath="$TMPDIR/empty-sessions"';
  const session = `cd "${tree}" && ssh -F ssh_config ${shared} xen01 true >"$TMPDIR/empty-sessions.log" 2>&1`;
  const terraform = (name: string, folder: string, of: typeof stack) =>
    terraformContender(name, host, engine, host.folder(folder), of);
  const ours = await terraformContender(OURS, host, engine, directory, stack);
  report.progress('the switch to the bridge, which is not measured');
  await ours.deploy();
  // The bed's `ip` is a script that stands in for what EL6's could and today's can not. A host's is a program, and a
  // script's start would be counted as ours.
  await host.onHost('ln -sf /.bed/ip /usr/sbin/ip');
  const task: Task = { expected: await host.written(), units: stepsOf(stack).length };
  const all: Contender[] = [
    ours,
    { ...(await terraform(EMPTY_SESSIONS, 'empty', withEmptySessions(stack, session))), idle: true },
    { ...(await terraform(IDLE_STEP, 'idle', singleStep())), idle: true },
    await terraform(SINGLE_STEP, 'single', singleStep(['bash', ...plain])),
    { name: 'raw ssh', forget: () => undefined, deploy: () => host.timed(['bash', ...plain]) },
    ...plan.pipelining.map((pipelining) => ansibleContender(host, tree, task.expected, pipelining)),
  ];
  return { all, task };
}

function cells(of: Figures | undefined, base: Figures | undefined): string[] {
  if (of === undefined) return ['', '', ''];
  const ratio = base === undefined ? '' : times(of.minimum / base.minimum);
  return [seconds(of.minimum), seconds(of.median), ratio];
}

function conclude(report: Report, samples: ReadonlyMap<string, Samples>, guests: number, units: number): void {
  const found = new Map<string, Figures>();
  for (const [name, of] of samples) {
    for (const what of WHAT) {
      if (of[what].length === 0) continue;
      const told = figures(of[what]);
      found.set(`${name} ${what}`, told);
      report.keep(`${name} ${what}`, told);
    }
  }
  const get = (name: string, what: What): Figures | undefined => found.get(`${name} ${what}`);
  report.table(
    `one bridge's and ${guests} guests' files; ratios to "${EMPTY_SESSIONS}"`,
    ['', 'first: best', 'median', 'ratio', 'again: best', 'median', 'ratio', 'recheck: best', 'median', 'ratio'],
    [...samples.keys()].map((name) => [
      name,
      ...WHAT.flatMap((what) => cells(get(name, what), get(EMPTY_SESSIONS, what))),
    ]),
  );
  report.note(
    '"again" is the second deploy with nothing to do (a plan of ours asks the host, Terraform with a single step stays at ' +
      'home, raw ssh and Ansible do all of their work once more); "recheck" has every step run once more on a host where ' +
      'nothing is to be changed',
  );
  const best = (name: string, what: What = 'first'): number => get(name, what)?.minimum ?? NaN;
  report.row('deploy-sessions', { ours: [best(OURS)], theirs: best(EMPTY_SESSIONS) });
  report.row('deploy-single', { ours: [best(OURS)], theirs: best(SINGLE_STEP) });
  report.row('deploy-ansible', { ours: [best(OURS)], theirs: best(ANSIBLE) });
  report.row('deploy-again', { ours: [best(OURS, 'again')], theirs: best(ANSIBLE, 'again') });
  report.remark(
    `Of the ${seconds(best(OURS))} of a first deploy, ${seconds(best(IDLE_STEP))} are Terraform itself, ` +
      `${seconds(best(EMPTY_SESSIONS) - best(IDLE_STEP))} the login and an empty session for the plan's question and for each ` +
      `of ${units} units, one after the other but for the guests, and ${seconds(best(OURS) - best(EMPTY_SESSIONS))} the ` +
      'answer, packing, unpacking, checking and recording. Ansible brings the same contents, modes and owners with `copy` in ' +
      'two loops, by the same kind of shared connection; it compares checksums as we do, but keeps no copy of what was there ' +
      'and no record.',
  );
}

async function main(report: Report, smoke: boolean): Promise<void> {
  const plan = smoke ? SMOKE : FULL;
  const host = await PlainHost.open((await resolveEngine()).env);
  try {
    report.note(
      'the bridge runs already and its files are missing: what is measured is the carrying, not the seconds that ' +
        'initscripts wait for ARP in a switch; terraform init is done before',
    );
    const { all, task } = await contenders(host, report, plan);
    const samples = new Map(all.map(({ name }): [string, Samples] => [name, { first: [], again: [], recheck: [] }]));
    for (let number = 1; number <= plan.rounds; number += 1) {
      report.progress(`round ${number} of ${plan.rounds}`);
      for (const contender of all) {
        const of = samples.get(contender.name);
        if (of !== undefined && number <= (contender.mostRounds ?? plan.rounds)) await round(host, contender, of, task);
      }
    }
    conclude(report, samples, plan.guests, task.units);
  } finally {
    await host.close();
  }
}

void runBench('deploy', main);
