import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from './command';

/** A host's tree in the output of synth. */
export interface SynthesizedTree {
  readonly stack: string;
  readonly host: string;
  /** Seen from the output's folder. */
  readonly path: string;
  /** Why the tree is not of the present app; none = it is. */
  readonly leftOver: string | undefined;
}

function namesIn(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/** The stacks of the last synth: the file that holds each one's resources, by the stack's name. */
function presentStacks(directory: string): Map<string, string> {
  const file = join(directory, 'manifest.json');
  if (!existsSync(file)) {
    throw new UsageError(
      `'${directory}' is no output of synth, it has no manifest.json: run cdktf synth first, or name the folder that it wrote`,
    );
  }
  try {
    const { stacks } = JSON.parse(readFileSync(file, 'utf8')) as {
      stacks: Record<string, { synthesizedStackPath: string }>;
    };
    return new Map(Object.entries(stacks).map(([name, stack]) => [name, join(directory, stack.synthesizedStackPath)]));
  } catch (error) {
    throw new UsageError(`'${file}' can't be read (${(error as Error).message}): run cdktf synth again`);
  }
}

/**
 * The trees of all hosts. synth removes nothing: a stack or a host that has left the code leaves its tree behind.
 *
 * @throws UsageError if the folder is no output of synth
 */
export function synthesizedTrees(directory: string): readonly SynthesizedTree[] {
  const present = presentStacks(directory);
  return namesIn(join(directory, 'stacks')).flatMap((stack) => {
    const file = present.get(stack);
    const resources = file !== undefined && existsSync(file) ? readFileSync(file, 'utf8') : '';
    return namesIn(join(directory, 'stacks', stack, 'assets'))
      .map((host): SynthesizedTree => {
        let leftOver: string | undefined;
        if (file === undefined) leftOver = `the app has no stack '${stack}' now`;
        // The address of the resource for a host that is ours; searched as text, since a stack may be HCL.
        else if (!resources.includes(`"${host}_identity"`)) leftOver = `stack '${stack}' has no host '${host}' now`;
        return { stack, host, path: join('stacks', stack, 'assets', host, 'tree'), leftOver };
      })
      .filter((tree) => existsSync(join(directory, tree.path, 'manifest')));
  });
}

/**
 * The trees of the present app's hosts, all of them or those that are named.
 *
 * @throws UsageError if there is no host of a name
 */
export function treesOfHosts(
  trees: readonly SynthesizedTree[],
  names: readonly string[],
  directory: string,
): readonly SynthesizedTree[] {
  const present = trees.filter(({ leftOver }) => leftOver === undefined);
  if (names.length === 0) return present;
  const hosts = present.map(({ host }) => host);
  const unknown = names.filter((name) => !hosts.includes(name));
  if (unknown.length > 0) {
    const known = [...hosts].sort().join(', ') || 'none';
    throw new UsageError(
      `'${directory}' has no host ${unknown.map((name) => `'${name}'`).join(', ')}, the hosts there are: ${known}`,
    );
  }
  return present.filter(({ host }) => names.includes(host));
}
