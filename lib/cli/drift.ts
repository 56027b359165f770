import { join } from 'node:path';
import { driftExitCode, takeDrift } from '../review/drift';
import { driftJson, driftTable } from '../review/drift-text';
import { outputDirectory, readArguments, wholeNumber } from './arguments';
import { askHosts } from './ask-hosts';
import type { Command, Outcome } from './command';
import { synthesizedTrees, treesOfHosts } from './synthesized-app';
import { runtimeOf, unitsOf } from './tree-units';

const HELP = `usage: cdktf-xen drift [--json] [--host NAME]... [--jobs N] [--timeout SECONDS] [--progress] [DIRECTORY]

Asks all hosts of an app at once, without terraform, whether each of their units (the host itself, its roster, bridges
and guests) still is as the last deploy left it. Nothing is changed on any of them. What cdktf synth has written to
DIRECTORY (cdktf.out unless named) says which hosts there are and how they are reached.

  --json             for programs
  --host NAME        that host only; may be given several times
  --jobs N           so many hosts at once, 20 unless given
  --timeout SECONDS  how long a host may take to answer, 60 unless given
  --progress         says on standard error how many have answered, as it does on a terminal anyway

What has changed in the stack and is not deployed yet is no drift, nor is what waits for a guest's next boot.
Exit status: 0 no drift, 2 drift, 1 a host could not be asked (whatever the others said), or wrong usage.
`;

const OPTIONS = {
  json: { type: 'boolean' },
  host: { type: 'string', multiple: true },
  jobs: { type: 'string' },
  timeout: { type: 'string' },
  progress: { type: 'boolean' },
} as const;

/** Shows the progress: over and over in one line of a terminal, or a line each. */
function progressTo(all: number): { answered: (count: number) => void; done: () => void } {
  const { stderr } = process;
  const [before, after] = stderr.isTTY ? ['\r', ''] : ['', '\n'];
  const answered = (count: number): void => {
    stderr.write(`${before}asked ${count} of ${all} hosts${after}`);
  };
  const done = (): void => {
    if (stderr.isTTY) stderr.write('\r\u001b[K');
  };
  return { answered, done };
}

async function run(args: readonly string[]): Promise<Outcome> {
  const { values, positionals } = readArguments(args, OPTIONS);
  const directory = outputDirectory(positionals);
  const jobs = wholeNumber('jobs', values.jobs, 20, 1000);
  const timeoutSeconds = wholeNumber('timeout', values.timeout, 60, 86_400);
  const all = synthesizedTrees(directory);
  const trees = treesOfHosts(all, values.host ?? [], directory);
  const hosts = trees.map(({ stack, host, path }) => {
    const tree = join(directory, path);
    return { stack, host, tree, expected: unitsOf(tree), runtime: runtimeOf(tree) };
  });
  const progress = process.stderr.isTTY || values.progress === true ? progressTo(hosts.length) : undefined;
  const questions = hosts.map(({ host, tree }) => ({ host, tree, program: 'observe' as const, words: ['report'] }));
  const answers = await askHosts(questions, { jobs, timeoutSeconds, onAnswer: (count) => progress?.answered(count) });
  progress?.done();
  const drift = takeDrift(
    hosts.map(({ stack, host, expected, runtime }, index) => ({
      stack,
      host,
      expected,
      runtime,
      answer: answers[index] ?? { failure: { message: 'was not asked', details: [] } },
    })),
  );
  const leftOver = all.flatMap((tree) =>
    tree.leftOver === undefined
      ? []
      : [
          `${join(directory, tree.path)} is left over from an older synth: ${tree.leftOver}; host '${tree.host}' is not asked ` +
            'by it; remove that folder',
        ],
  );
  const remarks = leftOver.map((sentence) => `note: ${sentence}`);
  if (hosts.length === 0) remarks.push(`note: there is no host in '${directory}'`);
  if (drift.failures.length > 0) {
    const names = drift.failures.map(({ host }) => host).join(', ');
    remarks.push(`error: ${drift.failures.length} of ${hosts.length} hosts could not be asked: ${names}`);
  }
  return {
    text: values.json === true ? driftJson(drift, leftOver) : driftTable(drift),
    remarks,
    exitCode: driftExitCode(drift),
  };
}

/** Whether all hosts are as the last deploy left them. */
export const DRIFT: Command = {
  summary: 'asks all hosts whether they are as the last deploy left them',
  help: HELP,
  run,
};
