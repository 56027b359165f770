import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CensusLine, readCensusLine } from '../render/read-census';
import { type CensusTree, takeCensus } from '../review/census';
import { censusJson, censusTable } from '../review/census-text';
import { outputDirectory, readArguments } from './arguments';
import { type Command, type Outcome, UsageError } from './command';
import { type SynthesizedTree, synthesizedTrees } from './synthesized-app';

const HELP = `usage: cdktf-xen census [--json] [--lan NAME] [DIRECTORY]

Prints every MAC and IP address of an app, lan by lan: gateways, reserved addresses, bridges and guests, over all its
stacks. It reads what cdktf synth has written to DIRECTORY (cdktf.out unless named) and asks no host.

  --json      for programs
  --lan NAME  that lan only

What an older synth has left there is not counted, and named on standard error.
Exit status: 0, or 1 where the census can't be taken, or two members have one MAC or one address.
`;

function read(directory: string, tree: SynthesizedTree): CensusTree[] {
  const file = join(directory, tree.path, 'census');
  if (!existsSync(file)) {
    // The remains of an older version are left out.
    if (tree.leftOver !== undefined) return [];
    throw new UsageError(`'${file}' is missing, an older version wrote this tree: run cdktf synth again`);
  }
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line, index): CensusLine => {
      const member = readCensusLine(line);
      if (member !== undefined) return member;
      throw new UsageError(`line ${index + 1} of '${file}' is none of a census: run cdktf synth again`);
    });
  return [{ stack: tree.stack, path: join(directory, tree.path), leftOver: tree.leftOver, lines }];
}

function run(args: readonly string[]): Outcome {
  const { values, positionals } = readArguments(args, { json: { type: 'boolean' }, lan: { type: 'string' } });
  const directory = outputDirectory(positionals);
  let trees = synthesizedTrees(directory).flatMap((tree) => read(directory, tree));
  const { lan } = values;
  if (lan !== undefined) {
    const present = trees.filter((tree) => tree.leftOver === undefined).flatMap((tree) => tree.lines);
    if (!present.some((line) => line.lan === lan)) {
      const names = [...new Set(present.map((line) => line.lan))].sort().join(', ') || 'none';
      throw new UsageError(`no host is on a lan '${lan}', the lans in '${directory}' are: ${names}`);
    }
    trees = trees.map((tree) => ({ ...tree, lines: tree.lines.filter((line) => line.lan === lan) }));
  }
  const census = takeCensus(trees);
  const remarks = [
    ...census.leftOver.map((sentence) => `note: ${sentence}`),
    ...census.conflicts.map((sentence) => `error: ${sentence}`),
  ];
  if (census.lans.length === 0) remarks.push(`note: no host in '${directory}' is on any lan`);
  return {
    text: values.json === true ? censusJson(census) : censusTable(census),
    remarks,
    exitCode: census.conflicts.length === 0 ? 0 : 1,
  };
}

/** Every MAC and IP address of an app. */
export const CENSUS: Command = { summary: 'every MAC and IP address of an app, as a table', help: HELP, run };
