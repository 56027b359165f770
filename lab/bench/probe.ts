/**
 * What it costs to ask a hundred hosts whether they are as the last deploy left them, beside a bare `ssh HOST true` to
 * each of them.
 *
 *     tsx lab/bench/probe.ts [--smoke]
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PlainHost } from '../bed/plain-host';
import { type Estate, openEstate, treeOf } from '../bed/many-hosts';
import { type Report, seconds, times } from './report';
import { runBench } from './run';
import { type Figures, figures } from './statistics';

/** What `cdktf-xen drift` has unless told otherwise, and what Terraform has. */
const JOBS = 20;
const PLAN_JOBS = 10;

const OURS = 'cdktf-xen drift';
const RAW = 'ssh HOST true';
const SCRIPT = 'deployer/observe.sh HOST report';
const PLAN = `deployer/observe.sh HOST, as a plan asks, ${PLAN_JOBS} at once`;
const ROOT = join(__dirname, '..', '..');

/** What a round of a contender took. */
interface Taken {
  readonly seconds: number;
  /** Of all processors, on both ends: tells more than the clock where others work on the machine too. */
  readonly cpuSeconds: number;
}

/** CPU time that the hosts' sshds have used, with all that they have started and seen the end of. */
async function cpuOfHosts(host: PlainHost): Promise<number> {
  const sum = `awk '$2 == "(sshd)" { sum += $14 + $15 + $16 + $17 } END { print sum / '"$(getconf CLK_TCK)"' }'`;
  return Number(await host.onHost(`sleep 0.3; cat /proc/[0-9]*/stat 2>/dev/null | ${sum}`));
}

/** Runs a command, and has its shell tell what it and its children have used. */
async function measured(host: PlainHost, { command, require }: Contender): Promise<Taken> {
  const before = await cpuOfHosts(host);
  const file = join(host.temporary, 'times');
  const shell = ['bash', '-c', `"$@"; status=$?; times >${file}; exit $status`, 'times'];
  const { seconds: taken, output } = await host.timed([...shell, ...command]);
  require(output);
  const used = [...readFileSync(file, 'utf8').matchAll(/([0-9]+)m([0-9.]+)s/g)];
  const own = used.reduce((sum, [, minutes, rest]) => sum + Number(minutes) * 60 + Number(rest), 0);
  return { seconds: taken, cpuSeconds: own + (await cpuOfHosts(host)) - before };
}

/** Somebody who goes to every host. */
interface Contender {
  readonly name: string;
  readonly command: readonly string[];
  /** What it printed; throws where it did not do the work. */
  readonly require: (output: string) => void;
}

/**
 * Runs a command for each host, so many at once, with nothing in between: `{}` is the host. Each in a session of its own,
 * as ours are: a kernel that shares its processors out by session would otherwise give ours more on a busy machine.
 */
function each({ names }: Estate, jobs: number, command: readonly string[]): readonly string[] {
  const words = [...command].map((word) => `'${word}'`).join(' ');
  return ['bash', '-c', `printf '%s\\n' ${names.join(' ')} | xargs -P ${jobs} -I '{}' setsid ${words}`];
}

function requireClean(estate: Estate, output: string): void {
  const last = `${estate.names.length} hosts, ${estate.names.length * 5} units: ${estate.names.length * 5} as deployed\n`;
  if (!output.endsWith(last)) throw new Error(`not every unit is as deployed:\n${output.slice(0, 4000)}`);
}

function requireCount(what: RegExp, count: number, output: string): void {
  const found = output.match(what)?.length ?? 0;
  if (found !== count) throw new Error(`${found} and not ${count} times ${what.source}:\n${output.slice(0, 4000)}`);
}

function contenders(host: PlainHost, estate: Estate): Contender[] {
  const dist = host.folder('dist');
  execFileSync(join(ROOT, 'node_modules/.bin/tsc'), ['-p', 'tsconfig.build.json', '--outDir', dist], { cwd: ROOT });
  const tree = treeOf(estate, '{}');
  const count = estate.names.length;
  return [
    {
      name: RAW,
      // From another folder, hence the name of the one file that ssh_config names.
      command: each(estate, JOBS, [
        'ssh',
        '-F',
        join(tree, 'ssh_config'),
        '-o',
        `UserKnownHostsFile=${join(tree, 'known_hosts')}`,
        '{}',
        'true',
      ]),
      require: (output) => {
        requireCount(/./g, 0, output);
      },
    },
    {
      name: OURS,
      command: [process.execPath, join(dist, 'lib/cli/main.js'), 'drift', '--jobs', String(JOBS), estate.outdir],
      require: (output) => {
        requireClean(estate, output);
      },
    },
    {
      name: SCRIPT,
      command: each(estate, JOBS, ['bash', join(tree, '../../../runtime/deployer/observe.sh'), '{}', 'report']),
      require: (output) => {
        requireCount(/^sha256 /gm, count * 5, output);
        requireCount(/^(reason|waits)/gm, 0, output);
      },
    },
    {
      name: PLAN,
      command: each(estate, PLAN_JOBS, ['bash', join(tree, '../../../runtime/deployer/observe.sh'), '{}']),
      require: (output) => {
        requireCount(/"domU-web1":"not on the host yet"/g, count, output);
      },
    },
  ];
}

function conclude(report: Report, samples: ReadonlyMap<string, readonly Taken[]>, count: number): void {
  const of = (what: keyof Taken) =>
    new Map([...samples].map(([name, all]): [string, Figures] => [name, figures(all.map((one) => one[what]))]));
  const [told, cpu] = [of('seconds'), of('cpuSeconds')];
  const best = (name: string): number => told.get(name)?.minimum ?? 0;
  // The hosts' share is counted in hundredths of a second for each of them, so no single round is to be believed.
  const used = (name: string): number => cpu.get(name)?.median ?? 0;
  report.table(
    `all hosts; ratios to "${RAW}"`,
    ['', 'best', 'median', 'ratio', 'median CPU', 'ratio'],
    [...told].map(([name, { minimum, median }]) => [
      name,
      seconds(minimum),
      seconds(median),
      times(minimum / best(RAW)),
      seconds(used(name)),
      times(used(name) / used(RAW)),
    ]),
  );
  for (const [name, one] of told) report.keep(name, one);
  for (const [name, one] of cpu) report.keep(`${name}, CPU`, one);
  report.row('probe', { ours: [best(OURS)], theirs: best(RAW) });
  const each = (value: number): string => `${((value * 1000) / count).toFixed(0)} ms`;
  report.remark(
    "All sshds run on the machine that asks, so a host's own work counts as much as ours. In CPU time of both ends " +
      `together it is ${times(used(OURS) / used(RAW))}: of ${each(used(OURS))} a host, ${each(used(RAW))} are the login, ` +
      `${each(used(SCRIPT) - used(RAW))} the question and its answer, ${each(used(OURS) - used(SCRIPT))} the program that ` +
      `asks all hosts. A plan asks ${PLAN_JOBS} hosts at once, through connections that stay for the deploy: ` +
      `${times(used(PLAN) / used(RAW))} in CPU time, ${times(best(PLAN) / best(RAW))} by the clock.`,
  );
}

async function main(report: Report, smoke: boolean): Promise<void> {
  const [count, rounds] = smoke ? [10, 1] : [100, 7];
  const host = await PlainHost.open({});
  try {
    report.progress(`${count} hosts, each with an sshd, a bridge and two guests that run`);
    const estate = await openEstate(host, count);
    const all = contenders(host, estate);
    const samples = new Map(all.map(({ name }): [string, Taken[]] => [name, []]));
    for (let round = 1; round <= rounds; round += 1) {
      report.progress(`round ${round} of ${rounds}`);
      for (const contender of all) {
        samples.get(contender.name)?.push(await measured(host, contender));
        await host.disconnect();
      }
    }
    report.note('hosts and whoever asks share the cores of one machine: what a host does counts as much as what we do');
    conclude(report, samples, count);
  } finally {
    await host.close();
  }
}

void runBench('probe', main);
