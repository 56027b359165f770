/** The stand-in for external 2.3.5: a data source that asks a program. */
import { Unknown } from './msgpack';
import type { Value, ValueMap } from './msgpack';
import { ProviderError } from './provider';
import type { Provider } from './provider';
import { lookUpProgram, runProgram, stopPrograms } from './run-program';
import type { ProgramResult } from './run-program';

export function createExternalProvider(): Provider {
  return {
    name: 'external',
    resources: {},
    dataSources: { external: { validate, read } },
    stop: stopPrograms,
  };
}

function validate(config: ValueMap): void {
  const program = config.get('program') ?? null;
  if (Array.isArray(program) && program.length === 0) {
    throw new ProviderError(
      'Invalid Attribute Value',
      'The list program must name at least the program itself.',
      'program',
    );
  }
}

async function read(config: ValueMap): Promise<Value> {
  const workingDir = config.get('working_dir') ?? null;
  const query = config.get('query') ?? null;
  const program = config.get('program') ?? null;
  const [name, ...args] = texts(program);
  if (name === undefined) {
    throw new ProviderError(
      'External Program Missing',
      'The list program holds nothing but empty elements.',
      'program',
    );
  }
  const found = lookUpProgram(name);
  if (found === undefined) throw lookupError(name);

  const directory = typeof workingDir === 'string' && workingDir !== '' ? workingDir : undefined;
  let result: ProgramResult;
  try {
    result = await runProgram(found, args, { input: queryInput(query), directory });
  } catch (error) {
    throw executionError(found, '', error instanceof Error ? error.message : String(error));
  }
  if (result.failure !== '') throw executionError(found, result.stderr, result.failure);
  return new Map<string, Value>([
    ['id', '-'],
    ['program', program],
    ['query', query],
    ['result', parseResult(found, result.stdout)],
    ['working_dir', workingDir],
  ]);
}

/** Elements that are null or empty do not count: an optional argument can be left out with a conditional. */
function texts(list: Value): string[] {
  return Array.isArray(list) ? list.filter((item): item is string => typeof item === 'string' && item !== '') : [];
}

function queryInput(query: Value): string {
  const entries = query instanceof Map ? [...query] : [];
  // fromEntries defines own properties, so that a key named __proto__ arrives like any other.
  return JSON.stringify(
    Object.fromEntries(entries.filter(([, value]) => value !== null && !(value instanceof Unknown))),
  );
}

function parseResult(program: string, stdout: string): ValueMap | null {
  let json: unknown;
  try {
    json = JSON.parse(stdout);
  } catch (error) {
    throw resultError(program, error instanceof Error ? error.message : String(error));
  }
  if (json === null) return null;
  if (typeof json !== 'object' || Array.isArray(json)) {
    throw resultError(program, `a JSON ${Array.isArray(json) ? 'array' : typeof json} is not a map of text`);
  }
  return new Map(
    Object.entries(json).map(([key, value]: [string, unknown]) => {
      if (value === null) return [key, ''];
      if (typeof value === 'string') return [key, value];
      throw resultError(
        program,
        `the value of "${key}" is a JSON ${Array.isArray(value) ? 'array' : typeof value}, not text`,
      );
    }),
  );
}

function lookupError(program: string): ProviderError {
  const text = [
    'The data source could not find the program.',
    'A bare name is looked for in the directories of $PATH; a relative path counts from the directory the engine runs in, ' +
      'so "${path.module}/" in front of it makes it certain.',
    `Platform: ${process.platform}\nProgram: "${program}"\nError: ${
      program.includes('/') ? 'no executable file of this name' : 'executable file not found in $PATH'
    }`,
  ];
  return new ProviderError('External Program Lookup Failed', text.join('\n\n'), 'program');
}

function executionError(program: string, stderr: string, state: string): ProviderError {
  const said = stderr === '' ? '' : `Error Message: ${stderr}\n`;
  const lead =
    stderr === ''
      ? 'The program failed and wrote nothing to its standard error.'
      : 'The data source ran the program, which failed.';
  return new ProviderError(
    'External Program Execution Failed',
    `${lead}\n\nProgram: ${program}\n${said}State: ${state}`,
    'program',
  );
}

function resultError(program: string, error: string): ProviderError {
  return new ProviderError(
    'Unexpected External Program Results',
    `What the program wrote is not what the data source expects: a JSON object whose values are all text.\n\nProgram: ${program}\nResult Error: ${error}`,
    'program',
  );
}
