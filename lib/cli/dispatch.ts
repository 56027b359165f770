import { CENSUS } from './census';
import { type Command, type Outcome, UsageError } from './command';
import { DRIFT } from './drift';
import { FACTS } from './facts';
import { SHOW } from './show';
import { version } from './version';

/** The commands by name. */
const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ['census', CENSUS],
  ['drift', DRIFT],
  ['facts', FACTS],
  ['show', SHOW],
]);

function help(): string {
  const widest = Math.max(...[...COMMANDS.keys()].map((name) => name.length));
  const list = [...COMMANDS].map(([name, { summary }]) => `  ${name.padEnd(widest)}  ${summary}\n`).join('');
  return `usage: cdktf-xen COMMAND [ARGUMENT...]\n\n${list}\ncdktf-xen COMMAND --help says more, cdktf-xen --version which release this is.\n`;
}

const isHelp = (word: string): boolean => word === '--help' || word === '-h';

const said = (text: string): Outcome => ({ text, remarks: [], exitCode: 0 });

async function outcomeOf(args: readonly string[]): Promise<Outcome> {
  const [name, ...rest] = args;
  if (name !== undefined && isHelp(name)) return said(help());
  if (name === '--version') return said(`${version()}\n`);
  const known = `the commands are: ${[...COMMANDS.keys()].join(', ')}; cdktf-xen --help says more`;
  if (name === undefined) throw new UsageError(`a command is missing; ${known}`);
  const command = COMMANDS.get(name);
  if (command === undefined) throw new UsageError(`there is no command '${name}'; ${known}`);
  return rest.some(isHelp) ? said(command.help) : await command.run(rest);
}

/** Does what the arguments say. Only a defect of the program throws. */
export async function dispatch(args: readonly string[]): Promise<Outcome> {
  try {
    return await outcomeOf(args);
  } catch (error) {
    // A file that may not be read says so itself.
    if (!(error instanceof UsageError || (error instanceof Error && 'syscall' in error))) throw error;
    return { text: '', remarks: [`error: ${error.message}`], exitCode: 1 };
  }
}
