/**
 * What a deploy costs beside one raw ssh, beside Terraform with a single step, and beside Ansible: one bridge's and ten
 * guests' files, to a real sshd.
 *
 *     tsx lab/bench/deploy.ts [--quick]
 */
import { join } from 'node:path';
import { resolveEngine } from '../engine/engine';
import { ansibleContender } from './deploy-ansible';
import type { Contender } from './deploy-contender';
import { BenchHost } from './deploy-host';
import { synthesize } from './deploy-stack';
import { terraformContender, withoutProvider, writeEmptySteps, writeSingleStep } from './deploy-terraform';
import { type Report, seconds, times } from './report';
import { runBench } from './run';
import { type Figures, figures } from './statistics';

const GUESTS = 10;
const MOST_OVER_SINGLE_STEP = 1.5;
const LEAST_UNDER_ANSIBLE = 20;

const OURS = 'cdktf-xen';
const SINGLE_STEP = 'Terraform, one step';
const IDLE_STEP = 'Terraform, idle step';
const EMPTY_STEPS = `Terraform, ${GUESTS + 2} empty steps`;
const ANSIBLE = 'Ansible, as it comes';

/** What is measured of a contender. */
const WHAT = ['first', 'again', 'recheck'] as const;
type What = (typeof WHAT)[number];
type Samples = Record<What, number[]>;

/** Who leaves other files than the others do not do the same work, and its time says nothing. */
async function requireWritten(host: BenchHost, expected: string, who: string): Promise<void> {
  const found = await host.written();
  if (found !== expected) throw new Error(`${who}: the host's files are\n${found}\nand not\n${expected}`);
}

/** Once for each contender: the files are missing; nothing is to be done; nothing is, but the host is to be asked. */
async function round(host: BenchHost, contender: Contender, samples: Samples, expected: string): Promise<void> {
  const { name } = contender;
  await host.disconnect();
  await host.resetFiles();
  contender.forget();
  samples.first.push((await contender.deploy()).seconds);
  if (contender.idle !== true) await requireWritten(host, expected, `after the first deploy by ${name}`);
  await host.disconnect();
  samples.again.push((await contender.deploy()).seconds);
  if (contender.deployAgain !== undefined) {
    await host.disconnect();
    const { seconds: taken, output } = await contender.deployAgain();
    samples.recheck.push(taken);
    const idle = output.match(/: nothing to change$/gm)?.length ?? 0;
    if (name === OURS && idle !== GUESTS + 2) throw new Error(`not every unit had nothing to change:\n${output}`);
  }
  if (contender.idle !== true) await requireWritten(host, expected, `after further deploys by ${name}`);
}

async function contenders(host: BenchHost, report: Report) {
  const engine = await resolveEngine({
    progress: (line) => {
      report.progress(line);
    },
  });
  report.note(engine.note);
  const synthesized = synthesize(host, GUESTS);
  const { stack, tree } = synthesized;
  const plain = [join(__dirname, 'plain-deploy.sh'), tree, 'xen01'];
  const [single, idle, empty] = [host.folder('single'), host.folder('idle'), host.folder('empty')];
  writeSingleStep(single, ['bash', ...plain]);
  writeSingleStep(idle);
  if (engine.standIn) {
    for (const directory of [stack, single, idle]) withoutProvider(directory);
    report.note(
      "all Terraform contenders use Terraform's own terraform_data in place of null_resource, since the stand-in provider " +
        'takes longer to start than all that is measured; the real one adds the same to each',
    );
  }
  writeEmptySteps(empty, synthesized);
  const ours = await terraformContender(OURS, host, engine, stack);
  report.progress('the switch to the bridge, which is not measured');
  await ours.deploy();
  const expected = await host.written();
  const ansible = [false, true].map((pipelining) => ansibleContender(host, tree, expected, pipelining));
  const all: Contender[] = [
    ours,
    { name: 'raw ssh', forget: () => undefined, deploy: () => host.timed(['bash', ...plain]) },
    await terraformContender(SINGLE_STEP, host, engine, single),
    { ...(await terraformContender(IDLE_STEP, host, engine, idle)), idle: true },
    { ...(await terraformContender(EMPTY_STEPS, host, engine, empty)), idle: true },
    ...ansible.filter((one) => one !== undefined),
  ];
  return { all, expected };
}

function cells(of: Figures | undefined, base: Figures | undefined): string[] {
  if (of === undefined) return ['', '', ''];
  const ratio = base === undefined ? '' : times(of.minimum / base.minimum);
  return [seconds(of.minimum), seconds(of.median), ratio];
}

function conclude(report: Report, samples: ReadonlyMap<string, Samples>): void {
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
    `one bridge's and ${GUESTS} guests' files; ratios to "${SINGLE_STEP}"`,
    ['', 'first: best', 'median', 'ratio', 'again: best', 'median', 'ratio', 'recheck: best', 'median', 'ratio'],
    [...samples.keys()].map((name) => [
      name,
      ...WHAT.flatMap((what) => cells(get(name, what), get(SINGLE_STEP, what))),
    ]),
  );
  report.note(
    '"again" is the second deploy with nothing to do (Terraform plans nothing and stays at home; raw ssh and Ansible ask ' +
      'the host); "recheck" has every step run once more on a host where nothing is to be changed',
  );
  const ours = get(OURS, 'first')?.minimum ?? 0;
  const single = get(SINGLE_STEP, 'first')?.minimum ?? 0;
  const over = ours / single;
  report.goal(
    `first deploy`,
    `at most ${MOST_OVER_SINGLE_STEP}x "${SINGLE_STEP}"`,
    times(over),
    over <= MOST_OVER_SINGLE_STEP,
  );
  const [idle = 0, empty = 0] = [IDLE_STEP, EMPTY_STEPS].map((name) => get(name, 'first')?.minimum);
  report.note(
    `of ${seconds(ours)}: ${seconds(idle)} Terraform itself, ${seconds(empty - idle)} the login and an empty ssh session ` +
      `per unit (host, then bridge, then guests), ${seconds(ours - empty)} packing, unpacking and the units' own work`,
  );
  for (const [what, title] of [
    ['first', 'first deploy'],
    ['again', 'second deploy, nothing to do'],
  ] as const) {
    const ansible = get(ANSIBLE, what)?.minimum;
    const us = get(OURS, what)?.minimum ?? 0;
    const goal = `at least ${LEAST_UNDER_ANSIBLE}x faster than Ansible`;
    if (ansible === undefined) report.note(`${title}, ${goal}: not measured, ansible-playbook is not installed`);
    else report.goal(title, goal, times(ansible / us), ansible / us >= LEAST_UNDER_ANSIBLE);
  }
}

async function main(report: Report, quick: boolean): Promise<void> {
  const rounds = quick ? 1 : 7;
  const host = await BenchHost.open((await resolveEngine()).env);
  try {
    report.note(
      'the bridge runs already and its files are missing: what is measured is the carrying, not the seconds that ' +
        'initscripts wait for ARP in a switch; terraform init is done before',
    );
    const { all, expected } = await contenders(host, report);
    const samples = new Map(all.map(({ name }): [string, Samples] => [name, { first: [], again: [], recheck: [] }]));
    for (let number = 1; number <= rounds; number += 1) {
      report.progress(`round ${number} of ${rounds}`);
      for (const contender of all) {
        const of = samples.get(contender.name);
        if (of !== undefined && number <= (contender.mostRounds ?? rounds)) await round(host, contender, of, expected);
      }
    }
    conclude(report, samples);
  } finally {
    await host.close();
  }
}

void runBench('deploy', main);
