import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { outputDirectory, readArguments } from './arguments';
import { type Command, type Outcome, UsageError } from './command';
import { synthesizedTrees, treesOfHosts } from './synthesized-app';
import { unitsOf } from './tree-units';
import { SHELL, STACK_OF_TREE, START } from '../render/runtime-paths';

const HELP = `usage: cdktf-xen show [--host NAME]... [--unit NAME]... [DIRECTORY]

Shows what a deploy would change in files, on the hosts and on the disks of guests that are down, as diffs. Nothing is
changed on any of them. What cdktf synth has written to DIRECTORY (cdktf.out unless named) says what a deploy would do.

  --host NAME  that host only; may be given several times
  --unit NAME  that unit only, such as host, bridge-xenbr0 or domU-web1; may be given several times

Exit status: 0 shown, whether or not there is something to change, 1 a host could not be asked, or wrong usage.
`;

const OPTIONS = {
  host: { type: 'string', multiple: true },
  unit: { type: 'string', multiple: true },
} as const;

/** One unit of a host's tree. */
interface Shown {
  readonly host: string;
  readonly tree: string;
  readonly unit: string;
}

const MOST_BYTES = 64 * 2 ** 20;

/** What deployer/carry.sh says of a unit, or what went wrong if it could not ask the host. */
function show({ host, tree, unit }: Shown): Promise<{ readonly text: string; readonly problem?: string }> {
  const env = { ...process.env, CDKTF_XEN_TREE: resolve(tree) };
  const start = join(resolve(tree), STACK_OF_TREE, START);
  return new Promise((settle) => {
    execFile(SHELL, [start, 'carry', 'show', host, unit], { env, maxBuffer: MOST_BYTES }, (error, stdout, stderr) => {
      if (error === null) settle({ text: stdout });
      else settle({ text: stdout, problem: stderr.trim() || `${host} ${unit}: ${error.message}` });
    });
  });
}

function wantedUnits(all: readonly Shown[], wanted: readonly string[], directory: string): readonly Shown[] {
  const known = new Set(all.map(({ unit }) => unit));
  const unknown = wanted.filter((unit) => !known.has(unit));
  if (unknown.length > 0) {
    const names = unknown.map((name) => `'${name}'`).join(', ');
    throw new UsageError(
      `'${directory}' has no unit ${names}, the units there are: ${[...known].sort().join(', ') || 'none'}`,
    );
  }
  return wanted.length === 0 ? all : all.filter(({ unit }) => wanted.includes(unit));
}

async function run(args: readonly string[]): Promise<Outcome> {
  const { values, positionals } = readArguments(args, OPTIONS);
  const directory = outputDirectory(positionals);
  const units = treesOfHosts(synthesizedTrees(directory), values.host ?? [], directory).flatMap(({ host, path }) => {
    const tree = join(directory, path);
    return [...unitsOf(tree).keys()].map((unit) => ({ host, tree, unit }));
  });
  const texts: string[] = [];
  const problems: string[] = [];
  // One after the other: the next unit of a host uses the connection of the one before.
  for (const unit of wantedUnits(units, values.unit ?? [], directory)) {
    const { text, problem } = await show(unit);
    texts.push(text);
    if (problem !== undefined) problems.push(problem);
  }
  return { text: texts.join(''), remarks: problems, exitCode: problems.length > 0 ? 1 : 0 };
}

/** What a deploy would change, as diffs. */
export const SHOW: Command = { summary: 'what a deploy would change on hosts and disks, as diffs', help: HELP, run };
