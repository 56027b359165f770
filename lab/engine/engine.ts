/**
 * The engine for the demo and the tests, with everything it needs to run without questions, without telemetry and, where
 * no registry can be reached, without one. A user's own `cdktf deploy` knows nothing of all this.
 */
import { labCache } from '../providers/mirror';
import { findInstalledEngine, inspectEngine } from './binary';
import type { EngineBinary, EngineKind } from './binary';
import { installPackageEngine } from './package-engine';
import { chooseProviders } from './providers';

export interface Engine {
  /** The absolute path of the executable. */
  readonly binary: string;
  readonly kind: EngineKind;
  readonly version: string;
  /** The whole environment for the engine and for cdktf: give it to the child process as it is. */
  readonly env: Readonly<Record<string, string>>;
  /** One line for the output: what is used, and why. */
  readonly note: string;
  /** Whether the providers are the lab's own stand-in instead of the real ones. */
  readonly standIn: boolean;
}

export interface EngineOptions {
  /** Called with a line before each step that takes time. */
  readonly progress?: (line: string) => void;
  /** Stands for the environment of this process. */
  readonly environment?: NodeJS.ProcessEnv;
}

export async function resolveEngine(options: EngineOptions = {}): Promise<Engine> {
  const { progress = () => undefined, environment = process.env } = options;
  const cache = labCache(environment);
  const engine: EngineBinary =
    (await findInstalledEngine(environment)) ??
    (await inspectEngine(
      await installPackageEngine({ cache, environment, progress }),
      'from the package registry',
      environment,
    ));
  const quiet = { ...environment, ...quietEnvironment(engine.binary) };
  const providers = await chooseProviders({ engine, cache, environment: quiet, progress });
  const name = engine.kind === 'tofu' ? 'OpenTofu' : 'terraform';
  return {
    binary: engine.binary,
    kind: engine.kind,
    version: engine.version,
    env: definedOnly({ ...quiet, ...providers.env }),
    note: `${name} ${engine.version} (${engine.binary}, ${engine.origin}); ${providers.note}`,
    standIn: providers.standIn,
  };
}

function quietEnvironment(binary: string): Record<string, string> {
  return {
    TERRAFORM_BINARY_NAME: binary,
    CHECKPOINT_DISABLE: '1',
    TF_IN_AUTOMATION: '1',
    TF_INPUT: '0',
    // cdktf would set up a plugin cache of its own, which is not safe for stacks that are deployed at the same time.
    CDKTF_DISABLE_PLUGIN_CACHE_ENV: '1',
  };
}

function definedOnly(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
