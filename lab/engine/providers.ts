/**
 * Where the providers null and external come from. In this order: the user's own CLI configuration, a mirror that
 * LAB_PROVIDERS names, their registry as usual, and only then the lab's stand-in.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { cliConfig, writeShared } from '../providers/cli-config';
import { buildStandInMirror, HOSTS, platform, providerDirectory, PROVIDERS } from '../providers/mirror';
import type { EngineBinary } from './binary';
import { lockOption, shellWord } from './config-mirror';
import { providersReachable } from './registry-check';

export interface ProviderChoice {
  /** Variables for the engine; an empty one means that the engine shall not see it. */
  readonly env: Readonly<Record<string, string>>;
  /** A few words that end a sentence about the engine. */
  readonly note: string;
  readonly standIn: boolean;
}

export interface ProviderOptions {
  readonly engine: EngineBinary;
  readonly cache: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly progress: (line: string) => void;
}

export async function chooseProviders(options: ProviderOptions): Promise<ProviderChoice> {
  const { engine, cache, environment } = options;
  const config = environment['TF_CLI_CONFIG_FILE'] ?? '';
  if (config !== '' && isFile(config)) {
    return {
      env: lockArguments(environment, lockOption(readFileSync(config, 'utf8'))),
      note: `providers as ${config} says (TF_CLI_CONFIG_FILE)`,
      standIn: false,
    };
  }
  const named = environment['LAB_PROVIDERS'] ?? '';
  if (named !== '') {
    const mirror = resolve(named);
    checkMirror(mirror, engine);
    const key = createHash('sha256').update(mirror).digest('hex').slice(0, 16);
    const cliConfigFile = join(cache, 'engine', `mirror-${key}.tfrc`);
    writeShared(cliConfigFile, cliConfig(mirror));
    const note = `providers from the mirror ${mirror} (LAB_PROVIDERS)`;
    return { env: mirrorEnvironment(environment, { directory: mirror, cliConfigFile }), note, standIn: false };
  }
  // A file that does not exist is worth no word: the variable is often set for all shells, the file only where needed.
  const withoutConfig = { ...environment, TF_CLI_CONFIG_FILE: '' };
  if (await providersReachable({ ...options, environment: withoutConfig })) {
    return { env: { TF_CLI_CONFIG_FILE: '' }, note: 'providers from their registry', standIn: false };
  }
  const mirror = await buildStandInMirror(cache);
  return {
    env: mirrorEnvironment(environment, mirror),
    note: "the providers null and external are the lab's STAND-IN, as their registry cannot be reached",
    standIn: true,
  };
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

function mirrorEnvironment(
  environment: NodeJS.ProcessEnv,
  mirror: { directory: string; cliConfigFile: string },
): Record<string, string> {
  const option = `-fs-mirror=${shellWord(mirror.directory)}`;
  return { TF_CLI_CONFIG_FILE: mirror.cliConfigFile, ...lockArguments(environment, option) };
}

/** The user's own arguments stay as they are. */
function lockArguments(environment: NodeJS.ProcessEnv, option: string | undefined): Record<string, string> {
  const own = environment['TF_CLI_ARGS_providers_lock'] ?? '';
  return option === undefined || own !== '' ? {} : { TF_CLI_ARGS_providers_lock: option };
}

/** A mirror that lacks something would fail much later, and with words about a registry. */
function checkMirror(mirror: string, engine: EngineBinary): void {
  const host = HOSTS[engine.kind];
  for (const provider of PROVIDERS) {
    const unpacked = providerDirectory(mirror, host, provider);
    const packed = `terraform-provider-${provider.name}_${provider.version}_${platform()}.zip`;
    if (existsSync(unpacked) || existsSync(join(mirror, host, 'hashicorp', provider.name, packed))) continue;
    throw new Error(
      `LAB_PROVIDERS names ${mirror}, which holds no ${host}/hashicorp/${provider.name} ${provider.version} for ${platform()}: ` +
        `${unpacked} does not exist.`,
    );
  }
}
