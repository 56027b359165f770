/** Finds the engine's executable and asks it what it is. */
import { execFile } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';
import { promisify } from 'node:util';

export type EngineKind = 'terraform' | 'tofu';

export interface EngineBinary {
  /** An absolute path. */
  readonly binary: string;
  readonly kind: EngineKind;
  readonly version: string;
  /** Who named it, for the line of output that says what is used. */
  readonly origin: string;
}

const VERSION_TIMEOUT_MILLISECONDS = 30_000;

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** The absolute path of a command, as a shell would find it; undefined where there is none. */
export function findCommand(name: string, environment: NodeJS.ProcessEnv): string | undefined {
  if (name.includes('/')) return isExecutable(name) ? resolve(name) : undefined;
  return (environment['PATH'] ?? '')
    .split(delimiter)
    .map((directory) => resolve(directory, name))
    .find(isExecutable);
}

/** What the user named or has installed, or undefined where there is no engine. */
export async function findInstalledEngine(environment: NodeJS.ProcessEnv): Promise<EngineBinary | undefined> {
  const named = environment['TERRAFORM_BINARY_NAME'] ?? '';
  if (named !== '') {
    const binary = findCommand(named, environment);
    if (binary === undefined) {
      throw new Error(
        `TERRAFORM_BINARY_NAME is "${named}", but there is no such ${named.includes('/') ? 'executable file' : 'command on PATH'}. ` +
          'Name terraform or tofu, as a command or by its path, or unset the variable.',
      );
    }
    return inspectEngine(binary, 'named by TERRAFORM_BINARY_NAME', environment);
  }
  for (const name of ['terraform', 'tofu']) {
    const binary = findCommand(name, environment);
    if (binary !== undefined) return inspectEngine(binary, 'found on PATH', environment);
  }
  return undefined;
}

export async function inspectEngine(
  binary: string,
  origin: string,
  environment: NodeJS.ProcessEnv,
): Promise<EngineBinary> {
  // The environment of the user may switch on logs or arguments that hide the answer, or name a file that is not there.
  const { PATH, HOME, TMPDIR } = environment;
  const env = { PATH, HOME, TMPDIR, CHECKPOINT_DISABLE: '1' };
  let output: string;
  try {
    output = (await promisify(execFile)(binary, ['version'], { env, timeout: VERSION_TIMEOUT_MILLISECONDS })).stdout;
  } catch (error) {
    const reason = error instanceof Error ? error.message.trim() : String(error);
    throw new Error(`${binary} (${origin}) does not say its version: ${reason}`, { cause: error });
  }
  const found = /^(Terraform|OpenTofu) v(\S+)/m.exec(output);
  if (found?.[2] === undefined) {
    throw new Error(`${binary} (${origin}) is neither terraform nor OpenTofu: it calls itself "${firstLine(output)}".`);
  }
  return { binary, kind: found[1] === 'OpenTofu' ? 'tofu' : 'terraform', version: found[2], origin };
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}
