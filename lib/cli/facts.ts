import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { FACT_KINDS } from '../facts/vocabulary';
import { directSshConfig } from '../render/direct-ssh';
import { factsJson, factsText, readFacts, unknownFacts } from '../review/facts-text';
import { copyRuntime, runtimeNote } from '../runtime-copy';
import { decodeWord } from '../facts/fact';
import { outputDirectory, readArguments, wholeNumber } from './arguments';
import { askHosts } from './ask-hosts';
import { type Command, type Outcome, UsageError } from './command';
import { synthesizedTrees, treesOfHosts } from './synthesized-app';

const HELP = `usage: cdktf-xen facts [--json] [--kind KIND]... [--timeout SECONDS] [USER@]HOST
       cdktf-xen facts [--json] [--kind KIND]... [--timeout SECONDS] --host NAME [DIRECTORY]

Prints what is on a host, one fact a line, sorted: its network, its files, its services, all its domains, and the guests
that are configured or saved. Nothing is changed there, nothing is left there, and no frame is sent. It needs not be a
host that was ever deployed to.

  [USER@]HOST        a machine as ssh knows it; its host key must be known
  --host NAME        a host of the stacks that cdktf synth has written to DIRECTORY (cdktf.out unless named)
  --kind KIND        facts of that kind only; may be given several times
  --json             for programs
  --timeout SECONDS  how long the host may take to answer, 60 unless given

The kinds:

${FACT_KINDS.map(({ kind, subject, value }) => `  ${[kind, ...[...subject, ...(value === undefined ? [] : [value])].map((name) => name.toUpperCase().replaceAll(' ', '-'))].join(' ')}\n`).join('')}
A word has %XX for what is not printable ASCII, and a single % is the empty text. Facts that begin with unknown say what
could not be asked: nothing of that kind may be taken as absent then.
Exit status: 0 all was asked, 2 something is unknown, 1 the host could not be asked, or wrong usage.
`;

const OPTIONS = {
  json: { type: 'boolean' },
  kind: { type: 'string', multiple: true },
  host: { type: 'string' },
  timeout: { type: 'string' },
} as const;

const ASKABLE = FACT_KINDS.map(({ kind }) => kind).filter((kind) => kind !== 'unknown');

/** A host and how to reach it. */
interface Place {
  readonly host: string;
  readonly tree: string;
  readonly tidyUp?: () => void;
}

/** Reads `[USER@]HOST`. It goes to ssh and into its configuration. */
function readDestination(text: string): { readonly host: string; readonly user: string | undefined } {
  const [, user, host] = /^(?:([A-Za-z0-9_][A-Za-z0-9._-]*)@)?([A-Za-z0-9][A-Za-z0-9._-]*)$/.exec(text) ?? [];
  if (host !== undefined) return { host, user };
  throw new UsageError(
    `'${text}' is no [USER@]HOST, allowed are letters, digits, dots, underscores and hyphens; for another port or an IPv6 address name the machine in ~/.ssh/config`,
  );
}

/** Makes a folder with all that is needed to ask a machine that no stack describes. */
function treeFor(folder: string, host: string, user: string | undefined): string {
  const tree = join(folder, 'assets', host, 'tree');
  mkdirSync(tree, { recursive: true });
  copyRuntime(folder);
  const { path, content } = runtimeNote();
  writeFileSync(join(tree, path), content);
  writeFileSync(join(tree, 'ssh_config'), directSshConfig(host, user, userInfo().homedir));
  return tree;
}

async function ask(
  { host, tree, tidyUp }: Place,
  kinds: readonly string[],
  timeoutSeconds: number,
  json: boolean,
): Promise<Outcome> {
  const question = { host, tree, program: 'facts' as const, words: kinds };
  const [answer] = await askHosts([question], { jobs: 1, timeoutSeconds, onAnswer: () => undefined, tidyUp });
  if (answer === undefined || 'failure' in answer) {
    const { message, details } = answer?.failure ?? { message: 'was not asked', details: [] };
    return { text: '', remarks: [...details, `error: ${host}: ${message}`], exitCode: 1 };
  }
  const { facts, strange } = readFacts(answer.report);
  const unknown = unknownFacts(facts);
  return {
    text: json ? factsJson(host, facts) : factsText(facts),
    remarks: [
      ...strange.slice(0, 20).map((line) => `note: ${host} said, and it is no fact: ${line.slice(0, 200)}`),
      ...unknown.map(
        ({ subject, value }) => `note: ${host}: unknown: ${[...subject, ...value].map(decodeWord).join(' ')}`,
      ),
    ],
    exitCode: unknown.length > 0 || strange.length > 0 ? 2 : 0,
  };
}

async function run(args: readonly string[]): Promise<Outcome> {
  const { values, positionals } = readArguments(args, OPTIONS);
  const kinds = values.kind ?? [];
  const wrong = kinds.find((kind) => !ASKABLE.includes(kind));
  if (wrong !== undefined) throw new UsageError(`there is no kind '${wrong}', the kinds are: ${ASKABLE.join(', ')}`);
  const timeoutSeconds = wholeNumber('timeout', values.timeout, 60, 86_400);
  const json = values.json === true;
  if (values.host !== undefined) {
    const directory = outputDirectory(positionals);
    const [tree] = treesOfHosts(synthesizedTrees(directory), [values.host], directory);
    return await ask({ host: values.host, tree: join(directory, tree?.path ?? '') }, kinds, timeoutSeconds, json);
  }
  const [destination, ...more] = positionals;
  if (destination === undefined || more.length > 0) {
    throw new UsageError(
      `one host is asked at a time, [USER@]HOST or --host NAME; got ${positionals.join(', ') || 'none'}`,
    );
  }
  const { host, user } = readDestination(destination);
  const folder = mkdtempSync(join(tmpdir(), 'cdktf-xen-'));
  const tidyUp = (): void => {
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    return await ask({ host, tree: treeFor(folder, host, user), tidyUp }, kinds, timeoutSeconds, json);
  } finally {
    tidyUp();
  }
}

/** What is on a host. */
export const FACTS: Command = { summary: 'prints what is on a host, one fact a line', help: HELP, run };
